import assert from 'node:assert/strict';
import { test } from 'node:test';
import { errors } from '../../../api/contract/errors/index.ts';
import type { ErrorBody, Input } from '../../../api/contract/index.ts';
import { fundKinds } from '../../../api/rules/funds.ts';
import { codeOf } from '../../support/agency.ts';
import { startApi } from '../../support/api.ts';

const api = await startApi();
const { sandbox } = api;

const sold = [{ country: 'US', type: 'local' as const, setupMillis: 3_000, monthlyMillis: 5_000 }];
const plan = { centsPer100Credits: 4000, currency: 'EUR', freeMillis: 20_000, numbers: sold, knowledge: { textMillis: 2_000 } };
const larger = { name: 'Large', centsPer100Credits: 3000, currency: 'EUR', priceMillis: 50_000 } as const;
const item = { kind: 'text', name: 'Hours', text: 'We are open from 9 to 5.' } as const;

/** Opens a client with 20 free credits, which are for calls only, and `bought` others. */
async function openFree({ bought = 0, stripe = true } = {}) {
  const agency = await api.createAgency({ plan: plan as Input<'agencies.create'>['plan'], stripe });
  const { plans } = await agency.call('agency.update', { plans: [larger] });
  const page = await agency.openPage();
  await page.signUp();
  const { text } = await sandbox.mail.waitForMail(page.email, (mail) => mail.text.includes('#wl-verify='));
  await page.call('accounts.verifyEmail', { token: /#wl-verify=([\w.-]+)/.exec(text)?.[1] ?? '' });
  if (bought > 0) await agency.allocate(page.clientId, bought);
  return { agency, page, planId: plans[0]?.id ?? '' };
}

const fundsIn = ({ body }: { body: unknown }) => (body as ErrorBody).error.funds;

test('credits.funds MT7: free credits are shown apart, and the refusal says the same as what was shown before', async () => {
  const { agency, page, planId } = await openFree({ bought: 5_000 });
  await agency.connectVoice(sandbox);
  const { available, callsOnly } = await page.call('credits.balance', {});
  assert.deepEqual({ available, callsOnly }, { available: 25_000, callsOnly: 20_000 });
  assert.equal((await page.bootstrap()).balance?.callsOnly, 20_000);
  const { blocked, ...funds } = await page.call('credits.funds', { kind: 'plan', priceMillis: larger.priceMillis });
  assert.deepEqual(funds, { kind: 'plan', spendableMillis: 5_000, callsOnlyMillis: 20_000, missingMillis: 45_000 });
  assert.equal(blocked, null);
  const refused = await page.try('plans.choose', { planId, priceMillis: larger.priceMillis });
  assert.equal(codeOf(refused), 'credits.insufficient');
  assert.deepEqual(fundsIn(refused), funds);
  const { totalMillis, shortMillis, funds: quoted } = await page.call('knowledge.quote', { items: [item] });
  assert.deepEqual(
    { totalMillis, shortMillis, quoted },
    {
      totalMillis: 2_000,
      shortMillis: 0,
      quoted: { kind: 'knowledge', spendableMillis: 5_000, callsOnlyMillis: 20_000, missingMillis: 0 },
    },
  );
  await agency.allocate(page.clientId, funds.missingMillis);
  assert.equal((await page.call('plans.choose', { planId, priceMillis: larger.priceMillis })).state, 'done');
});

test('knowledge.add MT7: free credits add no knowledge, and the refusal names what is missing', async () => {
  const { agency, page } = await openFree();
  await agency.connectVoice(sandbox);
  const refused = await page.try('knowledge.add', { items: [item], totalMillis: 2_000 });
  assert.deepEqual(fundsIn(refused), { kind: 'knowledge', spendableMillis: 0, callsOnlyMillis: 20_000, missingMillis: 2_000 });
});

test('credits.funds MT7: where the plan lets free credits buy everything, nothing is for calls only', async () => {
  const { agency, page } = await openFree();
  await agency.call('agency.update', { plan: { freeCreditsBuy: 'everything' } });
  assert.equal((await page.call('credits.balance', {})).callsOnly, undefined);
  for (const kind of fundKinds) {
    const { spendableMillis, callsOnlyMillis } = await page.call('credits.funds', { kind });
    assert.deepEqual({ spendableMillis, callsOnlyMillis }, { spendableMillis: 20_000, callsOnlyMillis: 0 }, kind);
  }
});

test('credits.funds MT8: what cannot be delivered says why, and to the agency in test mode what to do', async () => {
  const { agency, page } = await openFree({ stripe: false });
  const whyNot = async (kind: 'numbers' | 'knowledge') => (await page.call('credits.funds', { kind })).blocked;
  const { code, forAgency } = (await whyNot('numbers')) ?? {};
  assert.deepEqual(
    { code, forAgency },
    {
      code: 'telephony.not_configured',
      forAgency: 'Connect a Twilio account with integrations.connectTelephony.',
    },
  );
  assert.equal((await whyNot('knowledge'))?.code, 'voice.not_configured');
  assert.equal((await page.call('knowledge.list', {})).blocked?.code, 'voice.not_configured');
  const { packages, payable, blocked } = await page.call('credits.packages', {});
  assert.deepEqual(
    { payable, code: blocked?.code, isShown: packages.length > 0 },
    {
      payable: false,
      code: 'payments.not_configured',
      isShown: true,
    },
  );
  const readers = [page, await agency.openPage()];
  const seen = () => Promise.all(readers.map(async (reader) => (await reader.call('plans.list', {})).withoutProvider));
  assert.deepEqual(await seen(), [
    ['numbers', 'knowledge'],
    ['numbers', 'knowledge'],
  ]);
  const offer = await page.call('numbers.offer', {});
  assert.deepEqual({ blocked: offer.blocked?.code, ways: offer.ways }, { blocked: 'telephony.not_configured', ways: ['sip', 'account'] });
  await agency.connectVoice(sandbox);
  assert.equal(await whyNot('knowledge'), null);
  assert.deepEqual(await seen(), [['numbers'], ['numbers']]);
  await agency.call('agency.update', { plan: { features: ['numbers'] } });
  assert.equal((await whyNot('knowledge'))?.code, 'feature.locked');
  await agency.call('agency.update', { plan: { numbers: [] } });
  const unsold = await whyNot('numbers');
  assert.deepEqual(
    unsold,
    {
      code: 'number.none_sold',
      message: 'Your plan does not sell phone numbers.',
      forAgency: 'Add kinds of number with their prices to the plan.',
    },
    'before a missing account: no account would help',
  );
});

test('knowledge.quote MT8: nothing is quoted where no voice provider would take it', async () => {
  const { agency, page } = await openFree();
  assert.equal(codeOf(await page.try('knowledge.quote', { items: [item] })), 'voice.not_configured');
  assert.equal(codeOf(await agency.try('knowledge.quote', { items: [item] })), 'voice.not_configured');
});

test('credits.funds MT8: visitors of a live page read no word that is for the agency', async () => {
  const agency = (await api.createAgency({ stripe: false })).live;
  const { forAgency } = (await agency.call('credits.packages', {})).blocked ?? {};
  assert.equal(forAgency, null);
});

test('credits.funds MT8: a live portal that lacks nothing says what its agency cannot deliver, and sells the rest', async () => {
  const agency = (await api.createAgency({ plan: plan as Input<'agencies.create'>['plan'], stripe: 'live' })).live;
  const page = await agency.openPage();
  await page.signUp();
  const whyNot = async (kind: 'calls' | 'numbers' | 'knowledge' | 'plan') => (await page.call('credits.funds', { kind })).blocked;
  const told = (code: 'telephony.not_configured' | 'voice.not_configured') => ({ code, message: errors[code].message, forAgency: null });
  assert.deepEqual(
    { numbers: await whyNot('numbers'), knowledge: await whyNot('knowledge'), plan: await whyNot('plan'), calls: await whyNot('calls') },
    { numbers: told('telephony.not_configured'), knowledge: told('voice.not_configured'), plan: null, calls: null },
  );
  assert.deepEqual((await page.call('knowledge.list', {})).blocked, told('voice.not_configured'));
  assert.deepEqual((await page.call('numbers.offer', {})).blocked, told('telephony.not_configured'));
  const { payable, blocked } = await page.call('credits.packages', {});
  assert.deepEqual({ payable, blocked }, { payable: true, blocked: null });
});

test('calls.start MT7: it says what is left for calls, and its refusal what was missing', async () => {
  const { agency, page } = await openFree();
  const start = { clientId: page.clientId, callId: 'call-1', seconds: 600 };
  const left = { kind: 'calls', spendableMillis: 10_000, callsOnlyMillis: 0, missingMillis: 0 };
  assert.deepEqual((await agency.call('calls.start', start)).funds, left);
  const refused = await agency.try('calls.start', { ...start, callId: 'call-2', seconds: 660 });
  assert.equal(codeOf(refused), 'credits.insufficient');
  assert.deepEqual(fundsIn(refused), { ...left, missingMillis: 1_000 });
});
