import assert from 'node:assert/strict';
import type { AccountState, ClientState, Lot, MinutesState, PurchaseReturns } from '../../models/transfer.ts';
import { creditLevel, type MeterThresholds } from '../../rules/credits.ts';
import { type ClientAccount, isClient, isPurchase, type MinutesAccount, type PurchaseAccount } from '../accounts.ts';
import { type ClientKind, clientAfter, type Movement } from './effects.ts';
import { returnsAfter, untouched } from './returns.ts';

export type Kind = ClientKind | 'minutes.grant';

/** Reads the state of a guarded account; its type follows from the account's name. */
export interface StateOf {
  (account: ClientAccount): ClientState;
  (account: MinutesAccount): MinutesState;
  (account: PurchaseAccount): PurchaseReturns;
}

export function emptyState(account: string): AccountState {
  if (isPurchase(account)) return untouched;
  return isClient(account) ? { available: 0, held: 0, used: 0, assigned: 0, lots: [] } : { available: 0 };
}

/** Returns an account's next state. Balances change nowhere else, and the audit replays this function. */
export function stateAfter(before: AccountState, movement: Movement): AccountState {
  const { account, kind, correction, legs } = movement;
  if (isPurchase(account)) {
    assert(correction && 'sessionId' in correction, 'a purchase is only ever corrected');
    return returnsAfter(before as PurchaseReturns, kind, correction); // the account's type says so
  }
  const amount = legs.find((leg) => leg.account === account)?.amount ?? 0;
  const { available } = before as ClientState | MinutesState; // the account's type says so
  if (!isClient(account)) {
    const granted = ((before as MinutesState).granted ?? 0) + (kind === 'minutes.grant' ? amount : 0); // the account's type says so
    return { available: available + amount, ...(granted > 0 && { granted }) };
  }
  const after = clientAfter(before as ClientState, movement); // the account's type says so
  assert.equal(after.available, available + amount, `${kind} moves something else on ${account}`);
  return after;
}

/** Asserts the invariants of a client's state. The agency's minutes may be negative, since the agency promised them itself. */
export function assertSound(account: string, state: AccountState): void {
  const amounts = Object.values(state).filter((value) => typeof value === 'number');
  assert(amounts.every(Number.isSafeInteger), `${account} is not in whole numbers`);
  if (account.startsWith('minutes.')) return;
  assert(
    amounts.every((amount) => amount >= 0),
    `${account} is below zero`,
  );
  if (isClient(account)) assertAddsUp(account, state as ClientState); // the account's type says so
}

function assertAddsUp(account: string, { available, held, used, assigned, reversed = 0, debt = 0, lots, holds = [] }: ClientState): void {
  assert.equal(assigned + debt, available + held + used + reversed, `${account} does not add up`);
  assert.equal(sum(lots, 'remaining'), available, `the lots of ${account} are not what is available`);
  assert.equal(sum(lots, 'held'), held, `the lots of ${account} are not what is held`);
  assert(
    lots.every((lot) => lot.remaining >= 0 && lot.held >= 0 && lot.remaining + lot.held <= lot.granted),
    `a lot of ${account} is off`,
  );
  const heldIn = new Map<string, number>();
  for (const { id, millis } of holds.flatMap((hold) => hold.lots)) {
    assert(millis > 0, `a hold of ${account} holds nothing`);
    heldIn.set(id, (heldIn.get(id) ?? 0) + millis);
  }
  const known = lots.filter(({ id }) => heldIn.has(id));
  assert(
    lots.every((lot) => lot.held === (heldIn.get(lot.id) ?? 0)) && known.length === heldIn.size,
    `the holds of ${account} are not what its lots hold`,
  );
}

/**
 * Returns the credits as the meter shows them, in milli-credits: assigned = available + used + held. Use never lowers `used`; new credits do,
 * because used-up lots leave then, so that past use does not turn the meter red.
 */
export function meterOf({ available, held, lots }: ClientState): { available: number; held: number; used: number; assigned: number } {
  const assigned = sum(lots, 'granted');
  return { available, held, used: assigned - available - held, assigned };
}

/** Tells whether credits are low in the agency's terms. Held ones count as left: most of a call's come back, and what is paid for is not lost. */
export function isLow(state: ClientState, thresholds: MeterThresholds): boolean {
  const { available, held, assigned } = meterOf(state);
  return creditLevel({ available: available + held, assigned }, thresholds) !== 'enough';
}

const sum = (lots: readonly Lot[], field: 'granted' | 'remaining' | 'held'): number => lots.reduce((total, lot) => total + lot[field], 0);
