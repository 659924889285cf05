import assert from 'node:assert/strict';
import { test } from 'node:test';
import { codeOf } from '../../support/agency.ts';
import { startApi } from '../../support/api.ts';
import { openClient, openNumberShop, plan, usLocal } from './shop.ts';

const api = await startApi();
const { sandbox } = api;
const { agency, page, account } = await openNumberShop(api);

test('numbers.search N2: filters by country, type, area code, pattern and capability', async () => {
  const { numbers } = await page.call('numbers.search', { country: 'US', type: 'local', areaCode: '415', voice: 'true' });
  assert.ok(numbers.length > 0);
  for (const one of numbers) {
    assert.match(one.number, /^\+1415/);
    assert.equal(one.capabilities.voice, true);
    assert.deepEqual({ country: one.country, type: one.type }, { country: 'US', type: 'local' });
  }
  const ending = numbers[0]?.number.slice(-4) ?? '';
  const found = await page.call('numbers.search', { country: 'US', type: 'local', contains: ending });
  assert.ok(found.numbers.some(({ number }) => number.endsWith(ending)));
  assert.ok(found.numbers.every(({ number }) => number.includes(ending)));
  const tollFree = await page.call('numbers.search', { country: 'US', type: 'toll_free' });
  assert.ok(tollFree.numbers.length > 0 && tollFree.numbers.every(({ type }) => type === 'toll_free'));
});

test('numbers.search N2: an area code works where the provider has none', async () => {
  const all = await page.call('numbers.search', { country: 'DE', type: 'local' });
  const area = all.numbers[0]?.number.slice(3, 5) ?? '';
  const { numbers } = await page.call('numbers.search', { country: 'DE', type: 'local', areaCode: area });
  assert.ok(numbers.length > 0);
  assert.ok(numbers.every(({ number }) => number.startsWith(`+49${area}`)));
});

test('numbers.search N2: a pattern of one character is refused at its field', async () => {
  const reply = await page.try('numbers.search', { country: 'US', type: 'local', contains: '4' });
  assert.equal(reply.status, 422);
  assert.equal((reply.body as unknown as { error: { param: string } }).error.param, 'contains');
});

test('numbers.search PX10: a star stands before or after the digits, never between them, as at the provider', async () => {
  const search = (contains: string) => page.try('numbers.search', { country: 'US', type: 'local', contains });
  for (const contains of ['4*5', '4*', '**55', '5**', '*', '+415', '12345678901234567', '*123456789012345*']) {
    const reply = await search(contains);
    const { error } = reply.body as unknown as { error: { param: string } };
    assert.deepEqual({ contains, status: reply.status, param: error?.param }, { contains, status: 422, param: 'contains' });
  }
  for (const contains of ['415*', '*55', '*41*', 'CALL', '41-5']) assert.equal((await search(contains)).status, 200, contains);
});

test('numbers.search N2: a refusal of the provider is reported in our words, and its own are only logged', async () => {
  sandbox.faults.add({
    path: '/twilio/2010-04-01/Accounts/*/AvailablePhoneNumbers/US/Local.json',
    how: { status: 400, body: { code: 21_454, status: 400, message: 'The Contains parameter is not valid' } },
  });
  const reply = await page.try('numbers.search', { country: 'US', type: 'local', contains: '415' });
  assert.deepEqual({ status: reply.status, code: codeOf(reply) }, { status: 422, code: 'telephony.refused' });
  assert.doesNotMatch(JSON.stringify(reply.body), /twilio/i);
});

test("numbers.search N3: the client sees its plan's price, the agency also the provider's", async () => {
  const kind = { country: 'US', type: 'local' } as const;
  const { numbers } = await page.call('numbers.search', kind);
  const [one] = numbers;
  assert.deepEqual(
    {
      setupMillis: one?.setupMillis,
      monthlyMillis: one?.monthlyMillis,
      setupCents: one?.setupCents,
      monthlyCents: one?.monthlyCents,
      currency: one?.currency,
    },
    { setupMillis: 3000, monthlyMillis: 2000, setupCents: 120, monthlyCents: 80, currency: 'EUR' },
  );
  assert.ok(
    numbers.every((found) => !('providerCost' in found)),
    'the cost is not even there',
  );
  const seen = await agency.call('numbers.search', kind);
  assert.deepEqual(seen.numbers[0]?.providerCost, { monthlyCents: 115, currency: 'USD' });
  assert.equal(seen.numbers[0]?.setupMillis, 3000);
});

test('numbers.search N8: a kind that needs papers shows it in the list, with their state', async () => {
  const needsOf = async () => (await page.call('numbers.search', { country: 'GB', type: 'mobile' })).numbers[0]?.needs;
  assert.deepEqual(await needsOf(), {
    kind: 'bundle',
    state: 'missing',
    code: 'bundle_missing',
    message: 'This country asks for papers before a number is sold.',
  });
  const offer = await page.call('numbers.offer', {});
  assert.equal(offer.searchable, true);
  assert.deepEqual(
    offer.kinds.map(({ country, type, needs }) => [country, type, needs.kind]),
    [
      ['US', 'local', 'none'],
      ['US', 'toll_free', 'none'],
      ['GB', 'mobile', 'bundle'],
      ['DE', 'local', 'bundle'],
    ],
  );
});

test('numbers.search L1: only what the plan sells is offered; without numbers or an account it is refused', async () => {
  const unsold = await page.try('numbers.search', { country: 'FR', type: 'local' });
  assert.deepEqual({ status: unsold.status, code: codeOf(unsold) }, { status: 422, code: 'number.kind_not_sold' });
  const locked = await openNumberShop(api, { changes: { features: ['knowledge'] } });
  const refused = await locked.page.try('numbers.search', { country: 'US', type: 'local' });
  assert.deepEqual({ status: refused.status, code: codeOf(refused) }, { status: 403, code: 'feature.locked' });
  assert.deepEqual((await locked.page.call('numbers.offer', {})).kinds, []);
  const bare = await api.createAgency({ plan });
  const visitor = await openClient(bare, 0);
  const unset = await visitor.try('numbers.search', { country: 'US', type: 'local' });
  assert.deepEqual({ status: unset.status, code: codeOf(unset) }, { status: 503, code: 'telephony.not_configured' });
  assert.equal((await visitor.call('numbers.offer', {})).searchable, false);
});

test('numbers.search L1: a plan that sells no number says so, and never speaks of a kind or of an account', async () => {
  const connected = await openNumberShop(api, { changes: { numbers: [] } });
  const bare = await openClient(await api.createAgency({ plan: { ...plan, numbers: [] } }), 0);
  for (const visitor of [connected.page, bare]) {
    const searched = await visitor.try('numbers.search', usLocal);
    const reserved = await visitor.try('numbers.reserve', { ...usLocal, number: '+14155550100' });
    for (const reply of [searched, reserved])
      assert.deepEqual({ status: reply.status, code: codeOf(reply) }, { status: 403, code: 'number.none_sold' });
    assert.deepEqual((await visitor.call('numbers.offer', {})).blocked?.code, 'number.none_sold');
  }
});

test('numbers.search F29: a provider that is away is a 503, and works again when it is back', async () => {
  const path = `/twilio/2010-04-01/Accounts/${account.sid}/AvailablePhoneNumbers/US/Local.json`;
  for (const how of ['500', '429', 'reset', 'html'] as const) {
    sandbox.faults.add({ path, how, times: 1 });
    const reply = await page.try('numbers.search', { country: 'US', type: 'local' });
    assert.deepEqual({ status: reply.status, code: codeOf(reply) }, { status: 503, code: 'telephony.provider_unavailable' }, how);
  }
  assert.equal((await page.try('numbers.search', { country: 'US', type: 'local' })).status, 200);
});
