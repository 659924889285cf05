import assert from 'node:assert/strict';
import type { Head } from '../../models/entry.ts';
import { type ClientState, type Posting, type PurchaseState, prefixOf, slotOf, type Transfer } from '../../models/transfer.ts';
import { currencies, feeCents, PLATFORM_FEE_BASIS_POINTS } from '../../rules/money.ts';
import {
  clearingOf,
  feesOf,
  heldAt,
  isClient,
  isGuarded,
  isPurchase,
  issuedBy,
  minutesOf,
  platformFees,
  purchaseOf,
  revenueOf,
  usedAt,
} from './accounts.ts';
import { canonicalJson, linkHash } from './chain.ts';
import { assertBalanced } from './legs.ts';
import { burn, sumTaken } from './lots.ts';
import { disputedMillis, isAboutMoney, isCorrection, wentBackCents } from './returns.ts';
import { assertSound, stateAfter } from './states.ts';

/** The entry before, of each guarded account that a transfer moves; undefined where it is missing. */
export type Before = (account: string) => Head | undefined;

/** Something that is true of every transfer. It throws where it is not. */
interface Check {
  name: string;
  check(transfer: Transfer, before: Before): void;
}

export const checks: readonly Check[] = [
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
        if (!last) continue; // a gap is found above
        const expected = linkHash(last.hash, { _id, kind, at, ...content });
        assert.equal(hash, expected, `entry ${content.seq} of ${content.account} is not what was written`);
      }
    },
  },
  {
    name: 'every balance follows from the one before, adds up, and no client is below zero',
    check: (transfer, before) => {
      const { kind, correction, postings: legs } = transfer;
      for (const { account, seq, after } of entriesOf(transfer)) {
        const last = before(account);
        if (!last) continue; // a gap is found above
        const replayed = stateAfter(last.after, { kind, cause: causeOf(transfer), correction, legs, account });
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
  {
    name: 'free credits leave the agency as they reach the client',
    check: (transfer) => {
      if (isDone(transfer, 'signup.grant'))
        assert.equal(amountOn(transfer, minutesOf(transfer)), -clientAmount(transfer), 'the agency gave another amount');
    },
  },
  {
    name: 'a call is used up by client and agency alike, but for what the agency had paid before',
    check: (transfer, before) => {
      if (!isDone(transfer, 'usage.record')) return;
      const cost = -clientAmount(transfer);
      assert.equal(amountOn(transfer, usedAt(transfer)), cost, 'the client used another amount');
      const last = before(clientIn(transfer)?.account ?? '');
      if (!last) return; // a gap is found above
      const { lots } = last.after as ClientState; // of a client's account
      const promised = sumTaken(burn(lots, cost).taken, (lot) => !lot.prepaid);
      assert.equal(amountOn(transfer, minutesOf(transfer)), 0 - promised, 'the agency used another amount');
    },
  },
  {
    name: 'money comes with purchases and goes with their corrections, and 2 % of it is owed',
    check: (transfer, before) => {
      const { kind, purchaseId, refused } = transfer;
      const isOurs = refused === undefined && isAboutMoney(kind);
      assert.equal(purchaseId !== undefined, isOurs, 'credits and purchase do not belong together');
      assert.equal(transfer.correction !== undefined, isOurs && isCorrection(kind), 'it does not say what it corrects');
      const last = before(purchaseOf(transfer, purchaseId ?? ''))?.after as PurchaseState | undefined; // of a purchase
      if (isCorrection(kind) && !last) return; // a gap is found above
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
      const last = before(purchaseOf(transfer, transfer.purchaseId ?? ''))?.after as PurchaseState | undefined; // of a purchase
      if (!last) return;
      const taken = purchaseIn(transfer).reversed - last.reversed;
      assert.equal(amountOn(transfer, issuedBy(transfer)), taken, 'it took back other credits');
      if (isDone(transfer, 'dispute.freeze') && transfer.correction)
        assert(amountOn(transfer, heldAt(transfer)) <= disputedMillis(last, transfer.correction), 'it froze more than is disputed');
    },
  },
];

/** The part of a transfer's name after agency, world and kind; '' where these are not its own. */
export function causeOf(transfer: Transfer): string {
  const prefix = `${prefixOf(transfer)}${transfer.kind}/`;
  return transfer._id.startsWith(prefix) ? transfer._id.slice(prefix.length) : '';
}

/** The postings that are links of a chain. */
export const entriesOf = ({ postings }: Transfer) => postings.filter(({ account }) => isGuarded(account)) as Required<Posting>[]; // that is what guarded means

const isDone = ({ kind, refused }: Transfer, wanted: string): boolean => kind === wanted && refused === undefined;

const amountOn = ({ postings }: Transfer, account: string): number => postings.find((posting) => posting.account === account)?.amount ?? 0;

const clientIn = ({ postings }: Transfer) => postings.find(({ account }) => isClient(account));

const clientAmount = (transfer: Transfer): number => clientIn(transfer)?.amount ?? 0;

/** How a correction left its purchase. */
const purchaseIn = ({ postings }: Transfer) => postings.find(({ account }) => isPurchase(account))?.after as PurchaseState; // of a purchase

const moneyBack = (transfer: Transfer, before: PurchaseState): number => {
  const { priceCents } = transfer.correction ?? assert.fail('it does not say what it corrects');
  return wentBackCents(before, priceCents) - wentBackCents(purchaseIn(transfer), priceCents);
};

const feeBack = (transfer: Transfer, before: PurchaseState): number => before.reversedFeeCents - purchaseIn(transfer).reversedFeeCents;

const sumOver = (transfer: Transfer, accountOf: typeof clearingOf | typeof revenueOf | typeof feesOf | typeof platformFees): number =>
  currencies.reduce((sum, currency) => sum + amountOn(transfer, accountOf(transfer, currency)), 0);
