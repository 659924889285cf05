import assert from 'node:assert/strict';
import type { Head } from '../../models/entry.ts';
import { slotOf, type Transfer } from '../../models/transfer.ts';
import { isClient, isGuarded } from '../accounts.ts';
import { canonicalJson, linkHash } from '../chain.ts';
import { assertBalanced } from '../legs.ts';
import { causeOf, entriesOf } from '../reading.ts';
import { assertSound, stateAfter } from '../state/states.ts';
import { businessChecks } from './checks-business.ts';
import { orderChecks } from './checks-orders.ts';

/** The entry before, of each guarded account that a transfer moves; undefined where it is missing. */
export type Before = (account: string) => Head | undefined;

/** Something that is true of every transfer. It throws where it is not. */
export interface Check {
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
      const { kind, correction, rules = 1, postings: legs } = transfer;
      for (const { account, seq, after } of entriesOf(transfer)) {
        const last = before(account);
        if (!last) continue; // a gap is found above
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
