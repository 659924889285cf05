import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openTwilio, twilioAt } from './twilio-sdk.ts';

test("sandbox Twilio N12: wrong credentials are refused in Twilio's words", async (t) => {
  const { sandbox, account, client } = await openTwilio(t);
  const { friendlyName, status, type } = await client.api.v2010.accounts(account.sid).fetch();
  assert.deepEqual({ friendlyName, status, type }, { friendlyName: 'Northwind Voice', status: 'active', type: 'Full' });
  const wrong = twilioAt(sandbox.twilioUrl, { sid: account.sid, authToken: 'no' });
  const refused = { status: 401, code: 20003, message: 'Authenticate', moreInfo: 'https://www.twilio.com/docs/errors/20003' };
  await assert.rejects(wrong.api.v2010.accounts(account.sid).fetch(), refused);
  const other = sandbox.twilio.createAccount('Harbor Desk');
  await assert.rejects(client.api.v2010.accounts(other.sid).fetch(), { status: 404, code: 20404 });
  sandbox.twilio.setStatus(account.sid, 'suspended');
  await assert.rejects(client.api.v2010.accounts(account.sid).fetch(), { status: 401, code: 20005 });
});

test('sandbox Twilio N2: a search finds exactly the requested numbers, the same each time', async (t) => {
  const { client } = await openTwilio(t);
  const us = client.availablePhoneNumbers('US');
  const all = await us.local.list({ areaCode: 415, pageSize: 100 });
  const spoken = await us.local.list({ areaCode: 415, voiceEnabled: true, pageSize: 100 });
  assert.ok(spoken.length > 10 && spoken.length < all.length, 'some of them have no voice');
  for (const { phoneNumber, locality, region, addressRequirements, friendlyName } of spoken) {
    assert.match(phoneNumber, /^\+1415555\d{4}$/);
    assert.deepEqual({ locality, region, addressRequirements }, { locality: 'San Francisco', region: 'CA', addressRequirements: 'none' });
    assert.match(friendlyName, /^\(415\) 555-\d{4}$/);
  }
  assert.deepEqual(spoken[0]?.capabilities, { voice: true, SMS: true, MMS: true, fax: false });
  assert.deepEqual(await us.local.list({ areaCode: 415, pageSize: 100 }), all);
  const paged = await us.local.list({ areaCode: 415, pageSize: 7 });
  assert.deepEqual(paged, all);
  const places = await us.local.list({ inLocality: 'chicago', limit: 5 });
  assert.deepEqual([...new Set(places.map(({ region }) => region))], ['IL']);
  assert.ok((await us.local.list({ contains: '+1415', limit: 20 })).every(({ phoneNumber }) => phoneNumber.startsWith('+1415')));
  const word = await us.local.list({ contains: '555*', limit: 5 });
  assert.equal(word.length, 5);
  assert.equal((await us.tollFree.list({ limit: 1 }))[0]?.phoneNumber.slice(0, 5), '+1800');
});

test('sandbox Twilio N2: an impossible search is refused', async (t) => {
  const { client } = await openTwilio(t);
  const us = client.availablePhoneNumbers('US');
  for (const contains of ['1', '12345678901234567', '4-5', '4*5', '**55', '+*55', '5*']) {
    await assert.rejects(us.local.list({ contains }), { status: 400 }, contains);
  }
  await assert.rejects(us.mobile.list(), { status: 404, code: 20404 });
  await assert.rejects(client.availablePhoneNumbers('XX').local.list(), { status: 404, code: 20404 });
  await assert.rejects(us.local.list({ nearNumber: '+14155550100' }), { status: 400, message: /does not know the parameter NearNumber/ });
  const countries = await client.availablePhoneNumbers.list();
  assert.ok(
    ['US', 'CA', 'GB', 'DE', 'FR', 'ES', 'NL', 'IT', 'AU'].every((code) => countries.some(({ countryCode }) => countryCode === code)),
  );
  for (const { countryCode, subresourceUris } of countries) {
    const { local, mobile, national, tollFree } = client.availablePhoneNumbers(countryCode);
    const lists: Record<string, { page(asked: { pageSize: number }): Promise<{ instances: unknown[] }> }> = {
      local,
      mobile,
      national,
      toll_free: tollFree,
    };
    for (const type of Object.keys(subresourceUris)) {
      const found = await lists[type]!.page({ pageSize: 3 });
      assert.equal(found.instances.length, 3, `${countryCode} ${type}`);
    }
  }
});

test('sandbox Twilio N5: a number is bought with a tag, found by it, and gone from the search', async (t) => {
  const { sandbox, account, client } = await openTwilio(t, { numbers: 0 });
  const [{ phoneNumber } = { phoneNumber: '' }] = await client.availablePhoneNumbers('US').local.list({ limit: 1 });
  const bought = await client.incomingPhoneNumbers.create({ phoneNumber, friendlyName: 'ord_1', voiceUrl: 'https://voice.test/in' });
  assert.deepEqual(
    { phoneNumber: bought.phoneNumber, friendlyName: bought.friendlyName, voiceUrl: bought.voiceUrl, status: bought.status },
    { phoneNumber, friendlyName: 'ord_1', voiceUrl: 'https://voice.test/in', status: 'in-use' },
  );
  assert.deepEqual(bought.capabilities, { voice: true, sms: true, mms: true, fax: false });
  assert.deepEqual(
    (await client.incomingPhoneNumbers.list({ friendlyName: 'ord_1' })).map(({ sid }) => sid),
    [bought.sid],
  );
  assert.deepEqual(
    (await client.incomingPhoneNumbers.list({ phoneNumber })).map(({ sid }) => sid),
    [bought.sid],
  );
  assert.deepEqual(await client.incomingPhoneNumbers.list({ friendlyName: 'ord_2' }), []);
  const left = await client.availablePhoneNumbers('US').local.list({ limit: 1000 });
  assert.ok(left.every((one) => one.phoneNumber !== phoneNumber));
  assert.equal((await client.incomingPhoneNumbers(bought.sid).update({ friendlyName: 'ord_3' })).friendlyName, 'ord_3');
  assert.equal(await client.incomingPhoneNumbers(bought.sid).remove(), true);
  await assert.rejects(client.incomingPhoneNumbers(bought.sid).fetch(), { status: 404, code: 20404 });
  await assert.rejects(client.incomingPhoneNumbers(bought.sid).remove(), { status: 404 });
  assert.deepEqual(sandbox.twilio.numbers(account.sid), []);
});

test('sandbox Twilio F30: of two accounts that buy a number one gets it', async (t) => {
  const { sandbox, client } = await openTwilio(t);
  const [first, second, third] = await client.availablePhoneNumbers('US').local.list({ limit: 3 });
  const other = twilioAt(sandbox.twilioUrl, sandbox.twilio.createAccount('Harbor Desk'));
  const wanted = { phoneNumber: first!.phoneNumber };
  const results = await Promise.allSettled([client.incomingPhoneNumbers.create(wanted), other.incomingPhoneNumbers.create(wanted)]);
  assert.deepEqual(results.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
  sandbox.twilio.take(second!.phoneNumber);
  const gone = { status: 400, code: 21422, message: `${second!.phoneNumber} is not available` };
  await assert.rejects(client.incomingPhoneNumbers.create({ phoneNumber: second!.phoneNumber }), gone);
  await assert.rejects(client.incomingPhoneNumbers.create({ phoneNumber: 'five' }), { code: 21421 });
  // An owner that repeats a purchase gets the same answer as the first time, so only a read shows the difference.
  const mine = await client.incomingPhoneNumbers.create({ phoneNumber: third!.phoneNumber, friendlyName: 'ord_1' });
  const again = await client.incomingPhoneNumbers.create({ phoneNumber: third!.phoneNumber, friendlyName: 'ord_2' });
  assert.deepEqual({ sid: again.sid, friendlyName: again.friendlyName }, { sid: mine.sid, friendlyName: 'ord_2' });
});

test('sandbox Twilio N12: an account starts with numbers, and a trial may have one', async (t) => {
  const { client } = await openTwilio(t);
  const numbers = await client.incomingPhoneNumbers.list({ pageSize: 2 });
  assert.equal(numbers.length, 3);
  assert.ok(numbers.every(({ capabilities }) => capabilities.voice));
  const trial = await openTwilio(t, { numbers: 1, trial: true });
  const [free] = await trial.client.availablePhoneNumbers('US').local.list({ limit: 1 });
  await assert.rejects(trial.client.incomingPhoneNumbers.create({ phoneNumber: free!.phoneNumber }), { status: 400, code: 21404 });
});
