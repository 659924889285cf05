import assert from 'node:assert/strict';
import test from 'node:test';
import mongoose from 'mongoose';
import { Refusal } from '../../../api/contract/refusal.ts';
import { firstBrokenEntry } from '../../../api/domain/audit/journals.ts';
import { alertOfProvider } from '../../../api/domain/journal/alerts.ts';
import { type Meaning, ProviderError } from '../../../api/ports/index.ts';
import type { Agency } from '../../support/agency.ts';
import { startApi } from '../../support/api.ts';
import { call } from '../../support/call.ts';
import { until } from '../../support/until.ts';

const api = await startApi();
const FLOOD = 30;

async function alertsOf(agency: Agency) {
  const { entries } = await agency.call('journal.list', { limit: 100 });
  return entries
    .filter(({ action }) => action.startsWith('alert.'))
    .map(({ action, actor, mode, after }) => ({ action, actor, mode, after }));
}

/**
 * Repeats the same request, some of them at once.
 * @returns the distinct statuses
 */
async function flood(send: () => Promise<{ status: number }>): Promise<number[]> {
  const replies = [await send(), ...(await Promise.all(Array.from({ length: FLOOD }, send)))];
  return [...new Set(replies.map(({ status }) => status))];
}

test('journal.list A41: a secret key sent from a page is refused, and journaled once however often it comes', async () => {
  const agency = await api.createAgency({ stripe: false });
  const [key, { origin }] = [agency.keys.test.secret, agency];
  assert.deepEqual(await flood(() => call(`${api.url}/v1/agency.read`, { key, origin, method: 'GET' })), [403]);
  assert.deepEqual(await flood(() => call(`${api.url}/v1/brand.read?key=${key}`, { origin, method: 'GET' })), [403]);
  const expected = { action: 'alert.key_in_browser', actor: `key …${key.slice(-4)}`, mode: 'test', after: { origin } };
  assert.deepEqual(await alertsOf(agency), [expected]);
  assert.equal(await firstBrokenEntry(agency.id), null);
});

test('journal.list A41 T15: an alert is stored without a sentence, and one that has its sentence keeps it', async () => {
  const agency = await api.createAgency({ stripe: false });
  await call(`${api.url}/v1/agency.read`, { key: agency.keys.test.secret, origin: agency.origin, method: 'GET' });
  const alert = { agencyId: agency.id, action: 'alert.key_in_browser' };
  const journal = mongoose.connection.collection('journals');
  const reasonTold = async () => (await agency.call('journal.list', {})).entries.find(({ action }) => action === alert.action)?.reason;
  assert.equal((await journal.findOne(alert))?.reason, null);
  assert.equal(await reasonTold(), 'A secret key was sent from a page. Rotate it.');
  await journal.updateOne(alert, { $set: { reason: 'A key was seen in a page.' } });
  assert.equal(await reasonTold(), 'A key was seen in a page.');
});

test('journal.list A41: a test key beside a live session is refused and journaled', async () => {
  const agency = await api.createAgency({ stripe: 'live' });
  const page = await agency.openPage();
  await page.signUp();
  const { origin } = agency;
  const read = () => call(`${api.url}/v1/credits.balance?key=${agency.keys.test.publishable}`, { key: page.token, origin, method: 'GET' });
  assert.deepEqual(await flood(read), [403]);
  assert.deepEqual(await alertsOf(agency), [{ action: 'alert.wrong_mode', actor: 'anyone', mode: 'live', after: { origin } }]);
});

test('journal.list A41: the key of a suspended agency is refused, and the agency reads of it after its return', async () => {
  const agency = await api.createAgency({ stripe: false });
  const page = await agency.openPage();
  await api.platform('agencies.suspend', { agencyId: agency.id, reason: 'Unpaid' });
  assert.deepEqual(await flood(() => page.try('brand.read', {})), [403]);
  await api.platform('agencies.resume', { agencyId: agency.id, reason: 'Paid' });
  const expected = { action: 'alert.suspended', actor: 'anyone', mode: 'test', after: { origin: agency.origin } };
  assert.deepEqual(await alertsOf(agency), [expected]);
  const stranger = await api.createAgency({ stripe: false });
  const foreign = await call(`${api.url}/v1/brand.read?key=wlp_test_nobody`, { origin: stranger.origin, method: 'GET' });
  assert.deepEqual(
    { status: foreign.status, alerts: await alertsOf(stranger) },
    { status: 403, alerts: [] },
    'nobody writes into a journal without a key of that agency',
  );
});

test("journal.list PX6: a provider's refusal reaches the agency once a day, by mail and journal, if it matters", async () => {
  const agency = await api.createAgency({ stripe: false, brand: { companyName: 'Northwind', supportEmail: 'help@northwind.test' } });
  const scope = { agencyId: agency.id, world: 'test.0' } as const;
  const said = { status: 402, message: 'Trial has ended, please add payment method.' };
  const refusalOf = (meaning: Meaning) => new Refusal('voice.provider_unavailable', { cause: new ProviderError('retell', said, meaning) });
  const unpaid = refusalOf({ lasts: 'definite', agency: 'voice.unpaid' });
  await Promise.all([1, 2, 3].map(() => alertOfProvider(scope, unpaid, api.deps)));
  await alertOfProvider(scope, refusalOf({ lasts: 'passing' }), api.deps);
  const told = { action: 'alert.provider', actor: 'retell', mode: 'test', after: { status: 402 } };
  assert.deepEqual(await alertsOf(agency), [told]);
  api.sandbox.clock.advance(24 * 3600);
  await alertOfProvider(scope, unpaid, api.deps);
  assert.deepEqual(await alertsOf(agency), [told, told], 'again on the next day');
  const mails = await until(async () => {
    const sent = api.sandbox.mail.list('help@northwind.test');
    return sent.length === 2 && sent;
  }, 'two mails');
  assert.equal(mails[0]?.subject, '[Test] Retell asks for a payment');
  assert.match(mails[0]?.text ?? '', /Add a payment method in Retell/);
});
