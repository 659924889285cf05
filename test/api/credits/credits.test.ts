import assert from 'node:assert/strict';
import test from 'node:test';
import mongoose from 'mongoose';
import type { ErrorBody, Output } from '../../../api/contract/index.ts';
import { audit } from '../../../api/domain/audit/audit.ts';
import { codeOf } from '../../support/agency.ts';
import { startApi, startPlainClient } from '../../support/api.ts';

const api = await startApi();
const plainClient = (minutesMillis?: number) => startPlainClient(api, minutesMillis);
const figures = ({ available, used, assigned }: Output<'credits.balance'>) => [available, used, assigned];

test('credits.balance C2: recharge 100, use 30, recharge 50; after using up 2,000, another 100 show as 100', async () => {
  const { agency, page } = await plainClient(10_000_000);
  const { clientId } = page;
  await agency.call('credits.recharge', { clientId, amountMillis: 100_000 });
  assert.deepEqual(figures(await page.balance()), [100_000, 0, 100_000]);
  await agency.call('usage.record', { clientId, callId: 'call-1', seconds: 1800 });
  assert.deepEqual(figures(await page.balance()), [70_000, 30_000, 100_000]);
  await agency.call('credits.recharge', { clientId, amountMillis: 50_000 });
  assert.deepEqual(figures(await page.balance()), [120_000, 30_000, 150_000]);
  await agency.call('credits.recharge', { clientId, amountMillis: 1_850_000 });
  await agency.call('usage.record', { clientId, callId: 'call-2', seconds: 60 * 985 });
  await agency.call('usage.record', { clientId, callId: 'call-3', seconds: 60 * 985 });
  await agency.call('credits.recharge', { clientId, amountMillis: 100_000 });
  assert.deepEqual(figures(await page.balance()), [100_000, 0, 100_000]);
  assert.deepEqual((await page.call('credits.statement', {})).lifetime, { assigned: 2_100_000, used: 2_000_000, reversed: 0 });
});

test('credits.balance C3: 25.0 is enough, 24.9 and 10.0 are low, 9.9 % is critical, nothing is empty', async () => {
  const { agency, page } = await plainClient();
  const { clientId } = page;
  await agency.allocate(clientId, 1_000_000);
  const levels: string[] = [];
  for (const [callId, seconds] of [
    ['to-25.0', 45_000],
    ['to-24.9', 60],
    ['to-10.0', 8940],
    ['to-9.9', 60],
    ['to-0', 5940],
  ] as const) {
    levels.push((await agency.call('usage.record', { clientId, callId, seconds })).balance.level);
  }
  assert.deepEqual(levels, ['enough', 'low', 'low', 'critical', 'empty']);
});

test('credits.allocate C5: 25 credits at once, with actor and text in the entry; an empty description is refused', async () => {
  const { agency, page } = await plainClient();
  const { clientId } = page;
  const granted = await agency.call('credits.allocate', { clientId, amountMillis: 25_000, description: 'Invoice #INV-2024-001' });
  assert.equal(granted.balance.available, 25_000);
  const [entry] = (await page.call('credits.statement', {})).entries;
  assert.equal(entry?.description, 'Invoice #INV-2024-001');
  assert.equal(entry?.actor, 'agency');
  assert.equal(entry?.amount, 25_000);
  for (const description of ['', '   ', undefined]) {
    const reply = await agency.try('credits.allocate', { clientId, amountMillis: 25_000, description: description as string });
    assert.equal((reply.body as unknown as ErrorBody).error.param, 'description');
  }
  await agency.call('credits.recharge', { clientId, amountMillis: 1000 });
  assert.equal((await page.balance()).available, 26_000);
});

test('credits.allocate C17: twenty at once with one key are one grant and twenty equal answers', async () => {
  const { agency, page } = await plainClient();
  const input = { clientId: page.clientId, amountMillis: 25_000, description: 'Once' };
  const replies = await Promise.all(
    Array.from({ length: 20 }, () => agency.try('credits.allocate', input, { 'idempotency-key': 'allocate-once' })),
  );
  assert.deepEqual([...new Set(replies.map(({ status }) => status))], [200]);
  assert.equal(new Set(replies.map(({ body }) => JSON.stringify(body))).size, 1);
  assert.equal((await page.balance()).available, 25_000);
  const other = await agency.try('credits.allocate', { ...input, amountMillis: 26_000 }, { 'idempotency-key': 'allocate-once' });
  assert.deepEqual({ status: other.status, code: codeOf(other) }, { status: 409, code: 'idempotency.mismatch' });
  const bad = await agency.try('credits.allocate', input, { 'idempotency-key': 'a b' });
  assert.deepEqual({ status: bad.status, code: codeOf(bad) }, { status: 422, code: 'idempotency.key_invalid' });
});

test('usage.record C1 C9: 61 seconds cost 1.017 credits by the second and 2 by the minute, the agency the same', async () => {
  const { agency, page } = await plainClient();
  const { clientId } = page;
  await agency.allocate(clientId, 100_000);
  assert.equal((await agency.call('usage.record', { clientId, callId: 'call-1', seconds: 61 })).costMillis, 1_017);
  assert.deepEqual(figures(await page.balance()), [98_983, 1_017, 100_000]);
  assert.equal(await agency.minutes(), 998_983);
  await agency.call('agency.update', { plan: { centsPer100Credits: 4000, currency: 'EUR', rounding: { by: 'minute' } } });
  assert.equal((await agency.call('usage.record', { clientId, callId: 'call-2', seconds: 61 })).costMillis, 2_000);
  assert.equal(await agency.minutes(), 996_983);
});

test('usage.record U1: the same call fifty times is one debit, and with another duration a conflict', async () => {
  const { agency, page } = await plainClient();
  const input = { clientId: page.clientId, callId: 'call-1', seconds: 60 };
  await agency.allocate(page.clientId, 100_000);
  const replies = await Promise.all(Array.from({ length: 50 }, () => agency.try('usage.record', input)));
  assert.equal(replies.filter(({ body }) => body.repeated === false).length, 1);
  assert.equal((await page.balance()).used, 1000);
  const other = await agency.try('usage.record', { ...input, seconds: 61 });
  assert.deepEqual({ status: other.status, code: codeOf(other) }, { status: 409, code: 'usage.mismatch' });
});

test('usage.record SX4 F25: five calls of an hour on 10 credits take those; the agency bears the rest', async () => {
  const { agency, page } = await plainClient();
  const { clientId } = page;
  const minutes = await agency.minutes();
  await agency.allocate(clientId, 10_000);
  const hour = (callId: string) => agency.call('usage.record', { clientId, callId, seconds: 3600 });
  const first = await hour('call-0');
  assert.deepEqual(
    { cost: first.costMillis, overrun: first.overrunMillis, available: first.balance.available },
    { cost: 60_000, overrun: 50_000, available: 0 },
  );
  for (let index = 1; index < 5; index += 1) assert.equal((await hour(`call-${index}`)).overrunMillis, 60_000);
  assert.equal(await agency.minutes(), minutes - 300_000);
  const refused = await agency.try('calls.start', { clientId, callId: 'call-5' });
  assert.deepEqual({ status: refused.status, code: codeOf(refused) }, { status: 402, code: 'credits.insufficient' });
  assert.equal((await hour('call-5')).overrunMillis, 60_000, 'it was made all the same');
  assert.equal((await hour('call-5')).repeated, true);
  const { entries, lifetime } = await page.call('credits.statement', { limit: 1 });
  assert.deepEqual({ available: entries[0]?.after.available, used: lifetime.used }, { available: 0, used: 10_000 });
});

test('credits.statement C7 C25: entries show what is left of each lot and a chain of hashes, page by page', async () => {
  const { agency, page } = await plainClient();
  for (let index = 1; index <= 5; index += 1) await agency.allocate(page.clientId, index * 1000, `Grant ${index}`);
  const first = await page.call('credits.statement', { limit: 2 });
  assert.deepEqual(
    first.entries.map(({ seq }) => seq),
    [5, 4],
  );
  assert.equal(first.entries[0]?.after.lots.length, 5);
  const second = await page.call('credits.statement', { limit: 3, before: first.next ?? 0 });
  assert.deepEqual(
    second.entries.map(({ seq }) => seq),
    [3, 2, 1],
  );
  assert.equal(second.next, null);
});

test('credits.statement C4: after all of this every transfer in the database adds up, and none can be changed', async () => {
  const report = await audit();
  assert.equal(report.violations, 0, JSON.stringify(report.checks.filter(({ ok }) => !ok)));
  assert.ok(report.transfers > 20);
  const { Transfer } = mongoose.models;
  await assert.rejects(async () => Transfer?.updateOne({}, { $set: { kind: 'changed' } }));
  await assert.rejects(async () => Transfer?.deleteOne({}));
});
