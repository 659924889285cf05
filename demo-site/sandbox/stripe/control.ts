import type { Fault, Faults } from '../faults/faults.ts';
import { randomText } from '../ids.ts';
import { type Account, openAccount, type Restriction, type Vault } from '../world.ts';
import { type ReturnsControl, returnsControl } from './control-returns.ts';
import type { Core } from './core.ts';
import { everyOne, known, UnknownId } from './known.ts';
import type { Attempt, Delivery, Event, Session } from './objects.ts';
import { expireSession, type Payment, paySession, settleSession } from './payments.ts';

/**
 * Actions of the sandbox itself: it plays the customer, the bank and the network. Ids are found in any account and mode. Every function
 * throws an Error with one sentence if the id is unknown or the step is impossible.
 */
export interface StripeControl extends ReturnsControl {
  createAccount(name: string): Account;
  accounts(): Account[];
  /**
   * Creates a restricted key of an account, or changes its permissions. They have Stripe's names: `checkout_session_write`.
   * @returns the key
   */
  restrictKey(accountId: string, restriction: Restriction & { key?: string }): string;
  sessions(): Session[];
  events(): Event[];
  deliveries(eventId?: string): Delivery[];
  /** Pays, or tries to, without opening the hosted page. */
  pay(sessionId: string, payment?: Payment): Session;
  /** Decides a delayed payment for the bank. */
  settle(sessionId: string, outcome: 'succeeded' | 'failed'): Session;
  expire(sessionId: string): Session;
  /** Sets fields of a session as a dishonest or broken side would, without an event. */
  tamper(sessionId: string, fields: Partial<Session>): Session;
  pauseDeliveries(): void;
  resumeDeliveries(): void;
  /**
   * Delivers an event now, `times` at once, even while paused.
   * @returns the answers of the endpoints
   */
  deliver(eventId: string, times?: number): Promise<Attempt[]>;
  /** Loses the waiting deliveries of an event. */
  drop(eventId: string): void;
  /** Resolves at the first attempt that fulfils the predicate. */
  waitForDelivery(matches: (delivery: Delivery) => boolean): Promise<Delivery>;
  /** Makes the next requests to Stripe's API go wrong. */
  failNext(fault: Fault): void;
}

export function stripeControl(core: Core, faults: Faults): StripeControl {
  const { world, webhooks } = core;
  const withSession = (id: string, act: (vault: Vault, session: Session) => Session): Session => {
    const { vault, object } = known(world, 'sessions', id);
    const after = act(vault, object);
    core.changed();
    return after;
  };
  const withEvent = <T>(id: string, act: (vault: Vault, event: Event) => T): T => {
    const { vault, object } = known(world, 'events', id);
    return act(vault, object);
  };
  return {
    ...returnsControl(core),
    createAccount(name) {
      const account = openAccount(world, name);
      core.changed();
      return account;
    },
    accounts: () => world.accounts,
    restrictKey(accountId, { livemode, rights, key = `rk_${livemode ? 'live' : 'test'}_${randomText(32)}` }) {
      const account = world.accounts.find(({ id }) => id === accountId);
      if (!account) throw new UnknownId(`There is no account ${accountId}.`);
      account.restrictedKeys = { ...account.restrictedKeys, [key]: { livemode, rights } };
      core.changed();
      return key;
    },
    sessions: () => everyOne(world, (vault) => vault.sessions),
    events: () => everyOne(world, (vault) => vault.events),
    deliveries: (eventId) => everyOne(world, (vault) => vault.deliveries).filter((one) => eventId === undefined || one.eventId === eventId),
    pay: (id, payment = 'card') => withSession(id, (vault, session) => paySession(core, vault, session, payment)),
    settle: (id, outcome) => withSession(id, (vault, session) => settleSession(core, vault, session, outcome)),
    expire: (id) => withSession(id, (vault, session) => expireSession(core, vault, session)),
    tamper: (id, fields) => withSession(id, (_, session) => Object.assign(session, fields)),
    pauseDeliveries: () => webhooks.pause(),
    resumeDeliveries: () => webhooks.resume(),
    deliver: (id, times) => withEvent(id, (vault, event) => webhooks.deliver(vault, event, times)),
    drop: (id) => withEvent(id, (vault) => webhooks.drop(vault, id)),
    waitForDelivery: (matches) =>
      new Promise((resolve) => {
        const look = (delivery: Delivery) => {
          if (!matches(delivery)) return;
          webhooks.off('attempt', look);
          resolve(delivery);
        };
        webhooks.on('attempt', look);
      }),
    failNext: (fault) => faults.add(fault),
  };
}
