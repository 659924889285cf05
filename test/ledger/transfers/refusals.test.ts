import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import mongoose from 'mongoose';
import { settleCall } from '../../../api/ledger/transfers/calls.ts';
import {
  allocateCredits,
  creditPurchase,
  grantFree,
  grantMinutes,
  hasFree,
  readBalance,
  readMinutes,
  rechargeCredits,
} from '../../../api/ledger/transfers/grants.ts';
import { expireHolds, holdCredits, voidHold } from '../../../api/ledger/transfers/holds.ts';
import { holdForOrder, settleOrderHold, voidOrderHold } from '../../../api/ledger/transfers/orders.ts';
import type { ClientScope } from '../../../api/models/scope.ts';
import { TransferModel } from '../../../api/models/transfer.ts';
import type { MinutesPolicy } from '../../../api/rules/minutes.ts';
import { openEngine } from '../../support/engine.ts';
import { bySecond, newClient, noErrors, somebody } from '../people.ts';

const engine = await openEngine();
after(() => engine.close());

const view = { meter: { lowPermille: 250, criticalPermille: 100 }, waiting: 0 };
const unlimited: MinutesPolicy = { kind: 'unlimited' };
const soon = new Date(somebody.at.getTime() + 60_000);
const give = (client: ClientScope, millis: number) => rechargeCredits(client, { requestId: 'start', millis, ...somebody });
const start = (client: ClientScope, holdId: string, millis: number, policy: MinutesPolicy = unlimited) =>
  holdCredits(client, { holdId, millis, expiresAt: soon, policy, ...somebody });
const rows = mongoose.connection.collection('holds');
const reminders = ({ agencyId }: ClientScope) => rows.countDocuments({ agencyId });
const lastTransfer = (client: ClientScope, name: string) => TransferModel.findById(`${client.agencyId}/${client.world}/${name}`).lean();

test('free credits wait for minutes where the agency asks for it, and come once', async () => {
  const client = newClient();
  const grant = (millis = 500, policy: MinutesPolicy = { kind: 'no_grant' }) => grantFree(client, { millis, policy, ...somebody });
  assert.equal(await hasFree(client), false);
  await assert.rejects(grant(), { code: 'agency.minutes_exhausted' });
  assert.equal(await hasFree(client), false);
  await grantMinutes(client, { cause: 'm', millis: 500, ...somebody });
  assert.equal((await grant()).repeated, false);
  assert.equal((await grant()).repeated, true);
  assert.equal(await hasFree(client), true);
  assert.equal(await hasFree(newClient(client.agencyId)), false);
  await assert.rejects(grant(501), { code: 'idempotency.mismatch' });
  assert.deepEqual(await readMinutes(client), { available: 0 });
});

test('agency minutes are granted once per cause, by their amount', async () => {
  const client = newClient();
  const grant = (millis: number) => grantMinutes(client, { cause: 'm', millis, ...somebody });
  const { transferId, repeated } = await grant(500);
  assert.deepEqual({ transferId, repeated }, { transferId: `${client.agencyId}/test.0/minutes.grant/m`, repeated: false });
  assert.deepEqual(await grant(500), { transferId, repeated: true });
  await assert.rejects(grant(501), { code: 'idempotency.mismatch' });
  assert.equal((await lastTransfer(client, 'minutes.grant/m'))?.kind, 'minutes.grant');
});

test('calls.start C10: a call may use minutes down to the floor of its agency, and a refused one is forgotten', async () => {
  const client = newClient();
  await give(client, 5000);
  const floor: MinutesPolicy = { kind: 'floor', floorMillis: -1000 };
  await assert.rejects(start(client, 'dear', 1001, floor), { code: 'agency.minutes_exhausted' });
  assert.equal(await reminders(client), 0);
  await start(client, 'cheap', 1000, floor);
  await assert.rejects(start(client, 'cheap', 999, floor), { code: 'idempotency.mismatch' });
  assert.equal(await reminders(client), 1, 'the call still runs');
  await start(client, 'more', 1000, { kind: 'no_grant' });
  assert.deepEqual(await readMinutes(client), { available: -2000 });
});

test('calls.start C10: orders under way do not count as calls', async () => {
  const client = newClient();
  await give(client, 5000);
  const orders = Array.from({ length: 101 }, (_, index) =>
    holdForOrder(client, { key: `o${index}`, millis: 1, takesFree: false, ...somebody }),
  );
  await Promise.all(orders);
  assert.equal((await start(client, 'call', 1000)).heldMillis, 1000);
});

test('orders.read N7: two hundred orders of a client may be under way, whatever calls it makes', async () => {
  const client = newClient();
  await give(client, 5000);
  await start(client, 'call', 1000);
  const hold = (index: number) => holdForOrder(client, { key: `o${index}`, millis: 1, takesFree: false, ...somebody });
  await Promise.all(Array.from({ length: 200 }, (_, index) => hold(index)));
  await assert.rejects(hold(200), { code: 'order.too_many' });
  await hold(0);
  await assert.rejects(holdForOrder(client, { key: 'o0', millis: 2, takesFree: false, ...somebody }), { code: 'idempotency.mismatch' });
  await settleOrderHold(client, { key: 'o0', millis: 1, ...somebody });
  await assert.rejects(voidOrderHold(client, { key: 'o0', ...somebody }), { code: 'call.over' });
  await voidOrderHold(client, { key: 'o1', ...somebody });
  await assert.rejects(settleOrderHold(client, { key: 'o1', millis: 1, ...somebody }), { code: 'call.over' });
});

test('credits.allocate C5: a refusal of too many names the amount, and another reason is another content', async () => {
  const client = newClient();
  const gift = (requestId: string, millis: number, description = 'A gift') =>
    allocateCredits(client, { requestId, millis, description, ...somebody });
  await gift('a', 1_000_000_000_000);
  await assert.rejects(gift('b', 1), { code: 'credits.too_many', param: 'amountMillis' });
  await assert.rejects(gift('a', 1_000_000_000_000, 'Another'), (error: { code?: string; param?: string }) => {
    assert.deepEqual({ code: error.code, param: error.param }, { code: 'idempotency.mismatch', param: undefined });
    return true;
  });
});

test('webhooks.stripe F02: a session is credited by what was sold, and never by anything else', async () => {
  const client = newClient();
  const paid = { paymentStatus: 'paid', sessionId: 'cs', purchaseId: 'pur', millis: 1000, priceCents: 400, currency: 'EUR' } as const;
  const credit = (more: object = {}) => creditPurchase(client, { ...paid, ...somebody, ...more });
  assert.equal((await credit()).repeated, false);
  assert.equal((await credit({ isHeld: false })).repeated, true);
  for (const other of [{ millis: 1001 }, { priceCents: 401 }, { currency: 'USD' }, { purchaseId: 'other' }, { isHeld: true }])
    await assert.rejects(credit(other), { code: 'idempotency.mismatch' }, JSON.stringify(other));
  const { available, held, debt } = await readBalance(client, view);
  assert.deepEqual({ available, held, debt }, { available: 1000, held: 0, debt: undefined });
  assert.equal('debt' in (await readBalance(client, view)), false, 'who owes nothing is told nothing of it');
});

test('calls.cancel C10: only a running call of the client itself is canceled', async () => {
  const client = newClient();
  await give(client, 5000);
  await start(client, 'call', 1000);
  const cancel = (holdId: string, whose = client) => voidHold(whose, { holdId, ...somebody });
  await assert.rejects(cancel('never'), { code: 'call.not_found' });
  await assert.rejects(cancel('call', newClient(client.agencyId)), { code: 'call.not_found' });
  await settleCall(client, { callId: 'recorded', seconds: 60, rounding: bySecond, ...somebody });
  await assert.rejects(cancel('recorded'), { code: 'call.over' });
  await assert.rejects(start(client, 'recorded', 1000), { code: 'call.over' });
  const { repeated, state } = await cancel('call');
  assert.deepEqual({ repeated, available: state.available, held: state.held }, { repeated: false, available: 4000, held: 0 });
  assert.equal(await reminders(client), 0);
  await assert.rejects(settleCall(client, { callId: 'call', seconds: 60, rounding: bySecond, ...somebody }), { code: 'call.over' });
});

test('calls.start C10: a hold expires when it is due and not before, in the name of the expiry, and is forgotten', async () => {
  const client = newClient();
  await give(client, 5000);
  await start(client, 'call', 1000);
  await rows.insertOne({ _id: `${client.agencyId}/never` as never, ...client, holdId: 'never', expiresAt: soon });
  await expireHolds(new Date(soon.getTime() - 1), noErrors);
  assert.equal(await reminders(client), 2);
  const expired = await expireHolds(soon, noErrors);
  assert.ok(expired >= 1);
  assert.equal(await reminders(client), 0);
  assert.equal((await readBalance(client, view)).held, 0);
  assert.equal((await lastTransfer(client, 'hold.resolve/call'))?.actor, 'expiry');
  assert.equal((await lastTransfer(client, 'call.hold/never'))?.refused, 'call.over');
  await assert.rejects(start(client, 'never', 1000), { code: 'call.over' }, 'nobody would remember it');
  assert.equal(await expireHolds(soon, noErrors), 0);
});
