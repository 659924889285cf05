import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import mongoose from 'mongoose';
import { audit } from '../../../api/domain/audit/audit.ts';
import { settleCall } from '../../../api/ledger/transfers/calls.ts';
import { allocateCredits, grantFree, grantMinutes, readBalance, readMinutes } from '../../../api/ledger/transfers/grants.ts';
import { expireHolds, holdCredits, voidHold } from '../../../api/ledger/transfers/holds.ts';
import type { ClientScope } from '../../../api/models/scope.ts';
import { openEngine } from '../../support/engine.ts';
import { bySecond, newClient, noErrors, secondsFor, somebody } from '../people.ts';

const engine = await openEngine();
after(() => engine.close());

const view = { meter: { lowPermille: 250, criticalPermille: 100 }, waiting: 0 };
const inTenMinutes = new Date(somebody.at.getTime() + 600_000);
const later = new Date(inTenMinutes.getTime() + 1);
const unlimited = { kind: 'unlimited' } as const;

const give = (client: ClientScope, millis: number) =>
  allocateCredits(client, { requestId: `start-${client.subject}`, millis, description: 'To be spent', ...somebody });
const hold = (client: ClientScope, holdId: string, millis: number) =>
  holdCredits(client, { holdId, millis, expiresAt: inTenMinutes, policy: unlimited, ...somebody });
const settle = (client: ClientScope, callId: string, millis: number) =>
  settleCall(client, { callId, seconds: secondsFor(millis), rounding: bySecond, ...somebody }, { mustBeStarted: true });
const cancel = (client: ClientScope, holdId: string) => voidHold(client, { holdId, ...somebody });

async function figures(client: ClientScope) {
  const { available, held, used } = await readBalance(client, view);
  return { available, held, used };
}
const codes = (results: PromiseSettledResult<unknown>[]) =>
  results.map((result) => (result.status === 'fulfilled' ? 'done' : result.reason.code));
const count = (codes: string[], code: string) => codes.filter((one) => one === code).length;

test('calls.start C10: with 10 credits, 30 one-minute calls start at once: 10 are held, 20 get a 402', async () => {
  const client = newClient();
  await give(client, 10_000);
  const outcomes = codes(await Promise.allSettled(Array.from({ length: 30 }, (_, index) => hold(client, `call-${index}`, 1000))));
  assert.deepEqual(
    { held: count(outcomes, 'done'), insufficient: count(outcomes, 'credits.insufficient') },
    { held: 10, insufficient: 20 },
  );
  assert.deepEqual(await figures(client), { available: 0, held: 10_000, used: 0 });
  assert.deepEqual(await readMinutes(client), { available: -10_000 }, 'and of the agency, which promised them');
  assert.equal(await expireHolds(inTenMinutes, noErrors), 10, 'none of the refused is remembered');
  assert.deepEqual(await figures(client), { available: 10_000, held: 0, used: 0 });
  assert.deepEqual(await readMinutes(client), { available: 0 });
});

test('calls.end F24: a cheaper call returns the rest of its hold, and the meter counts the hold until then', async () => {
  const client = newClient();
  await grantMinutes(client, { cause: 'start', millis: 100_000, ...somebody });
  await give(client, 20_000);
  await hold(client, 'call', 10_000);
  const { available, held, used, assigned } = await readBalance(client, view);
  assert.deepEqual({ available, held, used, assigned }, { available: 10_000, held: 10_000, used: 0, assigned: 20_000 });
  const done = await settle(client, 'call', 3217);
  assert.deepEqual(
    { costMillis: done.costMillis, overrunMillis: done.overrunMillis, repeated: done.repeated },
    { costMillis: 3217, overrunMillis: 0, repeated: false },
  );
  assert.deepEqual(await figures(client), { available: 16_783, held: 0, used: 3217 });
  assert.deepEqual(await readMinutes(client), { available: 96_783 });
});

test('calls.end F24: a hold is resolved once: the same end answers the same, another end is refused', async () => {
  const client = newClient();
  await give(client, 20_000);
  await hold(client, 'call', 10_000);
  const ends = await Promise.all([1, 2, 3].map(() => settle(client, 'call', 3217)));
  assert.equal(ends.filter(({ repeated }) => !repeated).length, 1);
  await assert.rejects(settle(client, 'call', 3300), { code: 'call.over' });
  await assert.rejects(cancel(client, 'call'), { code: 'call.over' });
  assert.equal(await expireHolds(later, noErrors), 0);
  assert.deepEqual(await figures(client), { available: 16_783, held: 0, used: 3217 });
});

test('calls.end F24: when settle, void and expiry race, one of them wins, in each of 20 rounds', async () => {
  const client = newClient();
  await give(client, 1_000_000);
  const ids = Array.from({ length: 20 }, (_, index) => `race-${index}`);
  await Promise.all(ids.map((id) => hold(client, id, 1000)));
  const [, ...ended] = await Promise.all([
    expireHolds(later, noErrors),
    ...ids.map(async (id) => codes(await Promise.allSettled([settle(client, id, 400), cancel(client, id)]))),
  ]);
  for (const outcomes of ended) assert(count(outcomes, 'done') <= 1, outcomes.join());
  const settled = ended.filter(([first]) => first === 'done').length;
  assert.deepEqual(await figures(client), { available: 1_000_000 - settled * 400, held: 0, used: settled * 400 });
});

test('calls.end F24: a call reported after its hold expired is charged once, from the credits left', async () => {
  const client = newClient();
  await give(client, 2000);
  await hold(client, 'call', 2000);
  await expireHolds(later, noErrors);
  const late = () => settle(client, 'call', 3000);
  const { costMillis, overrunMillis } = await late();
  assert.deepEqual({ costMillis, overrunMillis }, { costMillis: 3000, overrunMillis: 1000 });
  assert.equal((await late()).repeated, true);
  assert.deepEqual(await figures(client), { available: 0, held: 0, used: 2000 });
  assert.deepEqual(await readMinutes(client), { available: -3000 }, 'the agency bears what the client did not have');
});

test('calls.end F25: a call of 5 minutes on 2 takes the hold, then other credits, and never goes below zero', async () => {
  const client = newClient();
  await give(client, 3000);
  await hold(client, 'long', 2000);
  const { costMillis, overrunMillis, state } = await settle(client, 'long', 5000);
  assert.deepEqual(
    { costMillis, overrunMillis, available: state.available, held: state.held, used: state.used },
    { costMillis: 5000, overrunMillis: 2000, available: 0, held: 0, used: 3000 },
  );
  assert.deepEqual(await readMinutes(client), { available: -5000 });
});

test('calls.start C7: free credits are held first and used first, and cost the agency nothing more', async () => {
  const client = newClient();
  await grantMinutes(client, { cause: 'start', millis: 50_000, ...somebody });
  await grantFree(client, { millis: 5000, ...somebody });
  await give(client, 10_000);
  await hold(client, 'call', 8000);
  assert.deepEqual(await readMinutes(client), { available: 42_000 });
  const { state } = await settle(client, 'call', 6000);
  assert.deepEqual(
    state.lots.map(({ kind, remaining, held }) => [kind, remaining, held]),
    [
      ['free', 0, 0],
      ['allocated', 9000, 0],
    ],
  );
  assert.deepEqual(await readMinutes(client), { available: 44_000 });
});

test('calls.start C10: starting a running call again holds nothing more', async () => {
  const client = newClient();
  await give(client, 5000);
  await hold(client, 'twice', 1000);
  assert.equal((await hold(client, 'twice', 1000)).repeated, true);
  assert.equal((await readBalance(client, view)).held, 1000);
  await cancel(client, 'twice');
});

test('calls.cancel C10: a canceled call returns its hold; an unknown call is not found', async () => {
  const client = newClient();
  await give(client, 5000);
  await hold(client, 'call', 5000);
  await cancel(client, 'call');
  assert.equal((await cancel(client, 'call')).repeated, true);
  assert.deepEqual(await figures(client), { available: 5000, held: 0, used: 0 });
  for (const other of [newClient(), newClient(client.agencyId)]) await assert.rejects(settle(other, 'call', 1), { code: 'call.not_found' });
  await assert.rejects(settle(client, 'never', 1), { code: 'call.not_found' });
  await assert.rejects(hold(client, 'call', 4999), { code: 'idempotency.mismatch' });
});

test('calls.start C10: a hundred calls of one client may run at once', async () => {
  const client = newClient();
  await give(client, 1_000_000);
  const outcomes = codes(await Promise.allSettled(Array.from({ length: 103 }, (_, index) => hold(client, `call-${index}`, 10))));
  assert.deepEqual({ held: count(outcomes, 'done'), tooMany: count(outcomes, 'calls.too_many') }, { held: 100, tooMany: 3 });
});

test('calls.start C10: the expiry removes a reminder that outlived its hold or came before it', async () => {
  const client = newClient();
  const rows = mongoose.connection.collection('holds');
  const _id = `${client.agencyId}/${client.world}/never` as never;
  await rows.insertOne({ _id, ...client, holdId: 'never', expiresAt: inTenMinutes });
  assert.equal(await expireHolds(later, noErrors), 100, 'those of the hundred calls before');
  assert.equal(await rows.countDocuments({ expiresAt: { $lte: later } }), 0);
});

test('credits.statement C4 I10: after all of this every transfer adds up, also those of holds', async () => {
  const report = await audit();
  assert.equal(report.violations, 0, JSON.stringify(report.checks.filter(({ ok }) => !ok)));
});
