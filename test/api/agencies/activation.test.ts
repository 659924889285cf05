import assert from 'node:assert/strict';
import test from 'node:test';
import type { ErrorBody, Input } from '../../../api/contract/index.ts';
import { codeOf } from '../../support/agency.ts';
import { startApi } from '../../support/api.ts';
import { loseField, neededFields } from './portal-fields.ts';

const api = await startApi();
const stripeFields = ['publishableKey', 'secretKey', 'productId', 'priceId', 'webhookSecret'].map((field) => `stripe.${field}`);
const on = { portal: { active: true } } satisfies Input<'agency.update'>;
const missingIn = ({ body }: { body: unknown }) => (body as ErrorBody).error.fields?.map(({ param }) => param);

/** Opens an agency whose live portal has all that it needs. */
async function openComplete() {
  const agency = (await api.createAgency({ stripe: false })).live;
  await agency.connectStripe(api.sandbox, undefined);
  return agency;
}

test('agency.update MT15 G7: a live portal without Stripe is not switched on, and each missing field is named', async () => {
  const agency = await api.createAgency({ stripe: false });
  const refused = await agency.live.try('agency.update', on);
  assert.deepEqual({ status: refused.status, code: codeOf(refused) }, { status: 422, code: 'portal.incomplete' });
  assert.deepEqual(missingIn(refused), stripeFields);
  const { active, missing, fields } = await agency.live.call('portal.read', {});
  assert.deepEqual({ active, missing }, { active: false, missing: stripeFields });
  assert.equal(fields.find(({ field }) => field === 'slug')?.reason, null);
  assert.match(fields.find(({ field }) => field === 'stripe.priceId')?.reason?.message ?? '', /price/);
  assert.equal((await agency.call('portal.read', {})).active, true, 'a test portal works from the start');
  await agency.call('agency.update', on);
});

test('portal.read MT15 G7: each mode tells what it lacks itself', async () => {
  const agency = await api.createAgency();
  const missingOf = async (one: typeof agency | typeof agency.live) => (await one.call('portal.read', {})).missing;
  assert.deepEqual({ test: await missingOf(agency), live: await missingOf(agency.live) }, { test: [], live: stripeFields });
});

test('agency.publish MT15 G7: publishing switches no incomplete portal on', async () => {
  const agency = await api.createAgency({ stripe: false });
  await agency.live.call('agency.update', { portal: { active: false } });
  const { version } = await agency.live.call('agency.compare', {});
  assert.equal(codeOf(await agency.live.try('agency.publish', { version, settings: ['portal'] })), 'portal.incomplete');
});

test('agency.update MT15 G7: with each required field removed in turn, the refusal lists exactly that one', async () => {
  const agency = await openComplete();
  await agency.call('agency.update', on);
  assert.deepEqual((await agency.call('portal.read', {})).missing, []);
  for (const [field, path] of Object.entries(neededFields)) {
    const putBack = await loseField(agency, path);
    const { active, missing } = await agency.call('portal.read', {});
    assert.deepEqual({ active, missing }, { active: false, missing: [field] });
    assert.deepEqual(missingIn(await agency.try('agency.update', on)), [field]);
    await putBack();
  }
  await agency.call('agency.update', on);
});
