import { addAgent, openRetellAccount } from './accounts.ts';
import { finish, finishDue } from './bases.ts';
import type { RetellCore } from './core.ts';
import type { Agent, Base, RetellAccount } from './objects.ts';

/** Actions of the sandbox itself: open accounts, and decide how processing ends. */
export interface RetellControl {
  /** With three agents and no base: Reception is published, Bookings never was, and Support has a draft beside its published version. */
  createAccount(name: string): RetellAccount;
  accounts(): RetellAccount[];
  /** Creates an agent as the account's owner would in Retell's dashboard. Throws an Error with one sentence for an unknown key. */
  addAgent(apiKey: string, name: string): Agent;
  /** Lists the bases of one account, or of all. */
  bases(apiKey?: string): Base[];
  /**
   * Ends the processing of a base now.
   * @throws Error one sentence, for an unknown base
   */
  finish(baseId: string, outcome: 'complete' | 'error'): Base;
  /** Makes the processing of the next bases fail. */
  failNext(times?: number): void;
}

export function retellControl(core: RetellCore): RetellControl {
  const { world } = core;
  return {
    createAccount(name) {
      const account = openRetellAccount(world, name);
      core.changed();
      return account;
    },
    accounts: () => world.retell,
    addAgent(apiKey, name) {
      const account = world.retell.find((one) => one.apiKey === apiKey);
      if (!account) throw new Error('There is no account with this key.');
      const agent = addAgent(world, account, name);
      core.changed();
      return agent;
    },
    bases(apiKey) {
      finishDue(world);
      return world.retell.filter((one) => apiKey === undefined || one.apiKey === apiKey).flatMap(({ bases }) => Object.values(bases));
    },
    finish(id, outcome) {
      const base = world.retell.map(({ bases }) => bases[id]).find(Boolean);
      if (!base) throw Object.assign(new Error(`There is no knowledge base ${id}.`), { status: 404 });
      finish(base, { failed: outcome === 'error' ? base.sources : [], isBroken: outcome === 'error' });
      core.changed();
      return base;
    },
    failNext(times = 1) {
      core.failing.bases += times;
    },
  };
}
