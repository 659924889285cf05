import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { audit } from '../../../api/domain/audit/audit.ts';
import { clientOf, minutesOf } from '../../../api/ledger/accounts.ts';
import { settleCall } from '../../../api/ledger/transfers/calls.ts';
import { allocateCredits, readBalance } from '../../../api/ledger/transfers/grants.ts';
import { chargeLegs, expireHolds, holdCredits, voidHold } from '../../../api/ledger/transfers/holds.ts';
import { commit } from '../../../api/ledger/write/commit.ts';
import { insertHoldRow } from '../../../api/models/hold.ts';
import type { ClientScope } from '../../../api/models/scope.ts';
import { openEngine } from '../../support/engine.ts';
import { bySecond, newClient, noErrors, somebody } from '../people.ts';

const engine = await openEngine();
after(() => engine.close());

const view = { meter: { lowPermille: 250, criticalPermille: 100 }, waiting: 0 };
const inTenMinutes = new Date(somebody.at.getTime() + 600_000);
const later = new Date(inTenMinutes.getTime() + 1);
const give = (client: ClientScope, millis: number) =>
  allocateCredits(client, { requestId: `gift-${client.subject}-${millis}`, millis, description: 'To be spent', ...somebody });
const record = (client: ClientScope, callId: string, seconds: number) =>
  settleCall(client, { callId, seconds, rounding: bySecond, ...somebody });
const end = (client: ClientScope, callId: string, seconds: number) =>
  settleCall(client, { callId, seconds, rounding: bySecond, ...somebody }, { mustBeStarted: true });
const start = (client: ClientScope, holdId: string, millis: number) =>
  holdCredits(client, { holdId, millis, expiresAt: inTenMinutes, policy: { kind: 'unlimited' }, ...somebody });

/** Records a call as it was recorded when unstarted calls had a name of their own. */
const recordAsBefore = (client: ClientScope, callId: string, seconds: number, refused?: 'credits.insufficient') =>
  commit(client, {
    ...somebody,
    kind: 'usage.record',
    cause: callId,
    content: { client: clientOf(client), seconds },
    guarded: [clientOf(client), minutesOf(client)],
    legs: (stateOf) => refused ?? chargeLegs(client, stateOf(clientOf(client)), (seconds * 1000) / 60),
  });

async function figures(client: ClientScope) {
  const { available, held } = await readBalance(client, view);
  return { available, held };
}

test('usage.record SX3: a call charged under its former name is not charged again by any operation', async () => {
  const client = newClient();
  await give(client, 10_000);
  await recordAsBefore(client, 'call', 60);
  assert.equal((await record(client, 'call', 60)).repeated, true);
  assert.equal((await end(client, 'call', 60)).costMillis, 1000);
  await assert.rejects(record(client, 'call', 61), { code: 'usage.mismatch' });
  assert.deepEqual(await figures(client), { available: 9000, held: 0 });
});

test('usage.record SX4: a call whose charge was refused before is charged once when repeated', async () => {
  const client = newClient();
  await give(client, 500);
  await assert.rejects(recordAsBefore(client, 'call', 60, 'credits.insufficient'), { code: 'credits.insufficient' });
  const { costMillis, overrunMillis, repeated } = await record(client, 'call', 60);
  assert.deepEqual({ costMillis, overrunMillis, repeated }, { costMillis: 1000, overrunMillis: 500, repeated: false });
  await give(client, 10_000);
  assert.equal((await record(client, 'call', 60)).repeated, true);
  assert.deepEqual(await figures(client), { available: 10_000, held: 0 });
});

test('usage.record SX3 SX4: a call whose start was refused, but that was made, is charged once', async () => {
  const client = newClient();
  await give(client, 500);
  await assert.rejects(start(client, 'call', 1000), { code: 'credits.insufficient' });
  await assert.rejects(end(client, 'call', 60), { code: 'call.not_found' });
  const all = await Promise.all([1, 2, 3].map(() => record(client, 'call', 60)));
  assert.deepEqual(
    all.map(({ costMillis, overrunMillis }) => ({ costMillis, overrunMillis })),
    Array(3).fill({ costMillis: 1000, overrunMillis: 500 }),
  );
  assert.equal(all.filter(({ repeated }) => !repeated).length, 1);
  assert.equal((await end(client, 'call', 60)).repeated, true);
  await assert.rejects(start(client, 'call', 1000), { code: 'credits.insufficient' }, 'what was refused stays refused');
  assert.deepEqual(await figures(client), { available: 0, held: 0 });
});

test('calls.start SX3: a recorded call cannot be started or canceled, and its end is the same charge', async () => {
  const client = newClient();
  await give(client, 10_000);
  await record(client, 'call', 60);
  await assert.rejects(start(client, 'call', 1000), { code: 'call.over' });
  await assert.rejects(voidHold(client, { holdId: 'call', ...somebody }), { code: 'call.over' });
  assert.equal((await end(client, 'call', 60)).repeated, true);
  await assert.rejects(end(client, 'call', 61), { code: 'usage.mismatch' });
  assert.equal(await expireHolds(later, noErrors), 0, 'nobody is reminded of it');
  assert.deepEqual(await figures(client), { available: 9000, held: 0 });
});

test('calls.start SX3: a call id of another client is not ended, recorded, canceled or forgotten by mistake', async () => {
  const [client, other] = [newClient(), newClient()];
  const neighbour = { ...other, agencyId: client.agencyId };
  for (const one of [client, neighbour]) await give(one, 10_000);
  await insertHoldRow(neighbour, 'call', inTenMinutes);
  await start(client, 'call', 1000);
  await assert.rejects(start(neighbour, 'call', 1000), { code: 'idempotency.mismatch' });
  await assert.rejects(record(neighbour, 'call', 60), { code: 'usage.mismatch' });
  await assert.rejects(end(neighbour, 'call', 60), { code: 'call.not_found' });
  await assert.rejects(voidHold(neighbour, { holdId: 'call', ...somebody }), { code: 'call.not_found' });
  assert.deepEqual(await figures(client), { available: 9000, held: 1000 });
  assert.equal(await expireHolds(later, noErrors), 1);
  assert.deepEqual(await figures(client), { available: 10_000, held: 0 });
  assert.equal((await record(client, 'call', 60)).repeated, false);
  await assert.rejects(end(neighbour, 'call', 60), { code: 'call.not_found' });
});

test('calls.start SX3: a start after its own expiry holds nothing for good; the call is still charged', async () => {
  const client = newClient();
  await give(client, 10_000);
  await insertHoldRow(client, 'call', inTenMinutes); // and then its process was slow, or died
  assert.equal(await expireHolds(later, noErrors), 0);
  await assert.rejects(start(client, 'call', 1000), { code: 'call.over' });
  assert.deepEqual(await figures(client), { available: 10_000, held: 0 });
  assert.equal((await record(client, 'call', 60)).costMillis, 1000);
  assert.equal(await expireHolds(later, noErrors), 0);
  assert.deepEqual(await figures(client), { available: 9000, held: 0 });
});

test('credits.statement C4 I10 SX3: after all of this every transfer adds up, also the former ones', async () => {
  const report = await audit();
  assert.equal(report.violations, 0, JSON.stringify(report.checks.filter(({ ok }) => !ok)));
});
