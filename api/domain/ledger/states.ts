import assert from 'node:assert/strict';
import type { ClientState, Lot, MinutesState } from '../../models/transfer.ts';
import { type ClientAccount, isClient, type MinutesAccount } from './accounts.ts';
import { burn, grant } from './lots.ts';

/** Kinds of transfers that bring a client credits, and the lot that they make. Each is named after what caused it. */
const grants = {
  'signup.grant': { kind: 'free', prepaid: true },
  'credits.allocate': { kind: 'allocated', prepaid: false },
  'credits.recharge': { kind: 'allocated', prepaid: false },
  'credits.purchase': { kind: 'purchased', prepaid: false },
} as const satisfies Record<string, Pick<Lot, 'kind' | 'prepaid'>>;

export type Kind = keyof typeof grants | 'usage.record' | 'minutes.grant';

/** The state of a guarded account, by its name. */
export interface StateOf {
  (account: ClientAccount): ClientState;
  (account: MinutesAccount): MinutesState;
}

export const emptyState = (account: string): ClientState | MinutesState =>
  isClient(account) ? { available: 0, held: 0, used: 0, assigned: 0, lots: [] } : { available: 0 };

/** The part of a transfer that decides what it does to an account. */
export interface Movement {
  kind: string;
  cause: string;
  account: string;
  amount: number;
}

/** What an account's state becomes. This is the only place where a balance changes, and the audit replays it. */
export function stateAfter(before: ClientState | MinutesState, { kind, cause, account, amount }: Movement): ClientState | MinutesState {
  if (!isClient(account)) return { available: before.available + amount };
  const state = before as ClientState; // its account says so
  const available = state.available + amount;
  if (kind in grants) {
    assert(amount > 0, 'a grant brings something');
    const form = grants[kind as keyof typeof grants]; // just looked up
    const lot: Lot = { id: `${kind}/${cause}`, ...form, granted: amount, remaining: amount, held: 0, expiresAt: null };
    return { ...state, available, assigned: state.assigned + amount, lots: grant(state.lots, lot) };
  }
  assert.equal(kind, 'usage.record', `nothing is known of ${kind}`);
  return { ...state, available, used: state.used - amount, lots: burn(state.lots, -amount).lots };
}

/** What must be true of any state of a client. The agency's minutes may be negative: it has promised them itself. */
export function assertSound(account: string, state: ClientState | MinutesState): void {
  assert(Number.isSafeInteger(state.available), `${account} has ${state.available}`);
  if (!isClient(account)) return;
  const { available, held, used, assigned, lots } = state as ClientState; // its account says so
  assert(
    [available, held, used, assigned].every((amount) => Number.isSafeInteger(amount) && amount >= 0),
    `${account} is below zero`,
  );
  assert.equal(assigned - used, available + held, `${account} does not add up`);
  assert.equal(sum(lots, 'remaining'), available, `the lots of ${account} are not what is available`);
  assert.equal(sum(lots, 'held'), held, `the lots of ${account} are not what is held`);
  assert(
    lots.every((lot) => lot.remaining >= 0 && lot.held >= 0 && lot.remaining + lot.held <= lot.granted),
    `a lot of ${account} is off`,
  );
}

/** Available, used and assigned as the meter shows them: over the lots that still have credit, so that the past does not turn it red. */
export function meterOf({ available, held, lots }: ClientState): { available: number; held: number; used: number; assigned: number } {
  const assigned = sum(lots, 'granted');
  return { available, held, used: assigned - available - held, assigned };
}

const sum = (lots: readonly Lot[], field: 'granted' | 'remaining' | 'held'): number => lots.reduce((total, lot) => total + lot[field], 0);
