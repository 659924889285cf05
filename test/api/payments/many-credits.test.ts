import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ErrorBody } from '../../../api/contract/index.ts';
import { audit } from '../../../api/domain/audit/audit.ts';
import { everyAgency, reconcile } from '../../../api/domain/payments/reconcile.ts';
import type { Page } from '../../support/page.ts';
import { Shop } from './shop.ts';

const shop = await Shop.open();
const { stripe, agency } = shop;

async function confirm(page: Page) {
  const { text } = await shop.api.sandbox.mail.waitForMail(page.email, (mail) => mail.text.includes('#wl-verify='));
  return page.call('accounts.verifyEmail', { token: /#wl-verify=([\w.-]+)/.exec(text)?.[1] ?? '' });
}

async function buy(page: Page) {
  const order = await shop.order(page);
  stripe.pay(order.sessionId);
  return order;
}

test('webhooks.stripe SX2: with a hundred open lots a purchase is credited, and an e-mail can be confirmed', async () => {
  const page = await shop.signUp();
  await Promise.all(Array.from({ length: 100 }, (_, index) => agency.allocate(page.clientId, 1000, `Bonus ${index}`)));
  const [told, read, found] = [await buy(page), await buy(page), await buy(page)];
  assert.deepEqual(await shop.deliver(told.sessionId, 'completed'), [200]);
  assert.equal(await shop.state(page, read), 'paid');
  for await (const stored of everyAgency())
    for (const { failed } of await reconcile(stored, shop.api.deps)) assert.equal(failed, undefined);
  assert.equal(await shop.state(page, found), 'paid');
  assert.equal((await confirm(page)).grantedMillis, 10_000);
  assert.equal((await page.balance()).available, 410_000);
  const dispute = stripe.dispute(found.sessionId);
  for (const { id } of stripe.events().filter(({ data }) => data.object.id === dispute.id)) await stripe.deliver(id);
  assert.equal((await page.balance()).held, 100_000, 'exactly what is disputed');
});

test('credits.balance SX19: a client at the limit can buy, sign in and call; only a gift is refused', async () => {
  const page = await shop.signUp();
  await agency.allocate(page.clientId, 1_000_000_000_000);
  for (const name of ['credits.allocate', 'credits.recharge'] as const) {
    const gift = { clientId: page.clientId, amountMillis: 1, ...(name === 'credits.allocate' && { description: 'One more' }) };
    const refused = await agency.try(name, gift as never);
    const { code, param } = (refused.body as unknown as ErrorBody).error;
    assert.deepEqual({ status: refused.status, code, param }, { status: 422, code: 'credits.too_many', param: 'amountMillis' });
  }
  const order = await buy(page);
  assert.deepEqual(await shop.deliver(order.sessionId, 'completed'), [200]);
  assert.equal((await confirm(page)).grantedMillis, 10_000);
  const all = 1_000_000_110_000;
  assert.equal((await page.balance()).available, all);
  assert.equal((await page.bootstrap()).balance?.available, all);
  assert.equal((await page.call('purchases.read', { purchaseId: order.purchaseId })).balanceAfter, all - 10_000);
  assert.equal((await page.call('credits.statement', {})).lifetime.assigned, all);
  const { balance, costMillis } = await agency.call('usage.record', { clientId: page.clientId, callId: 'large', seconds: 60 });
  assert.deepEqual({ costMillis, available: balance.available }, { costMillis: 1000, available: all - 1000 });
  const again = await agency.openPage();
  await again.signIn(page.email);
  assert.equal((await again.balance()).available, all - 1000);
});

test('plans.list SX19: the dearest plan is shown correctly; a price too large to count is refused', async () => {
  const dear = await shop.api.createAgency();
  const plan = { centsPer100Credits: 1_000_000_000, currency: 'EUR', customAmount: null } as const;
  await dear.call('agency.update', { plan, plans: [{ ...plan, name: 'Gold', priceMillis: 1_000_000_000 }] });
  const page = await shop.client(dear);
  const { plans } = await page.call('plans.list', {});
  assert.equal(plans.find(({ name }) => name === 'Gold')?.priceCents, 10_000_000_000_000);
  assert.equal((await dear.try('agency.update', { plan: { ...plan, centsPer100Credits: 1_000_000_001 } })).status, 422);
});

test('credits.statement C4 SX2 SX19: after all of this every transfer adds up', async () => {
  const report = await audit();
  assert.equal(report.violations, 0, JSON.stringify(report.checks.filter(({ ok }) => !ok)));
});
