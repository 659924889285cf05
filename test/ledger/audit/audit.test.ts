import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import mongoose from 'mongoose';
import { audit } from '../../../api/domain/audit/audit.ts';
import { chargeCall, settleCall } from '../../../api/ledger/transfers/calls.ts';
import { allocateCredits, creditPurchase, grantFree, grantMinutes } from '../../../api/ledger/transfers/grants.ts';
import { holdCredits } from '../../../api/ledger/transfers/holds.ts';
import { reversePurchase } from '../../../api/ledger/transfers/returns.ts';
import { insertPurchase, noteSession } from '../../../api/models/purchase.ts';
import type { Transfer } from '../../../api/models/transfer.ts';
import { openEngine } from '../../support/engine.ts';
import { bySecond, newClient, somebody } from '../people.ts';

const engine = await openEngine();
after(() => engine.close());

const client = newClient();
const transfers = mongoose.connection.collection<Transfer>('transfers');
const nameOf = (cause: string) => `${client.agencyId}/${client.world}/${cause}`;
const price = { millis: 100_000, priceCents: 4025, currency: 'EUR' } as const;

before(async () => {
  await grantMinutes(client, { cause: 'start', millis: 50_000, ...somebody });
  await grantFree(client, { cause: 'free', millis: 10_000, ...somebody });
  await allocateCredits(client, { requestId: 'r1', millis: 25_000, description: 'A gift', ...somebody });
  const { millis: credits, ...cost } = price;
  const item = { priceId: 'price_1' };
  await insertPurchase(client, { _id: 'pur_1', memberId: 'mem_1', item, name: '100 credits', credits, ...cost, createdAt: somebody.at });
  await noteSession(client, 'pur_1', { id: 'cs_1', url: null });
  await creditPurchase(client, { paymentStatus: 'paid', sessionId: 'cs_1', purchaseId: 'pur_1', ...price, ...somebody });
  for (const callId of ['c1', 'c2', 'c3']) await chargeCall(client, { callId, seconds: 400, rounding: bySecond, ...somebody });
  await reversePurchase(client, { sessionId: 'cs_1', purchaseId: 'pur_1', cause: 're_1', refundedCents: 1000, ...somebody });
  await holdCredits(client, { holdId: 'h1', millis: 9000, expiresAt: somebody.at, policy: { kind: 'unlimited' }, ...somebody });
  await settleCall(client, { callId: 'h1', seconds: 300, rounding: bySecond, ...somebody });
});

test('audit C4: an untouched ledger adds up', async () => {
  const report = await audit();
  assert.deepEqual(
    report.checks.filter(({ ok }) => !ok),
    [],
  );
  assert.deepEqual(
    { transfers: report.transfers, accounts: report.accounts, violations: report.violations },
    { transfers: 10, accounts: 3, violations: 0 },
  );
});

const on = ({ postings }: Transfer, start: string) => postings.find(({ account }) => account.startsWith(start))!;

/** Changes that somebody with access to the database could make to a transfer, and the check that must find each. */
const tampering: [string, string, (transfer: Transfer) => unknown][] = [
  ['call.hold/c2', 'what moves sums to zero', (transfer) => Object.assign(on(transfer, 'client.'), { amount: -1 })],
  ['call.hold/c2', 'every hash follows', (transfer) => Object.assign(transfer, { at: new Date(0) })],
  ['call.hold/c2', 'every balance follows', (transfer) => Object.assign(on(transfer, 'client.').after!, { available: 1 })],
  ['call.hold/c3', 'every hash follows', (transfer) => Object.assign(on(transfer, 'minutes.'), { hash: 'forged' })],
  ['call.hold/c2', 'every entry of a guarded account has its slot', (transfer) => transfer.slots?.pop()],
  ['call.hold/c1', 'a transfer stays in one world', (transfer) => Object.assign(on(transfer, 'used.'), { account: 'used.live' })],
  ['minutes.grant/start', 'the entries of an account are numbered', (transfer) => Object.assign(on(transfer, 'minutes.'), { seq: 9 })],
  ['signup.grant/free', 'free credits leave the agency', ({ postings }) => postings.splice(1, 1)],
  ['call.hold/c3', 'a call is used up by client and agency alike', ({ postings }) => postings.splice(2, 2)],
  ['credits.purchase/cs_1', 'money comes with purchases', (transfer) => Object.assign(on(transfer, 'fees.'), { amount: 0 })],
  ['credits.purchase/cs_1', 'credits were bought at the price', (transfer) => Object.assign(transfer, { purchaseId: 'pur_other' })],
  ['refund.reverse/re_1', 'credits are taken back as', (transfer) => Object.assign(on(transfer, 'issued.'), { amount: 1 })],
  ['refund.reverse/re_1', 'money comes with purchases', (transfer) => Object.assign(on(transfer, 'fees.'), { amount: -1 })],
  ['refund.reverse/re_1', 'credits were bought at the price', ({ correction }) => Object.assign(correction!, { priceCents: 4000 })],
  ['refund.reverse/re_1', 'every balance follows', (transfer) => Object.assign(on(transfer, 'purchase.').after!, { refundedCents: 1 })],
  ['call.hold/h1', 'what is held for a call', ({ postings }) => postings.splice(2, 2)],
  ['hold.resolve/h1', 'what is held for a call', (transfer) => Object.assign(on(transfer, 'platform.used.'), { amount: 1 })],
  ['hold.resolve/h1', 'the agency bears no part', ({ postings }) => postings.push({ account: 'overrun.test.0', amount: -1 })],
  ['call.hold/h1', 'the agency bears no part', ({ postings }) => postings.push({ account: 'overrun.test.0', amount: 1 })],
  ['credits.allocate/r1', 'a transfer is named after', (transfer) => Object.assign(transfer, { kind: 'credits.recharge' })],
];

for (const [name, complaint, tamper] of tampering) {
  test(`audit C4: tampering with ${name} is found: ${complaint}`, async () => {
    const original = await transfers.findOne({ _id: nameOf(name) });
    assert(original);
    const changed = structuredClone(original);
    tamper(changed);
    await transfers.replaceOne({ _id: original._id }, changed);
    try {
      const { checks, violations } = await audit();
      const found = checks.find((check) => check.name.startsWith(complaint));
      assert.equal(found?.ok, false, JSON.stringify(checks));
      assert.match(found.detail, new RegExp(original._id));
      assert(violations > 0);
    } finally {
      await transfers.replaceOne({ _id: original._id }, original);
    }
  });
}

test('audit C4 I11: a removed entry is reported at the one after it', async () => {
  const original = await transfers.findOne({ _id: nameOf('call.hold/c2') });
  assert(original);
  await transfers.deleteOne({ _id: original._id });
  const gaps = (await audit()).checks.find(({ name }) => name.startsWith('the entries of an account are numbered'));
  await transfers.insertOne(original);
  assert.match(gaps?.detail ?? '', /call\.hold\/c3: entry 5 of client\.\w+ is missing/);
  assert.equal((await audit()).violations, 0);
});
