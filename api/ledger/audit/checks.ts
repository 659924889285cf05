import assert from 'node:assert/strict';
import type { Head } from '../../models/entry.ts';
import { type ClientState, type PurchaseReturns, slotOf, type Transfer } from '../../models/transfer.ts';
import { feeCents, PLATFORM_FEE_BASIS_POINTS } from '../../rules/money.ts';
import {
  clearingOf,
  feesOf,
  heldAt,
  isClient,
  isGuarded,
  issuedBy,
  minutesOf,
  overrunOf,
  platformFees,
  platformHeld,
  platformUsed,
  purchaseOf,
  revenueOf,
  usedAt,
} from '../accounts.ts';
import { canonicalJson, linkHash } from '../chain.ts';
import { assertBalanced } from '../legs.ts';
import {
  amountOn,
  causeOf,
  clientAmount,
  clientIn,
  entriesOf,
  feeBack,
  isDone,
  moneyBack,
  orderCorrected,
  purchaseCorrected,
  purchaseIn,
  sumOver,
} from '../reading.ts';
import { heldFor, heldUnder, orderedFor, promisedIn } from '../state/holds.ts';
import { burn, sumTaken } from '../state/lots.ts';
import { disputedMillis, isAboutMoney, isCorrection, isReturn, unusedBy } from '../state/returns.ts';
import { assertSound, stateAfter } from '../state/states.ts';

/** Holds for every transfer of an order. */
export const orderChecks: readonly LedgerCheck[] = [
  {
    name: 'an order is held for out of credits that may pay for it, and the agency pays nothing for it',
    check: (transfer, before) => {
      const isHold = isDone(transfer, 'order.hold') || isDone(transfer, 'order.hold_all');
      const isBought = isDone(transfer, 'credits.purchase') && amountOn(transfer, heldAt(transfer)) !== 0;
      if (!isHold && !isBought) return;
      const { held, promised } = heldBy(transfer, before) ?? {};
      if (held === undefined) return; // another check reports the gap
      assert.equal(held, amountOn(transfer, heldAt(transfer)), 'it holds another amount');
      if (isHold) assert.equal(held, 0 - clientAmount(transfer), 'it holds what it did not take');
      if (transfer.kind === 'order.hold') assert.equal(promised, held, 'it holds free credits');
      if (isBought) assert.equal(held, 0 - amountOn(transfer, issuedBy(transfer)), 'a part of what was bought for an order is free to use');
      assertApart(transfer);
    },
  },
  {
    name: 'of a closed account the unused free credits go back to the agency, and all others lapse',
    check: (transfer, before) => {
      if (!isDone(transfer, 'account.close')) return;
      const last = before(clientIn(transfer)?.account ?? '');
      if (!last) return; // another check reports the gap
      const { lots } = last.after as ClientState; // of a client's account
      const free = sumTaken(burn(lots, 0 - clientAmount(transfer)).taken, (lot) => lot.prepaid);
      assert.equal(amountOn(transfer, issuedBy(transfer)), 0 - clientAmount(transfer) - free, 'another amount lapsed');
      assertApart(transfer, free);
    },
  },
  {
    name: 'an order takes no more than was held for it, and the minutes of free credits go back to the agency with it',
    check: (transfer, before) => {
      if (!isDone(transfer, 'order.resolve')) return;
      const change = heldBy(transfer, before);
      if (!change) return; // another check reports the gap
      const used = amountOn(transfer, usedAt(transfer));
      const [held, promised] = [0 - change.held, 0 - change.promised];
      assert(used >= 0 && used <= held, 'it took another amount than was held');
      const back = amountOn(transfer, minutesOf(transfer));
      // Free credits are used first. If everything was taken, all free credits were.
      assert.equal(back, Math.min(used, held - promised), 'other minutes went back');
      assert.equal(amountOn(transfer, issuedBy(transfer)), 0 - back, 'the agency promised another amount');
      assertApart(transfer, back);
    },
  },
  {
    name: 'what an order took is given back as it was taken',
    check: (transfer) => {
      if (!isDone(transfer, 'order.refund')) return;
      const parts = orderCorrected(transfer)?.parts ?? assert.fail('it does not say what it gives back');
      assert.equal(orderCorrected(transfer)?.key, causeOf(transfer), 'it gives back for another order');
      const sum = (prepaid: boolean) => parts.reduce((total, part) => (part.prepaid === prepaid ? total + part.millis : total), 0);
      assert(
        parts.every(({ millis }) => millis > 0),
        'it gives back nothing',
      );
      assert.equal(amountOn(transfer, usedAt(transfer)), 0 - sum(true) - sum(false), 'it gives back another amount');
      assert.equal(amountOn(transfer, issuedBy(transfer)), sum(true), 'the agency takes another promise back');
      assertApart(transfer, 0 - sum(true));
    },
  },
];

/** Returns how a transfer changed the hold named by its cause, and how much of that change is not free credits. */
function heldBy(transfer: Transfer, before: Before): { held: number; promised: number } | undefined {
  const account = clientIn(transfer)?.account ?? '';
  const last = before(account)?.after as ClientState | undefined; // of a client's account
  const now = entriesOf(transfer).find((entry) => entry.account === account)?.after as ClientState | undefined; // the same
  if (!last || !now) return undefined;
  const name = orderedFor(causeOf(transfer));
  return { held: heldUnder(now, name) - heldUnder(last, name), promised: promisedIn(now, name) - promisedIn(last, name) };
}

/** Asserts that only the agency's minutes move, by this amount; used and held minutes stay. */
function assertApart(transfer: Transfer, minutes = 0): void {
  const moved = [minutesOf, platformHeld, platformUsed].map((accountOf) => amountOn(transfer, accountOf(transfer)));
  assert.deepEqual(moved, [minutes, 0, 0], 'the agency paid for what is not a call');
}

/** Holds for every transfer, by its kind. */
export const businessChecks: readonly LedgerCheck[] = [
  {
    name: 'free credits leave the agency as they reach the client',
    check: (transfer) => {
      if (isDone(transfer, 'signup.grant'))
        assert.equal(amountOn(transfer, minutesOf(transfer)), -clientAmount(transfer), 'the agency gave another amount');
    },
  },
  {
    name: 'unused free credits of a returned order go back to the agency as they leave the client',
    check: (transfer) => {
      if (!isDone(transfer, 'free.return')) return;
      const back = 0 - clientAmount(transfer);
      assert(back !== 0, 'it moves nothing');
      assert.deepEqual([amountOn(transfer, issuedBy(transfer)), amountOn(transfer, usedAt(transfer))], [0, 0], 'used ones went back');
      assertApart(transfer, back);
    },
  },
  {
    name: 'a call is used up by client and agency alike, but for what the agency had paid before',
    check: (transfer, before) => {
      if (!isDone(transfer, 'usage.record')) return;
      const [cost, overrun] = [0 - clientAmount(transfer), 0 - amountOn(transfer, overrunOf(transfer))];
      assert.equal(amountOn(transfer, usedAt(transfer)), cost + overrun, 'the client used another amount');
      const last = before(clientIn(transfer)?.account ?? '');
      if (!last) return; // another check reports the gap
      const { lots } = last.after as ClientState; // of a client's account
      const promised = sumTaken(burn(lots, cost).taken, (lot) => !lot.prepaid);
      assert.equal(amountOn(transfer, minutesOf(transfer)), 0 - promised - overrun, 'the agency used another amount');
    },
  },
  {
    name: 'the agency bears no part of a call that its client has credits for',
    check: (transfer) => {
      const overrun = 0 - amountOn(transfer, overrunOf(transfer));
      assert(overrun >= 0, 'an overrun came back');
      const own = entriesOf(transfer).find(({ account }) => account === clientIn(transfer)?.account);
      if (overrun > 0 && own) assert.equal((own.after as ClientState).available, 0, 'there was an overrun beside credits'); // of a client's account
    },
  },
  {
    name: 'what is held for a call is held of the agency too, and both are used or come back',
    check: (transfer, before) => {
      if (!isDone(transfer, 'call.hold') && !isDone(transfer, 'hold.resolve')) return;
      const client = clientIn(transfer)?.account ?? '';
      const last = before(client);
      const own = entriesOf(transfer).find(({ account }) => account === client);
      if (!last || !own) return; // another check reports the gap
      const call = heldFor(causeOf(transfer));
      const held = promisedIn(own.after as ClientState, call) - promisedIn(last.after as ClientState, call); // of a client's account
      assert.equal(amountOn(transfer, platformHeld(transfer)), held, 'the agency holds another amount');
      const moved = amountOn(transfer, minutesOf(transfer)) + amountOn(transfer, platformUsed(transfer));
      assert.equal(moved, 0 - held, 'the agency paid another amount');
    },
  },
  {
    name: 'money comes with purchases and goes with their corrections, and 2 % of it is owed',
    check: (transfer, before) => {
      const { kind, purchaseId, refused } = transfer;
      const isOurs = refused === undefined && isAboutMoney(kind);
      assert.equal(purchaseId !== undefined, isOurs, 'credits and purchase do not belong together');
      assert.equal(transfer.correction !== undefined, refused === undefined && isCorrection(kind), 'it does not say what it corrects');
      const last = before(purchaseOf(transfer, purchaseId ?? ''))?.after as PurchaseReturns | undefined; // of a purchase
      if (isReturn(kind) && !last) return; // another check reports the gap
      const price = sumOver(transfer, clearingOf);
      const fee = last ? feeBack(transfer, last) : feeCents(price, PLATFORM_FEE_BASIS_POINTS);
      assert(kind === 'credits.purchase' || price === (last ? moneyBack(transfer, last) : 0), 'money came without a purchase');
      assert.deepEqual(
        [sumOver(transfer, revenueOf), sumOver(transfer, feesOf), sumOver(transfer, platformFees)],
        [0 - price, fee, 0 - fee],
        `a price of ${price} has another fee or revenue`,
      );
    },
  },
  {
    name: 'credits are taken back as their money goes back, and given back with it',
    check: (transfer, before) => {
      const last = before(purchaseOf(transfer, transfer.purchaseId ?? ''))?.after as PurchaseReturns | undefined; // of a purchase
      if (!last) return;
      const taken = purchaseIn(transfer).reversed - last.reversed;
      assert.equal(amountOn(transfer, issuedBy(transfer)), taken, 'it took back other credits');
      const corrected = purchaseCorrected(transfer);
      const unused = corrected ? unusedBy(last, purchaseIn(transfer), corrected) : 0;
      assert.equal(amountOn(transfer, usedAt(transfer)), 0 - unused, 'it took another amount out of what an order used');
      if (isDone(transfer, 'dispute.freeze') && corrected)
        assert(amountOn(transfer, heldAt(transfer)) <= disputedMillis(last, corrected), 'it froze more than is disputed');
    },
  },
];

/** Returns the previous entry of a guarded account, or undefined if it is missing. */
export type Before = (account: string) => Head | undefined;

/** A rule that every transfer keeps. `check` throws if one does not. */
export interface LedgerCheck {
  name: string;
  check(transfer: Transfer, before: Before): void;
}

export const checks: readonly LedgerCheck[] = [
  {
    name: 'a transfer is named after its agency, world, kind and cause',
    check: (transfer) => assert(causeOf(transfer) !== '' && transfer.input !== '', 'its name is another'),
  },
  {
    name: 'what moves sums to zero in each unit, in whole numbers, each account once',
    check: ({ refused, postings }) =>
      refused === undefined ? assertBalanced(postings) : assert.equal(postings.length, 0, 'a refusal moved'),
  },
  {
    name: 'every entry of a guarded account has its slot, and nothing else has',
    check: ({ slots, postings }) => {
      const expected = postings.flatMap(({ account, seq = 0 }) => (isGuarded(account) ? [slotOf(account, seq)] : []));
      assert.deepEqual(slots ?? [], expected, 'its slots are others');
      assert.equal(new Set(slots).size, expected.length, 'it has a slot twice');
    },
  },
  {
    name: 'the entries of an account are numbered without a gap',
    check: (transfer, before) => {
      for (const { account, seq } of entriesOf(transfer))
        assert.equal(before(account)?.seq, seq - 1, `entry ${seq - 1} of ${account} is missing`);
    },
  },
  {
    name: 'every hash follows from the one before',
    check: (transfer, before) => {
      const { _id, kind, at } = transfer;
      for (const { hash, ...content } of entriesOf(transfer)) {
        const last = before(content.account);
        if (!last) continue; // another check reports the gap
        const expected = linkHash(last.hash, { _id, kind, at, ...content });
        assert.equal(hash, expected, `entry ${content.seq} of ${content.account} is not what was written`);
      }
    },
  },
  {
    name: 'every balance follows from the one before, adds up, and no client is below zero',
    check: (transfer, before) => {
      const { kind, correction, rules = 1, postings: legs } = transfer;
      for (const { account, seq, after } of entriesOf(transfer)) {
        const last = before(account);
        if (!last) continue; // another check reports the gap
        const replayed = stateAfter(last.after, { kind, cause: causeOf(transfer), correction, legs, account, rules });
        assert.equal(canonicalJson(after), canonicalJson(replayed), `entry ${seq} of ${account} has another balance`);
        assertSound(account, after);
      }
    },
  },
  {
    name: 'a transfer stays in one world and moves at most one client',
    check: ({ world, postings }) => {
      const others = postings.filter(({ account }) => !isClient(account));
      assert(
        others.every(({ account }) => account.endsWith(`.${world}`)),
        'it reaches into another world',
      );
      assert(postings.length - others.length <= 1, 'it moves two clients');
    },
  },
  ...businessChecks,
  ...orderChecks,
];
