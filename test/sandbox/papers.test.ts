import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openTwilio } from './twilio-sdk.ts';

test('sandbox Twilio N8: a number that needs papers is sold only with fitting, approved ones', async (t) => {
  const { sandbox, account, client } = await openTwilio(t, { numbers: 0 });
  const [found] = await client.availablePhoneNumbers('GB').mobile.list({ limit: 1 });
  const buy = (bundleSid?: string) =>
    client.incomingPhoneNumbers.create({ phoneNumber: found!.phoneNumber, ...(bundleSid && { bundleSid }) });
  await assert.rejects(buy(), { status: 400, code: 21649, message: 'Bundle required and not provided' });
  const other = sandbox.twilio.addBundle(account.sid, { country: 'GB', type: 'local', status: 'twilio-approved' });
  await assert.rejects(buy(other.sid), { status: 400, code: 21650 });
  const bundle = sandbox.twilio.addBundle(account.sid, { country: 'GB', type: 'mobile', status: 'pending-review' });
  await assert.rejects(buy(bundle.sid), { status: 400, code: 21649, message: `Bundle [${bundle.sid}] status is not twilio-approved` });
  const { bundles } = client.numbers.v2.regulatoryCompliance;
  const listed = async () => (await bundles.list({ isoCountry: 'GB', numberType: 'mobile' })).map(({ sid, status }) => [sid, status]);
  assert.deepEqual(await listed(), [[bundle.sid, 'pending-review']]);
  sandbox.twilio.setBundle(bundle.sid, 'twilio-approved');
  assert.deepEqual(await listed(), [[bundle.sid, 'twilio-approved']]);
  assert.equal((await bundles(bundle.sid).fetch()).status, 'twilio-approved');
  assert.equal((await buy(bundle.sid)).bundleSid, bundle.sid);
});

test('sandbox Twilio N8: an address is required if the law requires one', async (t) => {
  const { sandbox, account, client } = await openTwilio(t);
  const [found] = await client.availablePhoneNumbers('DE').local.list({ limit: 1 });
  assert.equal(found?.addressRequirements, 'local');
  const { sid: bundleSid } = sandbox.twilio.addBundle(account.sid, { country: 'DE', type: 'local', status: 'twilio-approved' });
  const buy = (addressSid?: string) =>
    client.incomingPhoneNumbers.create({ phoneNumber: found!.phoneNumber, bundleSid, ...(addressSid && { addressSid }) });
  await assert.rejects(buy(), { status: 400, code: 21631 });
  const abroad = sandbox.twilio.addAddress(account.sid, 'FR');
  await assert.rejects(buy(abroad.sid), { status: 400, code: 21615 });
  const where = { customerName: 'Ada', street: 'Weg 1', city: 'Berlin', region: 'Berlin', postalCode: '10115', isoCountry: 'DE' };
  const address = await client.addresses.create(where);
  assert.deepEqual(
    (await client.addresses.list({ isoCountry: 'DE' })).map(({ sid }) => sid),
    [address.sid],
  );
  assert.equal((await buy(address.sid)).addressSid, address.sid);
});

test('sandbox Twilio N8: the rules of a country can be read before a purchase', async (t) => {
  const { client } = await openTwilio(t);
  const { regulations } = client.numbers.v2.regulatoryCompliance;
  const british = await regulations.list({ isoCountry: 'GB', endUserType: 'business', pageSize: 1 });
  assert.deepEqual(
    british.map(({ numberType }) => numberType),
    ['local', 'mobile', 'national'],
  );
  assert.deepEqual(await regulations.list({ isoCountry: 'US' }), []);
  assert.equal((await regulations(british[0]!.sid).fetch()).friendlyName, 'United Kingdom: local - business');
  await assert.rejects(regulations('RN0').fetch(), { status: 404, code: 20404 });
});

test("sandbox Twilio N3: Twilio's prices of numbers are listed by country and type", async (t) => {
  const { client } = await openTwilio(t);
  const { priceUnit, phoneNumberPrices } = await client.pricing.v1.phoneNumbers.countries('US').fetch();
  const prices = phoneNumberPrices.map(({ numberType, currentPrice }) => [numberType, String(currentPrice)]);
  assert.deepEqual(
    { priceUnit, prices },
    {
      priceUnit: 'USD',
      prices: [
        ['local', '1.15'],
        ['toll free', '2.15'],
      ],
    },
  );
  await assert.rejects(client.pricing.v1.phoneNumbers.countries('XX').fetch(), { status: 404 });
});

test('sandbox Twilio N13: a code reaches a phone by text or by call', async (t) => {
  const { sandbox, client } = await openTwilio(t);
  const [from] = (await client.incomingPhoneNumbers.list()).filter(({ capabilities }) => capabilities.sms);
  const to = '+491701234567';
  const heard = sandbox.phone.waitFor(to);
  const message = await client.messages.create({ from: from!.phoneNumber, to, body: '042137 is your code for Northwind.' });
  assert.deepEqual({ status: message.status, direction: message.direction }, { status: 'queued', direction: 'outbound-api' });
  assert.deepEqual({ channel: (await heard).channel, code: (await heard).code }, { channel: 'sms', code: '042137' });
  const twiml = '<Response><Say>Your code for Northwind is 9, 8, 7, 6, 5, 4.</Say><Pause length="1"/></Response>';
  assert.equal((await client.calls.create({ from: from!.phoneNumber, to, twiml })).status, 'queued');
  const reply = await fetch(`${sandbox.url}/phone/messages?to=${encodeURIComponent(to)}`);
  const { messages } = (await reply.json()) as { messages: { channel: string; code: string; from: string }[] };
  assert.deepEqual(
    messages.map(({ channel, code }) => [channel, code]),
    [
      ['call', '987654'],
      ['sms', '042137'],
    ],
  );
  await assert.rejects(client.messages.create({ from: '+14155550100', to, body: 'x' }), { status: 400, code: 21606 });
  await assert.rejects(client.calls.create({ from: '+14155550100', to, twiml }), { status: 400, code: 21210 });
  await assert.rejects(client.messages.create({ from: from!.phoneNumber, to: '0170', body: 'x' }), { status: 400, code: 21211 });
});

test('sandbox Twilio F29: faults affect Twilio too, and a bought number is found by its tag', async (t) => {
  const { sandbox, account, client } = await openTwilio(t, { numbers: 0 });
  const [first] = await client.availablePhoneNumbers('US').local.list({ limit: 1 });
  const buy = (friendlyName: string) => client.incomingPhoneNumbers.create({ phoneNumber: first!.phoneNumber, friendlyName });
  const path = '/twilio/2010-04-01/Accounts/*/IncomingPhoneNumbers.json';
  sandbox.faults.add({ path, method: 'POST', how: '500' });
  await assert.rejects(buy('ord_1'), { status: 500, code: 20500 });
  assert.deepEqual(sandbox.twilio.numbers(account.sid), []);
  sandbox.faults.add({ path, method: 'POST', how: '500', done: true });
  await assert.rejects(buy('ord_2'), { status: 500 });
  assert.deepEqual((await client.incomingPhoneNumbers.list({ friendlyName: 'ord_2' })).length, 1, 'bought, and only the answer was lost');
  for (const how of ['reset', 'timeout', 'drop-after-headers', 'hang'] as const) {
    sandbox.faults.script([how]);
    await assert.rejects(client.api.v2010.accounts(account.sid).fetch(), how);
  }
  sandbox.faults.script(['429', '503']);
  await assert.rejects(client.incomingPhoneNumbers.list(), { status: 429, code: 20429, message: 'Too Many Requests' });
  await assert.rejects(client.incomingPhoneNumbers.list(), { status: 503, code: 20503 });
});
