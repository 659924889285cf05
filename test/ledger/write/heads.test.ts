import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Heads, keyOf } from '../../../api/ledger/write/heads.ts';

const scope = { agencyId: 'agn_1', world: 'live' } as const;
const head = (seq: number) => ({ seq, hash: `h${seq}`, after: { available: seq } });

test('credits.balance T2: a remembered entry is of one account of one world of one agency', () => {
  assert.equal(keyOf(scope, 'client.a'), 'agn_1/live/client.a');
});

test('the ledger C9: the newest entry of an account is remembered until another takes its place or it is forgotten', () => {
  const heads = new Heads();
  assert.equal(heads.get('a'), undefined);
  heads.put('a', head(1));
  heads.put('a', Object.assign(head(2), { account: 'more than a head' }));
  heads.put('b', head(3));
  assert.deepEqual({ a: heads.get('a'), b: heads.get('b') }, { a: head(2), b: head(3) });
  heads.forget('a');
  assert.deepEqual({ a: heads.get('a'), b: heads.get('b') }, { a: undefined, b: head(3) });
  heads.clear();
  assert.equal(heads.get('b'), undefined);
});

test('the ledger C9: a process remembers 20,000 entries, and forgets what it has used least recently', () => {
  const heads = new Heads();
  for (let seq = 0; seq < 20_000; seq += 1) heads.put(`k${seq}`, head(seq));
  assert.deepEqual(heads.get('k0'), head(0));
  heads.put('k1', head(1));
  heads.put('new', head(9));
  assert.deepEqual({ k0: heads.get('k0'), k1: heads.get('k1'), added: heads.get('new') }, { k0: head(0), k1: head(1), added: head(9) });
  assert.equal(heads.get('k2'), undefined);
  assert.deepEqual(heads.get('k3'), head(3));
});
