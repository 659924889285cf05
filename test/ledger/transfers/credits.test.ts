import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { readStatement } from '../../../api/domain/credits/statement.ts';
import { clientOf } from '../../../api/ledger/accounts.ts';
import { linkHash } from '../../../api/ledger/chain.ts';
import { legs } from '../../../api/ledger/legs.ts';
import { promiseTo } from '../../../api/ledger/state/changes.ts';
import { chargeCall } from '../../../api/ledger/transfers/calls.ts';
import {
  allocateCredits,
  creditPurchase,
  grantFree,
  grantMinutes,
  readBalance,
  readFees,
  readMinutes,
  rechargeCredits,
  requireRoomFor,
} from '../../../api/ledger/transfers/grants.ts';
import { holdCredits } from '../../../api/ledger/transfers/holds.ts';
import { commit } from '../../../api/ledger/write/commit.ts';
import type { ClientScope } from '../../../api/models/scope.ts';
import { openEngine } from '../../support/engine.ts';
import { bySecond, newClient, somebody } from '../people.ts';

const engine = await openEngine();
after(() => engine.close());

const view = { meter: { lowPermille: 250, criticalPermille: 100 }, waiting: 0 };
const figures = async (client: ClientScope) => {
  const { available, used, assigned } = await readBalance(client, view);
  return { available, used, assigned };
};
/** 60 seconds cost one credit. */
const use = (client: ClientScope, callId: string, seconds: number) =>
  chargeCall(client, { callId, seconds, rounding: bySecond, ...somebody });
const give = (client: ClientScope, requestId: string, millis: number) => rechargeCredits(client, { requestId, millis, ...somebody });
const buy = (client: ClientScope, sessionId: string, { millis = 100_000, priceCents = 4000 } = {}) =>
  creditPurchase(client, {
    paymentStatus: 'paid',
    sessionId,
    purchaseId: `pur_${sessionId}`,
    millis,
    priceCents,
    currency: 'EUR',
    ...somebody,
  });

test('credits.balance C2: recharge 100, use 30, recharge 50 reads 100|0|100, 70|30|100, 120|30|150', async () => {
  const client = newClient();
  assert.deepEqual(await figures(client), { available: 0, used: 0, assigned: 0 });
  await give(client, 'first', 100_000);
  assert.deepEqual(await figures(client), { available: 100_000, used: 0, assigned: 100_000 });
  await use(client, 'call', 30 * 60);
  assert.deepEqual(await figures(client), { available: 70_000, used: 30_000, assigned: 100_000 });
  await give(client, 'second', 50_000);
  assert.deepEqual(await figures(client), { available: 120_000, used: 30_000, assigned: 150_000 });
});

test('credits.balance C2: after using up 2,000 and buying 100 it reads 100|0|100; the statement has the totals', async () => {
  const client = newClient();
  await give(client, 'much', 2_000_000);
  await use(client, 'long', 2000 * 60);
  await buy(client, 'cs_again');
  assert.deepEqual(await figures(client), { available: 100_000, used: 0, assigned: 100_000 });
  assert.deepEqual((await readStatement(client, { limit: 1 })).lifetime, { assigned: 2_100_000, used: 2_000_000, reversed: 0 });
});

test('credits.allocate C5: an allocation is available at once, and its entry shows the actor and the reason', async () => {
  const client = newClient();
  const done = await allocateCredits(client, {
    requestId: 'r1',
    millis: 25_000,
    description: 'Invoice #INV-2024-001',
    actor: 'agency',
    at: somebody.at,
  });
  assert.deepEqual({ repeated: done.repeated, available: done.state.available }, { repeated: false, available: 25_000 });
  const { entries } = await readStatement(client, { limit: 10 });
  assert.deepEqual(
    entries.map(({ kind, amount, actor, description }) => [kind, amount, actor, description]),
    [['credits.allocate', 25_000, 'agency', 'Invoice #INV-2024-001']],
  );
});

test('credits.statement C4: pages follow each other without a gap, and a client can check every hash itself', async () => {
  const client = newClient();
  for (let index = 1; index <= 7; index++) await give(client, `r${index}`, index * 1000);
  const pages = [];
  for (let before: number | undefined; ; ) {
    const page = await readStatement(client, { limit: 3, before });
    pages.push(...page.entries);
    if (page.next === null) break;
    before = page.next;
  }
  assert.deepEqual(
    pages.map(({ seq }) => seq),
    [7, 6, 5, 4, 3, 2, 1],
  );
  let last = '';
  for (const { transferId, at, hash, description: _, actor: __, ...entry } of pages.toReversed()) {
    assert.equal(hash, linkHash(last, { ...entry, _id: transferId, at: new Date(at) }));
    last = hash;
  }
});

test('usage.record C7: free credits burn first and debit only the client, the others also the agency', async () => {
  const client = newClient();
  await grantMinutes(client, { cause: 'start', millis: 50_000, ...somebody });
  await grantFree(client, { millis: 10_000, ...somebody });
  assert.deepEqual(await readMinutes(client), { available: 40_000 });
  await buy(client, 'cs_lots');
  await use(client, 'all-free', 9 * 60);
  assert.deepEqual(await readMinutes(client), { available: 40_000 });
  const { state } = await use(client, 'half-free', 3 * 60);
  assert.deepEqual(await readMinutes(client), { available: 38_000 });
  assert.deepEqual(
    state.lots.map(({ kind, granted, remaining }) => [kind, granted, remaining]),
    [
      ['free', 10_000, 0],
      ['purchased', 100_000, 98_000],
    ],
  );
});

test('credits.recharge C17: the same attempt 20 times in parallel is one recharge and 20 equal answers', async () => {
  const client = newClient();
  const answers = await Promise.all(Array.from({ length: 20 }, () => give(client, 'same', 5000)));
  assert.equal(answers.filter(({ repeated }) => !repeated).length, 1);
  assert.equal(new Set(answers.map(({ repeated: _, ...answer }) => JSON.stringify(answer))).size, 1);
  assert.deepEqual(await figures(client), { available: 5000, used: 0, assigned: 5000 });
});

test('credits.recharge C17: the same attempt with other content is refused and moves nothing', async () => {
  const client = newClient();
  await give(client, 'same', 5000);
  await assert.rejects(give(client, 'same', 5001), { code: 'idempotency.mismatch' });
  await assert.rejects(give({ ...newClient(client.agencyId) }, 'same', 5000), { code: 'idempotency.mismatch' });
  assert.deepEqual(await figures(client), { available: 5000, used: 0, assigned: 5000 });
});

test('agency.read P6: a purchase of 40.00 owes 0.80, and an unpaid one owes nothing', async () => {
  const client = newClient();
  await grantFree(client, { millis: 10_000, ...somebody });
  await allocateCredits(client, { requestId: 'gift', millis: 10_000, description: 'A gift', ...somebody });
  await use(client, 'call', 60);
  assert.deepEqual(await readFees(client), []);
  await Promise.all(Array.from({ length: 20 }, () => buy(client, 'cs_40')));
  assert.deepEqual(await readFees(client), [{ currency: 'EUR', owedCents: 80 }]);
  await buy(client, 'cs_0.25', { millis: 1000, priceCents: 25 });
  assert.deepEqual(await readFees(client), [{ currency: 'EUR', owedCents: 80 }], 'half a cent rounds to the even one');
});

test('usage.record U1: the same call 50 times in parallel is one debit, and another duration is refused', async () => {
  const client = newClient();
  await give(client, 'start', 100_000);
  const answers = await Promise.all(Array.from({ length: 50 }, () => use(client, 'call', 61)));
  assert(answers.every(({ costMillis }) => costMillis === 1017));
  assert.equal(answers.filter(({ repeated }) => !repeated).length, 1);
  await assert.rejects(use(client, 'call', 62), { code: 'usage.mismatch' });
  assert.deepEqual(await figures(client), { available: 98_983, used: 1017, assigned: 100_000 });
  const later = await chargeCall(client, { callId: 'call', seconds: 61, rounding: { by: 'minute' }, ...somebody });
  assert.equal(later.costMillis, 1017, 'a repetition costs what the call did');
});

test('usage.record U1: a call that never connected leaves no transfer', async () => {
  const client = newClient();
  const { costMillis, seq } = await use(client, 'missed', 0);
  assert.deepEqual({ costMillis, seq }, { costMillis: 0, seq: 0 });
});

test('calls.start F23: a refused call stays refused even after credits arrive; a new call is decided anew', async () => {
  const client = newClient();
  const start = (holdId: string, millis: number) =>
    holdCredits(client, { holdId, millis, expiresAt: new Date('2100-01-01'), policy: { kind: 'unlimited' }, ...somebody });
  await give(client, 'start', 1000);
  await assert.rejects(start('too-long', 1017), { code: 'credits.insufficient' });
  await give(client, 'more', 10_000);
  await assert.rejects(start('too-long', 1017), { code: 'credits.insufficient' });
  await assert.rejects(start('too-long', 1018), { code: 'idempotency.mismatch' });
  assert.equal((await start('again', 1017)).heldMillis, 1017);
});

test('credits.allocate C5: more credits than a client can have are refused', async () => {
  const client = newClient();
  await give(client, 'very-many', 1_000_000_000_000);
  await assert.rejects(give(client, 'one-more', 1), { code: 'credits.too_many' });
  assert.deepEqual(await figures(client), { available: 1_000_000_000_000, used: 0, assigned: 1_000_000_000_000 });
});

test('credits.checkout SX19: a purchase that would be too large to count is refused before it is paid', async () => {
  const client = newClient();
  const account = clientOf(client);
  const gift = (index: number) =>
    commit(client, {
      ...somebody,
      kind: 'credits.recharge',
      cause: `large-${index}`,
      content: index,
      guarded: [account],
      legs: (stateOf) => legs(...promiseTo(client, stateOf(account), 1_000_000_000_000)),
    });
  await Promise.all(Array.from({ length: 999 }, (_, index) => gift(index)));
  await requireRoomFor(client, 1_000_000_000_000, 'packageId');
  await gift(999);
  await assert.rejects(requireRoomFor(client, 1, 'packageId'), { code: 'credits.too_many', param: 'packageId' });
  await buy(client, 'cs_large', { millis: 1_000_000_000_000 });
  assert.deepEqual(await figures(client), { available: 1_001_000_000_000_000, used: 0, assigned: 1_001_000_000_000_000 });
});

test('credits.balance T2: another agency, another client and another world see none of it', async () => {
  const client = newClient();
  await give(client, 'mine', 1000);
  assert.deepEqual(await figures({ ...client, agencyId: 'agn_other' }), { available: 0, used: 0, assigned: 0 });
  assert.deepEqual(await figures({ ...client, world: 'live' }), { available: 0, used: 0, assigned: 0 });
  assert.deepEqual(await figures(newClient(client.agencyId)), { available: 0, used: 0, assigned: 0 });
  await assert.rejects(figures({ ...client, agencyId: '' }), /without its agency/);
});

test('credits.balance T2: a client without entries has nothing, even if its name sorts between two accounts', async () => {
  const first = { ...newClient(), subject: 'aaa' };
  await give(first, 'start', 100_000);
  await use(first, 'call', 60);
  assert.deepEqual(await figures({ ...first, subject: 'bbb' }), { available: 0, used: 0, assigned: 0 });
  await give({ ...first, subject: 'bbb' }, 'other', 5000);
  assert.deepEqual(await figures({ ...first, subject: 'bbb' }), { available: 5000, used: 0, assigned: 5000 });
});
