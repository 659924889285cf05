import assert from 'node:assert/strict';
import { test } from 'node:test';
import { collectRents } from '../../../api/domain/numbers/rent.ts';
import { readClient, scopeOf } from '../../../api/models/client.ts';
import { beginDeletion, eraseClient } from '../../../api/models/deletion.ts';
import { insertNumber, NumberModel } from '../../../api/models/number.ts';
import { later, MINUTE_MS } from '../../../api/rules/time.ts';
import { startApi } from '../../support/api.ts';
import type { Page } from '../../support/page.ts';
import { buy, openClient, openNumberShop } from '../numbers/shop.ts';
import { assertNothingLeft, leave, stored, work } from './leaver.ts';

const api = await startApi();
await api.stopDueWork();
const { agency, account } = await openNumberShop(api, { credits: 0 });
const { clock, twilio } = api.sandbox;
const boughtAt = (number: string) => twilio.numbers(account.sid).some(({ phoneNumber }) => phoneNumber === number);
const stateOf = async ({ clientId }: Page) => (await stored('phonenumbers', { clientId })).map(({ state }) => state);

/** Erases a client as a deletion did that missed what it had. */
async function erase({ clientId }: Page): Promise<void> {
  const [row] = await stored('clients', { _id: clientId });
  const client = await readClient({ agencyId: agency.id, world: row?.world }, clientId);
  const scope = scopeOf(client ?? assert.fail('there is no client'));
  const at = api.deps.now();
  await beginDeletion(scope, { memberId: 'mem_1', at, checkAt: later(at, 10 * MINUTE_MS), checks: 0 });
  await eraseClient(scope, { deletedAt: at, lookAt: later(at, 10 * MINUTE_MS) });
}

test('accounts.delete MT23 N9: a number that a deleted client is left with is released by its rent, not paused', async () => {
  const [page, paused] = [await openClient(agency), await openClient(agency)];
  const numbers = [(await buy(page)).number, (await buy(paused)).number];
  for (const one of [page, paused]) await erase(one);
  // As rents took the deletion before, for a pause.
  const now = api.deps.now();
  await NumberModel.updateOne({ clientId: paused.clientId }, { $set: { pausedAt: now, rentAt: now } });
  await collectRents(api.deps);
  assert.deepEqual({ page: await stateOf(page), paused: await stateOf(paused) }, { page: ['active'], paused: ['released'] });
  clock.advance(30 * 24 * 3600);
  await collectRents(api.deps);
  assert.deepEqual(await stateOf(page), ['released']);
  assert.deepEqual(numbers.filter(boughtAt), []);
  for (const one of [page, paused]) await assertNothingLeft(api, one);
});

test('accounts.delete MT23: what a request still brings that began before is found a while later', async () => {
  const page = await openClient(agency);
  const bought = await buy(page);
  const [row] = await stored('phonenumbers', { clientId: page.clientId });
  const { agencyId, world, clientId, subject } = row ?? assert.fail('it has no number');
  assert.equal((await leave(page)).status, 200);
  const more = { memberId: 'mem_1', number: '+4915123456789', country: 'DE', type: 'mobile', way: 'sip', state: 'active' } as const;
  const rent = { monthlyMillis: 0, rentsPaid: 0, rentTries: 0, capabilities: { voice: true, sms: false, mms: false } };
  await insertNumber(
    { agencyId, world, clientId, subject },
    { _id: 'num_late', ...more, ...rent, claim: `trunk/${clientId}/${more.number}`, createdAt: api.deps.now() },
  );
  assert.deepEqual((await stateOf(page)).toSorted(), ['active', 'released']);
  assert.equal(boughtAt(bought.number), false);
  await work(api);
  assert.deepEqual(await stateOf(page), ['released', 'released']);
  await assertNothingLeft(api, page);
});

test('accounts.delete MT23: all numbers go, however many were given up before', async () => {
  const page = await openClient(agency);
  await buy(page);
  const [row] = await stored('phonenumbers', { clientId: page.clientId });
  const old = Array.from({ length: 501 }, (_, at) => ({
    ...row,
    _id: `num_old_${at}`,
    state: 'released',
    claim: `old/${at}`,
    providerClaim: `old/${at}`,
    createdAt: later(api.deps.now(), at),
  }));
  await NumberModel.collection.insertMany(old as never);
  assert.equal((await page.call('accounts.deletion', {})).numbers.length, 1);
  assert.equal((await leave(page)).status, 200);
  assert.equal(await NumberModel.countDocuments({ clientId: page.clientId, state: { $ne: 'released' } }), 0);
});
