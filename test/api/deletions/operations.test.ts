import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Input, OperationName } from '../../../api/contract/index.ts';
import { codeOf } from '../../support/agency.ts';
import { startApi } from '../../support/api.ts';
import type { Page } from '../../support/page.ts';
import { openClient } from '../numbers/shop.ts';
import { large } from '../orders/plan-world.ts';
import { assertNothingLeft, leave, stored } from './leaver.ts';

const api = await startApi();
await api.stopDueWork();
const agency = await api.createAgency({ plan: { centsPer100Credits: 4000, currency: 'EUR', freeMillis: 10_000 } });
const [{ id: planId } = { id: '' }] = (await agency.call('agency.update', { plans: [{ ...large, freeMillis: 5000 }] })).plans;
const { agentIds } = await agency.connectVoice(api.sandbox);

async function deletedClient(): Promise<Page> {
  const page = await openClient(agency, 50_000);
  assert.equal((await leave(page)).status, 200);
  return page;
}

type Acting = { [Name in OperationName]?: (clientId: string) => Input<Name> };

/** Each operation by which an agency does something for a client. */
const acting: Acting = {
  'credits.allocate': (clientId) => ({ clientId, amountMillis: 1000, description: 'A gift' }),
  'credits.recharge': (clientId) => ({ clientId, amountMillis: 1000 }),
  'calls.start': (clientId) => ({ clientId, callId: `call-${clientId}`, seconds: 60 }),
  'plans.assign': (clientId) => ({ clientId, planId }),
  'clients.disable': (clientId) => ({ clientId }),
  'clients.enable': (clientId) => ({ clientId }),
  'clients.endSessions': (clientId) => ({ clientId }),
  'agents.register': (clientId) => ({ clientId, providerAgentId: agentIds[0] ?? '', name: 'Reception' }),
  'accounts.update': (clientId) => ({ clientId, firstName: 'Mia' }),
};

for (const [name, inputOf] of Object.entries(acting) as [OperationName, (clientId: string) => never][])
  test(`${name} MT23: a deleted client is refused as such, and nothing is stored for it`, async () => {
    const { clientId } = await deletedClient();
    const before = await stored('clients', { _id: clientId });
    const answer = await agency.try(name, inputOf(clientId));
    assert.deepEqual({ status: answer.status, code: codeOf(answer) }, { status: 409, code: 'client.deleted' });
    assert.deepEqual(await stored('clients', { _id: clientId }), before);
    await assertNothingLeft(api, { clientId });
  });

test('clients.enable MT23: a client whose deletion waits is refused as well', async () => {
  const page = await openClient(agency, 0);
  api.crashAt('deletion.after_begin');
  await leave(page);
  api.crashAt(undefined);
  assert.equal(codeOf(await agency.try('clients.enable', { clientId: page.clientId })), 'client.deleted');
  await assertNothingLeft(api, page);
});

test('credits.history MT23: what a deleted client bought and used can still be read, and it waits for nothing', async () => {
  const { clientId } = await deletedClient();
  const balance = await agency.call('credits.balance', { clientId });
  assert.deepEqual({ available: balance.available, waiting: balance.waiting }, { available: 0, waiting: 0 });
  assert.equal((await agency.call('credits.statement', { clientId })).entries.length, 2);
  assert.ok((await agency.call('credits.history', { clientId })).things.length > 0);
  assert.equal((await agency.call('credits.export', { clientId, format: 'csv' })).closingMillis, 0);
  assert.deepEqual((await agency.call('purchases.list', { clientId })).purchases, []);
  await agency.call('entitlements.read', { clientId });
  await agency.call('journal.list', { limit: 5 });
});

test('usage.record MT18 MT23: a call of a deleted client is charged once, and nothing that names people is stored', async () => {
  const { clientId } = await deletedClient();
  const call = { clientId, callId: `late-${clientId}`, seconds: 60, number: '+1 415 555 0100', agentName: 'Mia' };
  const minutes = await agency.minutes();
  for (const repeated of [false, true]) {
    const charged = await agency.call('usage.record', call);
    assert.deepEqual(
      { cost: charged.costMillis, overrun: charged.overrunMillis, repeated: charged.repeated },
      { cost: 1000, overrun: 1000, repeated },
    );
  }
  assert.equal(await agency.minutes(), minutes - 1000);
  assert.deepEqual(await stored('calldetails', { _id: { $regex: clientId } }), []);
  await assertNothingLeft(api, { clientId });
});
