import assert from 'node:assert/strict';
import test from 'node:test';
import type { ErrorCode } from '../../../api/contract/index.ts';
import type { NoticeCode } from '../../../api/contract/notices.ts';
import type { PhoneKind } from '../../../demo-site/sandbox/twilio/objects.ts';
import { codeOf } from '../../support/agency.ts';
import { startApi } from '../../support/api.ts';
import { watchCase } from '../../support/provider-errors.ts';
import { figures, newKey, numbersOf, openClient, openNumberShop, reserve, usLocal } from './shop.ts';

/** Refusals of Twilio that follow from the state of the account, not from an injected fault. */

const api = await startApi();
const { sandbox } = api;
const { twilio } = sandbox;

interface State {
  account?: { numbers: number; trial: boolean };
  begin(sid: string, number: string): void;
  person: ErrorCode;
  agency?: NoticeCode;
}

const purchases: Record<string, State> = {
  'a suspended account': {
    begin: (sid) => twilio.setStatus(sid, 'suspended'),
    person: 'telephony.not_configured',
    agency: 'telephony.inactive',
  },
  'an account that may buy no numbers': {
    begin: (sid) => twilio.restrict(sid, true),
    person: 'number.refused',
    agency: 'telephony.restricted',
  },
  'a trial that has its one number': {
    account: { numbers: 1, trial: true },
    begin: () => {},
    person: 'number.refused',
    agency: 'telephony.trial',
  },
  'a number that somebody else was faster to buy': { begin: (_sid, number) => twilio.take(number), person: 'number.taken' },
};

for (const [name, { account: given, begin, person, agency: notice }] of Object.entries(purchases)) {
  test(`numbers.buy PX5 PX8: ${name} charges nobody, and is told to whoever can change it`, async () => {
    const own = twilio.createAccount(name, given);
    const { agency, page, account } = await openNumberShop(api, { account: own });
    const watched = await watchCase(api, agency);
    const { reservationId, number } = await reserve(page);
    begin(account.sid, number);
    const before = twilio.numbers(account.sid).length;
    const reply = await page.try('numbers.buy', { reservationId }, newKey());
    assert.equal(codeOf(reply), person);
    assert.deepEqual(
      { figures: await figures(page), numbers: await numbersOf(page) },
      { figures: { available: 100_000, held: 0, used: 0 }, numbers: [] },
    );
    assert.equal(twilio.numbers(account.sid).length, before);
    assert.deepEqual(await watched.notices(), notice === undefined ? [] : [notice]);
  });
}

test('numbers.search PX5: an account that is suspended is told to the agency, and works again when it is resumed', async () => {
  const { agency, page, account } = await openNumberShop(api);
  const watched = await watchCase(api, agency);
  twilio.setStatus(account.sid, 'suspended');
  assert.equal(codeOf(await page.try('numbers.search', usLocal)), 'telephony.not_configured');
  assert.deepEqual(await watched.notices(), ['telephony.inactive']);
  twilio.setStatus(account.sid, 'active');
  assert.equal((await page.try('numbers.search', usLocal)).status, 200);
});

for (const status of [400, 403])
  test(`numbers.search PG12: what Twilio keeps from a trial, with a ${status}, is told as that, and as nothing else`, async () => {
    const { agency, page } = await openNumberShop(api);
    const watched = await watchCase(api, agency);
    const how = { status, body: { status, code: 10002, message: 'Trial account does not support this feature' } };
    sandbox.faults.add({ path: '/twilio/2010-04-01/Accounts/*/AvailablePhoneNumbers', method: 'GET', how, times: 1_000 });
    assert.equal(codeOf(await page.try('numbers.search', usLocal)), 'telephony.not_configured', 'another search would not help');
    assert.deepEqual(await watched.notices(), ['telephony.trial']);
    sandbox.faults.calm();
    assert.equal((await page.try('numbers.search', usLocal)).status, 200);
  });

test('integrations.connectTelephony PX5: an account that is suspended is said as such, and not as wrong credentials', async () => {
  const agency = await api.createAgency({ stripe: false });
  const { sid, authToken } = twilio.createAccount('Late payer');
  twilio.setStatus(sid, 'suspended');
  const connect = () => agency.try('integrations.connectTelephony', { accountSid: sid, authToken });
  const reply = await connect();
  assert.deepEqual({ status: reply.status, code: codeOf(reply) }, { status: 422, code: 'account.inactive' });
  assert.equal((await agency.call('integrations.read', {})).telephony.connected, false);
  twilio.setStatus(sid, 'active');
  assert.equal((await connect()).status, 200);
});

const both = ['sms', 'call'] as const;
const phones: Record<string, { kind: PhoneKind; by: readonly (typeof both)[number][]; person: ErrorCode }> = {
  'a landline, which gets no texts,': { kind: 'landline', by: ['sms'], person: 'number.no_texts' },
  'somebody who asked for no more texts': { kind: 'opted-out', by: ['sms'], person: 'number.opted_out' },
  'a number that cannot be reached': { kind: 'unreachable', by: both, person: 'number.unreachable' },
  'a number that is not there': { kind: 'not-there', by: both, person: 'number.invalid' },
};

const shop = await openNumberShop(api);
let digits = 100;
const ownNumber = () => {
  digits += 1;
  return `+4930123${digits}0`;
};

for (const [name, { kind, by, person }] of Object.entries(phones)) {
  test(`numbers.connect PX7: a code to ${name} gets its own refusal, and the other channel works if there is one`, async () => {
    const page = await openClient(shop.agency, 0);
    const number = ownNumber();
    sandbox.twilio.setPhone(number, kind);
    for (const channel of by) {
      assert.equal(codeOf(await page.try('numbers.connect', { number, channel }, newKey())), person, channel);
      assert.deepEqual(await numbersOf(page), []);
    }
    const other = by.length === 1 ? 'call' : undefined;
    if (other) assert.equal((await page.try('numbers.connect', { number, channel: other }, newKey())).status, 200);
  });
}

test("numbers.connect PX7: a country outside the account's reach: neutral for the client, plain for the agency", async () => {
  const { agency, page, account } = await openNumberShop(api, { credits: 0 });
  for (const channel of both) {
    const watched = await watchCase(api, agency);
    twilio.closeCountries(account.sid, ['DE']);
    const input = { number: ownNumber(), channel };
    assert.equal(codeOf(await page.try('numbers.connect', input, newKey())), 'number.country_closed', channel);
    assert.deepEqual(await watched.notices(), ['telephony.country_closed'], channel);
    twilio.closeCountries(account.sid, []);
    assert.equal((await page.try('numbers.connect', input, newKey())).status, 200, channel);
  }
});

test('numbers.connect PX7: a trial account reaches only verified numbers, and the agency is told', async () => {
  const own = twilio.createAccount('A trial', { numbers: 1, trial: true });
  const { agency, page } = await openNumberShop(api, { credits: 0, account: own });
  const watched = await watchCase(api, agency);
  const input = { number: ownNumber(), channel: 'call' as const };
  assert.equal(codeOf(await page.try('numbers.connect', input, newKey())), 'number.code_not_sent');
  assert.deepEqual(await watched.notices(), ['telephony.trial']);
  twilio.verify(own.sid, input.number);
  assert.equal((await page.try('numbers.connect', input, newKey())).status, 200);
});
