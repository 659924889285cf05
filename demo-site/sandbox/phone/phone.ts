import { EventEmitter } from 'node:events';
import { type Clocked, newId, nowSeconds } from '../ids.ts';

/** What a phone rang or lit up for. */
export interface PhoneMessage {
  id: string;
  /** ISO time. */
  at: string;
  from: string;
  to: string;
  channel: 'sms' | 'call';
  /** What is written, or said. */
  text: string;
  /** Six digits in it, if there are. */
  code: string | null;
}

/** As much of the sandbox's state as its phones are. */
interface PhoneState extends Clocked {
  phoneMessages: PhoneMessage[];
}

const messagesMost = 500;

/** Told whenever a phone of a world rings or lights up. */
const bells = new WeakMap<PhoneState, EventEmitter<{ message: [PhoneMessage] }>>();

const bellOf = (world: PhoneState) => {
  const bell = bells.get(world) ?? new EventEmitter<{ message: [PhoneMessage] }>().setMaxListeners(0);
  bells.set(world, bell);
  return bell;
};

/** A phone rings or shows a message. */
export function addPhoneMessage(world: PhoneState, message: Pick<PhoneMessage, 'channel' | 'from' | 'to' | 'text'>): void {
  // A code that is read out comes digit by digit.
  const [code = null] = message.text.replace(/(?<=\d), ?(?=\d)/g, '').match(/\b\d{6}\b/) ?? [];
  const arrived = { ...message, id: newId('phone'), at: new Date(nowSeconds(world) * 1000).toISOString(), code };
  world.phoneMessages.unshift(arrived);
  world.phoneMessages.length = Math.min(world.phoneMessages.length, messagesMost);
  bellOf(world).emit('message', arrived);
}

/** Every phone in the world: what they were told, newest first. */
export interface Phones {
  /** @param to only of this phone, `+49...` */
  list(to?: string): PhoneMessage[];
  /** The newest message to this phone for which the predicate holds, now or as soon as it arrives. */
  waitFor(to: string, matches?: (message: PhoneMessage) => boolean): Promise<PhoneMessage>;
}

export function phones(world: PhoneState): Phones {
  const list = (to?: string) => world.phoneMessages.filter((message) => to === undefined || message.to === to);
  return {
    list,
    waitFor(to, matches = () => true) {
      const there = list(to).find(matches);
      if (there) return Promise.resolve(there);
      return new Promise((resolve) => {
        const look = (message: PhoneMessage) => {
          if (message.to !== to || !matches(message)) return;
          bellOf(world).off('message', look);
          resolve(message);
        };
        bellOf(world).on('message', look);
      });
    },
  };
}
