import { EventEmitter } from 'node:events';
import { type Clocked, newId, nowSeconds } from '../ids.ts';

/** A call or message that a phone received. */
export interface PhoneMessage {
  id: string;
  /** ISO time. */
  at: string;
  from: string;
  to: string;
  channel: 'sms' | 'call';
  /** Its text, written or spoken. */
  text: string;
  /** Six digits in the text, if there are any. */
  code: string | null;
}

/** The phones' part of the sandbox's state. */
interface PhoneState extends Clocked {
  phoneMessages: PhoneMessage[];
}

const messagesMost = 500;

/** Notifies of each call or message in a state. */
const bells = new WeakMap<PhoneState, EventEmitter<{ message: [PhoneMessage] }>>();

const bellOf = (world: PhoneState) => {
  const bell = bells.get(world) ?? new EventEmitter<{ message: [PhoneMessage] }>().setMaxListeners(0);
  bells.set(world, bell);
  return bell;
};

/** Delivers a call or message to a phone. */
export function addPhoneMessage(world: PhoneState, message: Pick<PhoneMessage, 'channel' | 'from' | 'to' | 'text'>): void {
  // A spoken code is read digit by digit.
  const [code = null] = message.text.replace(/(?<=\d), ?(?=\d)/g, '').match(/\b\d{6}\b/) ?? [];
  const arrived = { ...message, id: newId('phone'), at: new Date(nowSeconds(world) * 1000).toISOString(), code };
  world.phoneMessages.unshift(arrived);
  world.phoneMessages.length = Math.min(world.phoneMessages.length, messagesMost);
  bellOf(world).emit('message', arrived);
}

/** All phones, with their calls and messages, newest first. */
export interface Phones {
  /** @param to only this phone, `+49...` */
  list(to?: string): PhoneMessage[];
  /** Waits for the newest message to this phone that fulfils the predicate, present or future. */
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
