import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CrashPoint } from '../../../api/ports/index.ts';
import { Shop } from './shop.ts';

const shop = await Shop.open();
await shop.api.stopDueWork();
const { api, stripe } = shop;

const inWebhook: CrashPoint[] = [
  'webhook.verified',
  'webhook.read_back',
  'purchase.before_transfer',
  'purchase.after_transfer',
  'purchase.after_state',
];

for (const point of inWebhook) {
  test(`webhooks.stripe F06: after a crash at ${point} the event comes again and is credited once, with one receipt`, async () => {
    const page = await shop.client();
    const order = await shop.order(page);
    stripe.pay(order.sessionId);
    api.crashAt(point);
    assert.deepEqual(await shop.deliver(order.sessionId, 'completed'), [500]);
    api.crashAt(undefined);
    assert.deepEqual(await shop.deliver(order.sessionId, 'completed', 3), [200, 200, 200]);

    const purchase = await page.call('purchases.read', { purchaseId: order.purchaseId });
    assert.deepEqual({ state: purchase.state, balanceAfter: purchase.balanceAfter }, { state: 'paid', balanceAfter: 100_000 });
    assert.deepEqual(await shop.entries(page), [100_000]);
    await api.sandbox.mail.waitForMail(page.email, ({ subject }) => subject.includes('receipt'));
    assert.equal(api.sandbox.mail.list(page.email).filter(({ subject }) => subject.includes('receipt')).length, 1);
  });
}

for (const point of ['checkout.after_intent', 'checkout.after_session'] as const) {
  test(`credits.checkout F06: after a crash at ${point} the same attempt gets one page, and one purchase`, async () => {
    const page = await shop.client();
    const { packages } = await page.call('credits.packages', {});
    const input = { packageId: packages[0]?.id ?? '', returnUrl: page.returnUrl };
    const key = { 'idempotency-key': `crash-${point.replace('.', '-')}` };
    const sessionsBefore = stripe.sessions().length;
    api.crashAt(point);
    assert.equal((await page.try('credits.checkout', input, key)).status, 500);
    api.crashAt(undefined);
    const order = await page.call('credits.checkout', input, key);
    assert.equal(stripe.sessions().length, sessionsBefore + 1);
    stripe.pay(order.sessionId);
    assert.equal(await shop.state(page, order), 'paid');
    assert.deepEqual(await shop.entries(page), [100_000]);
  });
}

test('webhooks.stripe F06: a session that its purchase never learned of is credited by its metadata', async () => {
  const page = await shop.client();
  api.crashAt('checkout.after_session');
  const { packages } = await page.call('credits.packages', {});
  const { status } = await page.try('credits.checkout', { packageId: packages[0]?.id ?? '', returnUrl: page.returnUrl });
  api.crashAt(undefined);
  assert.equal(status, 500);
  const session = stripe.sessions().findLast(({ customer_email }) => customer_email === page.email);
  assert(session);
  stripe.pay(session.id);
  assert.deepEqual(await shop.deliver(session.id, 'completed', 5), [200, 200, 200, 200, 200]);
  assert.deepEqual(await shop.entries(page), [100_000]);
});
