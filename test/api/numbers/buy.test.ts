import assert from 'node:assert/strict';
import { test } from 'node:test';
import { codeOf } from '../../support/agency.ts';
import { startApi } from '../../support/api.ts';
import { until } from '../../support/until.ts';
import { buy, figures, findNumber, newKey, numbersOf, openClient, openNumberShop, PRICE, reserve, usLocal } from './shop.ts';

const api = await startApi();
const { sandbox } = api;
const MINUTE_SECONDS = 60;

test('numbers.buy N1 N5 C2: the number is bought with the agency’s account, and the client alone pays its price', async () => {
  const { agency, page, account } = await openNumberShop(api);
  const minutes = await agency.minutes();
  const bought = await buy(page);
  assert.deepEqual(
    { state: bought.state, priceMillis: bought.priceMillis, priceCents: bought.priceCents },
    { state: 'done', priceMillis: PRICE, priceCents: 200 },
  );
  const [number] = await numbersOf(page);
  assert.equal(number?.number, bought.number);
  assert.deepEqual(
    { way: number?.way, state: number?.state, callerId: number?.callerId, monthlyMillis: number?.monthlyMillis },
    { way: 'bought', state: 'active', callerId: true, monthlyMillis: 2000 },
  );
  assert.ok(!('providerCost' in (number ?? {})));
  assert.deepEqual(await figures(page), { available: 100_000 - PRICE, held: 0, used: PRICE });
  assert.equal(await agency.minutes(), minutes);
  const atProvider = sandbox.twilio.numbers(account.sid).find(({ phoneNumber }) => phoneNumber === bought.number);
  assert.equal(atProvider?.friendlyName, bought.orderId, 'it carries our tag');
  const seen = await agency.call('numbers.list', { clientId: page.clientId });
  assert.deepEqual(seen.numbers[0]?.providerCost, { monthlyCents: 115, currency: 'USD' });
  assert.equal((await agency.call('agency.read', {})).fees.length, 0, 'no fee on what a provider takes');
});

test('numbers.buy N7: the same attempt twice is one number and one charge', async () => {
  const { page, account } = await openNumberShop(api);
  const before = sandbox.twilio.numbers(account.sid).length;
  const { reservationId } = await reserve(page);
  const key = newKey();
  const replies = await Promise.all([1, 2, 3].map(() => page.try('numbers.buy', { reservationId }, key)));
  assert.ok(replies.every(({ status }) => status === 200));
  const again = await page.try('numbers.buy', { reservationId }, newKey());
  assert.ok([200, 404].includes(again.status), 'another click finds the order or no reservation');
  assert.equal(sandbox.twilio.numbers(account.sid).length, before + 1);
  assert.deepEqual(await figures(page), { available: 100_000 - PRICE, held: 0, used: PRICE });
});

test('numbers.buy N4: without credits it is a 402, and the provider is not asked', async () => {
  const { page } = await openNumberShop(api, { credits: 1000 });
  const { reservationId } = await reserve(page);
  const before = sandbox.faults.state().happened.length;
  sandbox.faults.add({ path: '/twilio', how: '500', times: 1 });
  const reply = await page.try('numbers.buy', { reservationId }, newKey());
  assert.deepEqual({ status: reply.status, code: codeOf(reply) }, { status: 402, code: 'credits.insufficient' });
  assert.equal(sandbox.faults.state().happened.length, before, 'no request came by');
  sandbox.faults.calm();
  assert.deepEqual(await figures(page), { available: 1000, held: 0, used: 0 });
});

test('numbers.buy N4: a number stays reserved while credits are short, and is bought once there are enough', async () => {
  const { agency, page } = await openNumberShop(api, { credits: 1000 });
  const { reservationId, number } = await reserve(page);
  assert.equal((await page.try('numbers.buy', { reservationId }, newKey())).status, 402);
  await agency.allocate(page.clientId, 50_000);
  assert.equal((await page.call('numbers.buy', { reservationId }, newKey())).state, 'done');
  assert.equal((await numbersOf(page))[0]?.number, number);
});

test('numbers.reserve N6: the second client is told that the number is taken, before it pays', async () => {
  const { agency, page } = await openNumberShop(api);
  const second = await openClient(agency);
  const number = await findNumber(page);
  const { expiresInSeconds } = await reserve(page, number);
  assert.equal(expiresInSeconds, 15 * MINUTE_SECONDS);
  const refused = await second.try('numbers.reserve', { number, ...usLocal });
  assert.deepEqual({ status: refused.status, code: codeOf(refused) }, { status: 409, code: 'number.taken' });
  const { numbers } = await second.call('numbers.search', usLocal);
  assert.equal(numbers.find((one) => one.number === number)?.taken, true);
  assert.deepEqual(await figures(second), { available: 100_000, held: 0, used: 0 });
  sandbox.clock.advance(16 * MINUTE_SECONDS);
  await reserve(second, number);
  const late = await page.try('numbers.reserve', { number, ...usLocal });
  assert.equal(codeOf(late), 'number.taken', 'after a quarter of an hour it is whose is next');
});

test('numbers.reserve N6: of many clients at once exactly one gets it', async () => {
  const { agency, page } = await openNumberShop(api);
  const clients = [page, ...(await Promise.all([1, 2, 3, 4].map(() => openClient(agency))))];
  const number = await findNumber(page);
  const replies = await Promise.all(clients.map((client) => client.try('numbers.reserve', { number, ...usLocal })));
  assert.deepEqual(replies.map(({ status }) => status).sort(), [200, 409, 409, 409, 409]);
});

test('numbers.reserve N2: a number that is not for sale, or of another kind, is not reserved', async () => {
  const { page } = await openNumberShop(api);
  const number = await findNumber(page);
  const other = await page.try('numbers.reserve', { number, country: 'US', type: 'toll_free' });
  assert.deepEqual({ status: other.status, code: codeOf(other) }, { status: 409, code: 'number.unavailable' });
  sandbox.twilio.take(number);
  const gone = await page.try('numbers.reserve', { number, ...usLocal });
  assert.deepEqual({ status: gone.status, code: codeOf(gone) }, { status: 409, code: 'number.unavailable' });
});

test('numbers.buy N8: without approved papers it is a 422 and never a 500; with them it passes', async () => {
  const { page, account } = await openNumberShop(api);
  const kind = { country: 'GB', type: 'mobile' } as const;
  const { reservationId, number, offer } = await reserve(page, undefined, kind);
  assert.deepEqual({ kind: offer.needs.kind, state: offer.needs.state }, { kind: 'bundle', state: 'missing' });
  const refused = await page.try('numbers.buy', { reservationId }, newKey());
  assert.deepEqual({ status: refused.status, code: codeOf(refused) }, { status: 422, code: 'number.bundle_required' });
  const bundle = sandbox.twilio.addBundle(account.sid, { country: 'GB', type: 'mobile', status: 'in-review' });
  const waiting = await page.try('numbers.buy', { reservationId }, newKey());
  assert.deepEqual({ status: waiting.status, code: codeOf(waiting) }, { status: 422, code: 'number.bundle_required' });
  assert.deepEqual(await figures(page), { available: 100_000, held: 0, used: 0 });
  sandbox.twilio.setBundle(bundle.sid, 'twilio-approved');
  assert.equal((await page.call('numbers.buy', { reservationId }, newKey())).state, 'done');
  assert.equal((await numbersOf(page))[0]?.number, number);
});

test('numbers.buy N8: a number that needs papers and an address is bought with both', async () => {
  const { page, account } = await openNumberShop(api);
  const kind = { country: 'DE', type: 'local' } as const;
  sandbox.twilio.addBundle(account.sid, { country: 'DE', type: 'local', status: 'twilio-approved' });
  const missing = await reserve(page, undefined, kind);
  assert.deepEqual({ kind: missing.offer.needs.kind, state: missing.offer.needs.state }, { kind: 'address', state: 'missing' });
  const refused = await page.try('numbers.buy', { reservationId: missing.reservationId }, newKey());
  assert.equal(codeOf(refused), 'number.bundle_required');
  sandbox.twilio.addAddress(account.sid, 'DE');
  assert.equal((await page.call('numbers.buy', { reservationId: missing.reservationId }, newKey())).state, 'done');
});

test('numbers.reserve L3 SX27: choosing another number gives the earlier one up if the plan has room for one', async () => {
  const { page } = await openNumberShop(api, { changes: { limits: { numbers: 1 } } });
  const [one, other] = [await reserve(page), await reserve(page)];
  const [former, present] = await Promise.all(
    [one, other].map(({ reservationId }) => page.try('numbers.buy', { reservationId }, newKey())),
  );
  assert.equal(codeOf(former ?? assert.fail()), 'reservation.not_found');
  assert.equal(present?.status, 200);
  assert.deepEqual(
    (await numbersOf(page)).map(({ number }) => number),
    [other.number],
  );
  const third = await page.try('numbers.reserve', { number: await findNumber(page), ...usLocal });
  assert.deepEqual({ status: third.status, code: codeOf(third) }, { status: 403, code: 'plan.limit' });
  assert.match((third.body as unknown as { error: { message: string } }).error.message, /1 number/);
});

test('numbers.buy L3 SX33: of eight at once with room for five, five are bought and three are not kept', async () => {
  const { page } = await openNumberShop(api, { credits: 1_000_000, changes: { limits: { numbers: 5 } } });
  const { numbers } = await page.call('numbers.search', usLocal);
  const wanted = numbers.filter(({ taken }) => !taken).slice(0, 8);
  assert.equal(wanted.length, 8);
  const reserved = await Promise.all(wanted.map(({ number }) => page.call('numbers.reserve', { number, ...usLocal })));
  const replies = await Promise.all(reserved.map(({ reservationId }) => page.try('numbers.buy', { reservationId }, newKey())));
  assert.deepEqual(
    { bought: replies.filter(({ status }) => status === 200).length, others: new Set(replies.map(codeOf).filter(Boolean)) },
    { bought: 5, others: new Set(['reservation.not_found']) },
  );
  assert.equal((await numbersOf(page)).length, 5);
  assert.deepEqual(await figures(page), { available: 1_000_000 - 5 * PRICE, held: 0, used: 5 * PRICE });
});

test('numbers.connect L3 SX33: of eight ways in at once with room for five, five get in', async () => {
  const { page } = await openNumberShop(api, { changes: { limits: { numbers: 5 } } });
  const trunk = (index: number) => ({ number: `+4930123450${index}`, terminationUri: 'trunk.test', transport: 'udp' as const });
  const replies = await Promise.all(Array.from({ length: 8 }, (_, index) => page.try('numbers.connectTrunk', trunk(index), newKey())));
  assert.deepEqual(replies.map(({ status }) => status).sort(), [200, 200, 200, 200, 200, 403, 403, 403]);
  assert.equal((await numbersOf(page)).length, 5);
  const [{ id: numberId = '', number = '' } = {}] = await numbersOf(page);
  await page.call('numbers.release', { numberId, lastDigits: number.slice(-4) });
  assert.equal((await page.try('numbers.connectTrunk', trunk(9), newKey())).status, 200, 'a place that is free is there at once');
});

test('numbers.buy SX33: six clicks on one reservation make one order, and each answer names it', async () => {
  const { page, account } = await openNumberShop(api);
  const before = sandbox.twilio.numbers(account.sid).length;
  const { reservationId, number } = await reserve(page);
  const replies = await Promise.all(Array.from({ length: 6 }, () => page.try('numbers.buy', { reservationId }, newKey())));
  assert.deepEqual(
    replies.map(({ status }) => status),
    [200, 200, 200, 200, 200, 200],
  );
  assert.equal(new Set(replies.map(({ body }) => (body as { orderId?: string }).orderId)).size, 1);
  await until(async () => (await numbersOf(page)).length === 1, 'the number');
  assert.equal((await numbersOf(page))[0]?.number, number);
  assert.equal(sandbox.twilio.numbers(account.sid).length, before + 1);
  assert.deepEqual(await figures(page), { available: 100_000 - PRICE, held: 0, used: PRICE });
});

test('numbers.reserve SX27: a client without credits reserves no more than its plan allows, and none for ever', async () => {
  const { agency, page } = await openNumberShop(api, { credits: 0, changes: { limits: { numbers: 5 } } });
  const other = await openClient(agency, 0);
  const { numbers } = await page.call('numbers.search', usLocal);
  const free = numbers.filter(({ taken }) => !taken).map(({ number }) => number);
  for (const number of free.slice(0, 12)) await page.call('numbers.reserve', { number, ...usLocal });
  const seen = (await other.call('numbers.search', usLocal)).numbers.filter(({ taken }) => taken).map(({ number }) => number);
  assert.deepEqual(seen.toSorted(), free.slice(7, 12).toSorted());

  const [number = ''] = free;
  const again = () => page.try('numbers.reserve', { number, ...usLocal });
  for (let quarter = 0; quarter < 4; quarter += 1) {
    assert.equal((await again()).status, 200);
    sandbox.clock.advance(16 * 60);
  }
  const refused = await again();
  assert.deepEqual({ status: refused.status, code: codeOf(refused) }, { status: 409, code: 'reservation.too_long' });
  assert.equal((await other.try('numbers.reserve', { number, ...usLocal })).status, 200, 'another client has its turn');
  sandbox.clock.advance(2 * 3600);
  assert.equal((await again()).status, 200, 'and after a while everybody may again');
});

test('numbers.buy N1 N2: numbers are stored as dialed and shown in groups, for every country', async () => {
  const { page } = await openNumberShop(api);
  const german = { country: 'DE', type: 'local' } as const;
  const { numbers } = await page.call('numbers.search', german);
  for (const { number, display } of numbers) {
    assert.match(display, /^\+49 \d{2,5} \d+$/);
    assert.equal(display.replaceAll(' ', ''), number);
  }
  const { number, name } = await buy(page);
  const [listed] = await numbersOf(page);
  assert.equal(listed?.number, number);
  assert.match(listed.display, /^\+1 \d{3} \d{3} \d{4}$/);
  assert.equal(name, `Phone number ${listed.display}`);
});

test('numbers.buy L1: the order keeps the price as sold', async () => {
  const { agency, page } = await openNumberShop(api);
  const bought = await buy(page);
  const { plan } = await agency.call('agency.read', {});
  await agency.call('agency.update', {
    plan: { ...plan, numbers: [{ country: 'US', type: 'local', setupMillis: 9000, monthlyMillis: 9000 }] },
  });
  assert.equal((await numbersOf(page))[0]?.monthlyMillis, 2000);
  assert.equal((await page.call('orders.read', { orderId: bought.orderId })).priceMillis, PRICE);
  assert.equal((await page.call('numbers.search', usLocal)).numbers[0]?.setupMillis, 9000);
});
