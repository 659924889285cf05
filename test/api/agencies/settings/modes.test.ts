import assert from 'node:assert/strict';
import test from 'node:test';
import mongoose from 'mongoose';
import type { Input } from '../../../../api/contract/index.ts';
import { type Agency, codeOf } from '../../../support/agency.ts';
import { startApi } from '../../../support/api.ts';
import { call } from '../../../support/call.ts';

const { createAgency, url, deps } = await startApi();

/** Reads everything that a visitor with the live key sees. */
async function liveVisitor(agency: Agency) {
  const page = await agency.live.openPage();
  return { bootstrap: await page.call('bootstrap.read', {}), plans: await page.call('plans.list', {}) };
}

const plan = { centsPer100Credits: 1, currency: 'EUR', freeMillis: 1, customAmount: null } as const;
const takeOver: Input<'agency.update'> = {
  origins: ['https://evil.example'],
  packages: [{ name: 'Nearly free', creditsMillis: 1_000_000_000, priceCents: 50, currency: 'EUR', priceConfirmed: true }],
  plan,
  plans: [{ ...plan, name: 'Trap' }],
  portal: { active: false, notice: 'Call +1 900 555 0100' },
  signUp: { fields: ['phone'], passwordPolicy: 'passphrase' },
  meter: { lowPermille: 999, criticalPermille: 998 },
  minutesPolicy: { kind: 'no_grant' },
};

test('agency.update SX6: live visitors see no change made with a test key', async () => {
  const agency = await createAgency({ stripe: false });
  const [seen, stored] = [await liveVisitor(agency), await agency.live.call('agency.read', {})];
  await agency.call('agency.update', takeOver);
  deps.directory.forget();
  assert.deepEqual(await liveVisitor(agency), seen);
  assert.deepEqual(await agency.live.call('agency.read', {}), { ...stored, version: stored.version + 1 });
  assert.deepEqual((await agency.call('agency.read', {})).origins, takeOver.origins, 'its own mode has it');
});

test('accounts.requestReset SX6: a page listed with a test key gets no mail for a live client', async () => {
  const agency = await createAgency({ stripe: 'live' });
  const page = await agency.openPage();
  await page.signUp();
  await agency.test.call('agency.update', { origins: [agency.origin, 'https://evil.example'] });
  const reply = await call(`${url}/v1/accounts.requestReset?key=${agency.keys.live.publishable}`, {
    origin: 'https://evil.example',
    body: { email: page.email, returnUrl: 'https://evil.example/steal' },
  });
  assert.deepEqual({ status: reply.status, code: codeOf(reply) }, { status: 403, code: 'origin.refused' });
  assert.deepEqual(
    [await page.try('accounts.requestReset', { email: page.email, returnUrl: 'https://evil.example/steal' })].map((answer) =>
      codeOf(answer),
    ),
    ['return_url.refused'],
  );
});

for (const [field, value] of Object.entries({ name: 'Mine', slug: 'mine-now', brand: { companyName: 'Mine' } })) {
  test(`agency.update SX6: ${field} is shared with live, and a test key is told so`, async () => {
    const agency = await createAgency({ stripe: false });
    const before = await agency.call('agency.read', {});
    const reply = await agency.try('agency.update', { meter: { lowPermille: 300, criticalPermille: 200 }, [field]: value });
    const { param, message } = (reply.body as unknown as { error: { param: string; message: string } }).error;
    assert.deepEqual(
      { status: reply.status, code: codeOf(reply), param, message },
      {
        status: 403,
        code: 'settings.live_key_needed',
        param: field,
        message: `Test and live share ${field}. Change it with the live secret key.`,
      },
    );
    assert.deepEqual(await agency.call('agency.read', {}), before, 'nothing of it was saved');
    assert.equal((await agency.live.try('agency.update', { [field]: value })).status, 200);
    const read = await agency.call('agency.read', {});
    assert.deepEqual(field === 'brand' ? read.brand.companyName : read[field as 'name'], field === 'brand' ? 'Mine' : value);
  });
}

test('agency.read SX6: settings stored before modes existed count for both, until one is changed', async () => {
  const agency = await createAgency({ stripe: false });
  const agencies = mongoose.connection.collection('agencies');
  const [test, live] = [await agency.call('agency.read', {}), await agency.live.call('agency.read', {})];
  const { settings } = (await agencies.findOne({ _id: agency.id as never })) as unknown as { settings: { live: Record<string, unknown> } };
  const { plans: _plans, portal: _portal, minutesPolicy: _policy, ...flat } = settings.live;
  await agencies.updateOne({ _id: agency.id as never }, { $set: flat, $unset: { settings: 1, version: 1 } });
  deps.directory.forget();
  assert.deepEqual(await agency.call('agency.read', {}), test);
  assert.deepEqual(await agency.live.call('agency.read', {}), live);
  await agency.call('agency.update', { origins: ['https://staging.test'], portal: { active: false } });
  const [changed, kept] = [await agency.call('agency.read', {}), await agency.live.call('agency.read', {})];
  assert.deepEqual(
    { changed: changed.origins, kept: kept.origins, plan: changed.plan, closed: [changed.portal.active, kept.portal.active] },
    { changed: ['https://staging.test'], kept: live.origins, plan: live.plan, closed: [false, true] },
  );
});

test("journal.list SX6: a change of shared settings is in the journal of both modes, with the key's mode", async () => {
  const agency = await createAgency({ stripe: false });
  await agency.live.call('agency.update', { brand: { companyName: 'Renamed' } });
  await agency.live.call('agency.update', { meter: { lowPermille: 300, criticalPermille: 200 } });
  await agency.call('agency.update', { origins: [] });
  const told = async (one: Agency) =>
    (await one.call('journal.list', {})).entries.map(({ mode, after, actor }) => ({ mode, after: Object.keys(after), actor }));
  const key = (mode: 'test' | 'live') => `key …${agency.keys[mode].secret.slice(-4)}`;
  const shared = { mode: null, after: ['brand'], actor: key('live') };
  const [inTest, inLive] = [await told(agency), await told(agency.live)];
  assert.deepEqual(inTest.slice(0, -1), [{ mode: 'test', after: ['test.origins'], actor: key('test') }, shared]);
  assert.deepEqual(inLive.slice(0, -1), [{ mode: 'live', after: ['live.meter'], actor: key('live') }, shared]);
});
