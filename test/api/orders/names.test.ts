import assert from 'node:assert/strict';
import { test } from 'node:test';
import mongoose from 'mongoose';
import type { Agency } from '../../support/agency.ts';
import { buy, newKey, openNumberShop, reserve } from '../numbers/shop.ts';
import { Shop } from '../payments/shop.ts';

const shop = await Shop.open();
await shop.api.stopDueWork();
const { api, stripe } = shop;

const collection = (name: 'orders' | 'purchases') => mongoose.connection.collection<{ _id: string; name: string; named?: unknown }>(name);
const rowOf = async (name: 'orders' | 'purchases', id: string) => (await collection(name).findOne({ _id: id })) ?? assert.fail(`no ${id}`);

/** Writes a row as it was stored when its name was a sentence. */
async function storeAsBefore(name: 'orders' | 'purchases', id: string, sentence: string): Promise<void> {
  await collection(name).updateOne({ _id: id }, { $set: { name: sentence }, $unset: { named: '' } });
}

const sessionsOf = (email: string) => stripe.sessions().filter(({ customer_email }) => customer_email === email);

/** Pays every page of a client. @returns what the agency reads beside each payment */
async function payAll(agency: Agency, email: string): Promise<(string | null)[]> {
  const paid = sessionsOf(email).map(({ id }) => String(stripe.pay(id).payment_intent));
  const { paymentIntents } = shop.account(agency);
  return Promise.all(paid.map(async (id) => (await paymentIntents.retrieve(id)).description));
}

test('numbers.buy T15: an order is stored by a code with its values, and named for people where it is read', async () => {
  const { page } = await openNumberShop(api);
  const { orderId } = await buy(page);
  const row = await rowOf('orders', orderId);
  assert.deepEqual(row.named, { code: 'number', values: { display: row.name } });
  assert.match(row.name, /^\+1 [\d ]+$/);
  const read = await page.call('orders.read', { orderId });
  assert.deepEqual({ name: read.name, named: read.named }, { name: `Phone number ${row.name}`, named: row.named });
});

test('orders.read T15: an order that was stored with a sentence is named by it', async () => {
  const { page } = await openNumberShop(api);
  const { orderId } = await buy(page);
  await storeAsBefore('orders', orderId, 'A month of +1 415 555 0100');
  const { name, named } = await page.call('orders.read', { orderId });
  assert.deepEqual({ name, named }, { name: 'A month of +1 415 555 0100', named: null });
});

for (const form of ['of now', 'of before'] as const) {
  test(`numbers.buy T15 F06: a page to pay on whose answer was lost is the same one again, by a row ${form}`, async () => {
    const { page, agency } = await openNumberShop(api, { credits: 0 });
    const { reservationId } = await reserve(page);
    const input = { reservationId, pay: 'money', returnUrl: page.returnUrl } as const;
    const key = newKey();
    api.crashAt('checkout.after_session');
    assert.equal((await page.try('numbers.buy', input, key)).status, 500);
    api.crashAt(undefined);
    const [session] = sessionsOf(page.email);
    const { wl_order: orderId = '', wl_purchase: purchaseId = '' } = session?.metadata ?? {};
    const sentence = `Phone number ${(await rowOf('orders', orderId)).name}`;
    if (form === 'of before') {
      await storeAsBefore('orders', orderId, sentence);
      await storeAsBefore('purchases', purchaseId, sentence);
    }
    const order = await page.call('numbers.buy', input, key);
    assert.deepEqual(
      { orderId: order.orderId, name: order.name, checkoutUrl: order.checkoutUrl },
      { orderId, name: sentence, checkoutUrl: session?.url },
    );
    assert.deepEqual(await payAll(agency, page.email), [sentence], 'Stripe was asked the same, and made one page');
  });

  test(`credits.checkout T15 F06: a custom amount is described to Stripe in the same words each time, by a row ${form}`, async () => {
    const { page, agency } = await openNumberShop(api, { credits: 0 });
    const { plan } = await agency.call('agency.read', {});
    await agency.call('agency.update', { plan: { ...plan, customAmount: { minMillis: 10_000, maxMillis: 2_000_000 } } });
    const input = { amountMillis: 1_250_000, returnUrl: page.returnUrl };
    const key = newKey();
    api.crashAt('checkout.after_session');
    assert.equal((await page.try('credits.checkout', input, key)).status, 500);
    api.crashAt(undefined);
    const [session] = sessionsOf(page.email);
    const { wl_purchase: purchaseId = '' } = session?.metadata ?? {};
    const { name, named } = await rowOf('purchases', purchaseId);
    assert.deepEqual({ name, named }, { name: '1250', named: { code: 'credits', values: { creditsMillis: 1_250_000 } } });
    if (form === 'of before') await storeAsBefore('purchases', purchaseId, '1,250 credits');
    assert.equal((await page.call('credits.checkout', input, key)).sessionId, session?.id);
    assert.deepEqual(await payAll(agency, page.email), ['1,250 credits']);
  });
}
