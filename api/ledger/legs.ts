import assert from 'node:assert/strict';
import { AMOUNT_MAX } from '../contract/values.ts';
import { isClient, isPurchase, type LedgerAccount, unitOf } from './accounts.ts';

/** What enters (positive) or leaves (negative) one account: milli-credits, or minor units of the account's currency. */
export interface Leg {
  account: LedgerAccount;
  amount: number;
}

/**
 * One leg per account: an account twice in one transfer would escape the index that guards it. None of zero, but for a client or a purchase
 * that was named: its entry shows that something happened, also where nothing came or went.
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

/** Nothing appears and nothing vanishes: every amount is whole and within bounds, and each unit sums to zero. */
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
