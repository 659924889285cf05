import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { runs } from '../../support/runs.ts';
import { Shop } from './shop.ts';

const shop = await Shop.open();
const { stripe } = shop;
const page = await shop.client();

const ways = ['completed', 'async_payment_succeeded', 'page', 'resend'] as const;

test('webhooks.stripe P3 F03: any deliveries, in any order and at any time, credit a paid purchase exactly once', async () => {
  const deliveries = fc.array(fc.record({ way: fc.constantFrom(...ways), waits: fc.boolean() }), { minLength: 1, maxLength: 12 });
  let credited = (await shop.entries(page)).length;
  await fc.assert(
    fc.asyncProperty(deliveries, async (sequence) => {
      const order = await shop.order(page);
      stripe.pay(order.sessionId, 'delayed');
      stripe.settle(order.sessionId, 'succeeded');
      const come = async (way: (typeof ways)[number]) => {
        if (way === 'page') assert.equal(await shop.state(page, order), 'paid');
        else if (way === 'resend') assert.deepEqual(await shop.deliver(order.sessionId, 'completed', 2), [200, 200]);
        else assert.deepEqual(await shop.deliver(order.sessionId, way), [200]);
      };
      const underway: Promise<void>[] = [];
      for (const { way, waits } of sequence) {
        const coming = come(way);
        underway.push(coming);
        if (waits) await coming;
      }
      await Promise.all(underway);
      assert.equal(await shop.state(page, order), 'paid');
      credited += 1;
      assert.equal((await page.call('credits.balance', {})).seq, credited);
    }),
    { numRuns: runs(8) },
  );
  assert.equal((await page.balance()).available, credited * 100_000);
});
