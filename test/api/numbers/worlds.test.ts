import assert from 'node:assert/strict';
import { test } from 'node:test';
import { collectRents } from '../../../api/domain/numbers/rent.ts';
import { advanceDueOrders } from '../../../api/domain/orders/orders.ts';
import { NumberModel } from '../../../api/models/number.ts';
import { OrderModel } from '../../../api/models/order.ts';
import { codeOf } from '../../support/agency.ts';
import { startApi } from '../../support/api.ts';
import { until } from '../../support/until.ts';
import { buy, newKey, numbersOf, openClient, openNumberShop, reserve, usLocal } from './shop.ts';

const api = await startApi();
await api.stopDueWork();
const { sandbox } = api;

test('inventory.offer SX6: a number held in the other mode is neither offered, shown, reserved nor paid for', async () => {
  const { agency, page, account } = await openNumberShop(api);
  const { live } = agency;
  await live.connectStripe(sandbox, undefined);
  await live.call('agency.update', { plan: (await agency.call('agency.read', {})).plan });
  await live.call('integrations.connectTelephony', { accountSid: account.sid, authToken: account.authToken });
  const [first, second] = sandbox.twilio.numbers(account.sid).map(({ phoneNumber }) => phoneNumber) as [string, string];
  for (const one of [agency, live]) await one.call('inventory.offer', { number: first, offered: true });
  await agency.call('inventory.offer', { number: second, offered: true });
  const visitor = await openClient(live);
  const isShown = async (number: string) => (await visitor.call('numbers.search', usLocal)).numbers.some((one) => one.number === number);
  assert.ok(await isShown(first), 'as long as nobody has it');

  for (const number of [first, second]) {
    const { reservationId } = await reserve(page, number);
    await page.call('numbers.buy', { reservationId }, newKey());
  }
  assert.equal((await numbersOf(page)).length, 2);
  assert.ok(!(await isShown(first)));
  const kept = await visitor.try('numbers.reserve', { number: first, ...usLocal });
  assert.deepEqual({ status: kept.status, code: codeOf(kept) }, { status: 409, code: 'number.taken' });
  assert.equal(codeOf(await live.try('inventory.offer', { number: second, offered: true })), 'number.taken');
  assert.equal((await live.call('inventory.offer', { number: first, offered: false })).offered, false);

  const [{ id: numberId = '' } = {}] = (await numbersOf(page)).filter(({ number }) => number === second);
  await page.call('numbers.release', { numberId, lastDigits: second.slice(-4) });
  assert.equal((await live.call('inventory.offer', { number: second, offered: true })).offered, true, 'when it is free again');
  assert.ok(await isShown(second));
});

test('agency.startTestAnew SX27: numbers of the old world return to the provider, and its orders buy nothing', async () => {
  const noRent = [{ country: 'US' as const, type: 'local' as const, setupMillis: 5000, monthlyMillis: 0 }];
  for (const numbers of [undefined, noRent]) {
    const { agency, page, account } = await openNumberShop(api, { changes: numbers ? { numbers } : {} });
    const before = sandbox.twilio.numbers(account.sid);
    const own = before[0]?.phoneNumber ?? '';
    await agency.call('inventory.offer', { number: own, offered: true });
    const kept = await reserve(page, own);
    await page.call('numbers.buy', { reservationId: kept.reservationId }, newKey());
    const { number: bought } = await buy(page);
    const { reservationId } = await reserve(page);
    const order = await page.call('numbers.buy', { reservationId, pay: 'money', returnUrl: page.returnUrl }, newKey());
    assert.equal(sandbox.twilio.numbers(account.sid).length, before.length + 1);

    const { testGeneration } = await agency.call('agency.read', {});
    await agency.call('agency.startTestAnew', { leaving: testGeneration });
    sandbox.stripe.pay(/cs_test_\w+/.exec(order.checkoutUrl ?? '')?.[0] ?? '');
    await until(async () => {
      sandbox.clock.advance(60);
      await Promise.all([advanceDueOrders(api.deps), collectRents(api.deps, 100)]);
      const [over, row] = await Promise.all([OrderModel.findById(order.orderId).lean(), NumberModel.findOne({ number: bought }).lean()]);
      return over?.state === 'undone' && row?.state === 'released' && over.code === 'agency.test_left';
    }, 'the end of both');
    assert.deepEqual(sandbox.twilio.numbers(account.sid), before, 'the provider has what it had');
    assert.equal(
      (await NumberModel.findOne({ number: own, clientId: page.clientId }).lean())?.state,
      'active',
      'the agency’s own stays its own',
    );
    await agency.call('inventory.offer', { number: own, offered: true });
    const next = await openClient(agency);
    const { reservationId: again } = await reserve(next, own);
    await next.call('numbers.buy', { reservationId: again }, newKey());
    assert.equal((await numbersOf(next)).length, 1, 'and is sold in the new world');
  }
});
