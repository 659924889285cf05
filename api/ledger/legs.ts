import assert from 'node:assert/strict';
import { AMOUNT_MAX } from '../contract/values.ts';
import { isClient, isPurchase, type LedgerAccount, unitOf } from './accounts.ts';

/** An amount that enters (positive) or leaves (negative) one account, in milli-credits or minor units of the account's currency. */
export interface Leg {
  account: LedgerAccount;
  amount: number;
}

/**
 * Merges movements into one leg per account, because an account twice in one transfer would escape the unique index. Drops zeros, except
 * those of a named client or purchase: their entry shows that something happened.
 */
export function legs(...movements: readonly [LedgerAccount, number][]): Leg[] {
  const merged: Leg[] = [];
  for (const [account, amount] of movements) {
    const leg = merged.find((one) => one.account === account);
    if (leg) leg.amount += amount;
    else merged.push({ account, amount: 0 + amount }); // never -0, which is stored as another number
  }
  return merged.filter(({ account, amount }) => amount !== 0 || mayBeZero(account));
}

/** Asserts that nothing appears or vanishes: every amount is whole and within bounds, and each unit sums to zero. */
export function assertBalanced(moved: readonly { account: string; amount: number }[]): void {
  const sums = new Map<string, number>();
  for (const { account, amount } of moved) {
    const isMoved = amount !== 0 || mayBeZero(account);
    assert(Number.isSafeInteger(amount) && isMoved && Math.abs(amount) <= AMOUNT_MAX, `${account} moves by ${amount}`);
    const unit = unitOf(account);
    sums.set(unit, (sums.get(unit) ?? 0) + amount);
  }
  assert(moved.length >= 2, 'a transfer has two sides');
  assert.equal(new Set(moved.map(({ account }) => account)).size, moved.length, 'an account stands twice in one transfer');
  for (const [unit, sum] of sums) assert.equal(sum, 0, `${unit} does not sum to zero`);
}

const mayBeZero = (account: string): boolean => isClient(account) || isPurchase(account);
