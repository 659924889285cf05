import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openPurchase } from '../../../api/domain/payments/checkout.ts';
import { settleLeftOpen } from '../../../api/domain/payments/janitor.ts';
import { paymentSettings } from '../../../api/domain/payments/stripe.ts';
import { agencyById } from '../../../api/models/agency.ts';
import { readClient, scopeOf } from '../../../api/models/client.ts';
import { readPurchase } from '../../../api/models/purchase.ts';
import type { Step } from '../../../demo-site/sandbox/faults/kinds.ts';
import type { Agency } from '../../support/agency.ts';
import { Shop } from './shop.ts';

const shop = await Shop.open();
const { api, stripe } = shop;

/** Time after which a person gives up. */
const PATIENCE_MS = 25_000;

/** A click that may have to be repeated, with the same key each time, as the page does. */
async function clicker() {
  const page = await shop.client();
  const { packages } = await page.call('credits.packages', {});
  const input = { packageId: packages[0]?.id ?? '', returnUrl: page.returnUrl };
  const headers = { 'idempotency-key': `click-${page.clientId}` };
  const mine = () => stripe.sessions().filter(({ customer_email }) => customer_email === page.email);
  const click = async () => {
    const startedAt = performance.now();
    const { status, body } = await page.try('credits.checkout', input, headers);
    assert.ok(performance.now() - startedAt < PATIENCE_MS, `${performance.now() - startedAt} ms`);
    return { status, ...(body as { sessionId?: string; purchaseId?: string; error?: { code: string; message: string } }) };
  };
  return { page, click, mine };
}

const settingsOf = async ({ id }: Agency) =>
  paymentSettings((await agencyById(id)) ?? assert.fail(), 'test', api.deps) ?? assert.fail('payments are not set up');

const unavailable = 'The payment provider does not answer. Nothing was charged; please try again.';

/** Faults, the number of our attempts that meet them, and whether the first click succeeds. */
const faults: [string, Step[], 'succeeds' | 'is told to try again'][] = [
  ['a 500', ['500'], 'succeeds'],
  ['three of 500', ['500', '500', '500'], 'succeeds'],
  ['three of 503', ['503', '503', '503'], 'is told to try again'],
  ['503 and a cut connection', ['503', 'reset'], 'succeeds'],
  ['a conflict', ['409'], 'succeeds'],
  ['too many requests', ['429'], 'is told to try again'],
  ['an answer that breaks off', ['drop-after-headers'], 'succeeds'],
  ["a hotel's log-in page", ['html'], 'is told to try again'],
  ['JSON that is not of Stripe', ['garbage-json'], 'is told to try again'],
  ['an answer that begins and never ends', ['hang'], 'succeeds'],
  ['an answer after nine seconds', ['slow:9000'], 'succeeds'],
];

for (const [name, steps, end] of faults) {
  test(`credits.checkout F10: with ${name} at Stripe the buyer ${end}, and there is one session`, async () => {
    const { page, click, mine } = await clicker();
    api.sandbox.faults.script(steps);
    const first = await click();
    api.sandbox.faults.calm();
    if (end === 'succeeds') assert.equal(first.status, 200);
    else
      assert.deepEqual(
        { status: first.status, code: first.error?.code, message: first.error?.message },
        { status: 503, code: 'payments.provider_unavailable', message: unavailable },
      );
    const again = await click();
    assert.equal(again.status, 200);
    assert.deepEqual(
      mine().map(({ id }) => id),
      [again.sessionId],
    );
    stripe.pay(again.sessionId ?? '');
    await shop.deliver(again.sessionId ?? '', 'completed', 2);
    assert.deepEqual(await shop.entries(page), [100_000]);
  });
}

const kept = 'credits.checkout PX4: where Stripe keeps a failure,';

for (const done of [false, true]) {
  test(`${kept} the click works, and one page can be paid: ${done ? 'the made one' : 'a new one'}`, async () => {
    const { page, click, mine } = await clicker();
    stripe.failNext({ path: '/v1/checkout/sessions', method: 'POST', how: '500', done });
    const { status, sessionId = '' } = await click();
    assert.equal(status, 200);
    assert.deepEqual(
      mine().map(({ id }) => id),
      [sessionId],
    );
    assert.equal((await click()).sessionId, sessionId);
    stripe.pay(sessionId);
    await shop.deliver(sessionId, 'completed');
    assert.deepEqual(await shop.entries(page), [100_000]);
  });
}

test(`${kept} parallel runs still end with one page`, async () => {
  const page = await shop.client();
  const id = `pur_${page.clientId.slice(4)}`;
  const scope = scopeOf((await readClient({ agencyId: shop.agency.id, world: 'test.0' }, page.clientId)) ?? assert.fail());
  const settings = await settingsOf(shop.agency);
  const item = { productId: settings.productId, unitCents: 4000 };
  const sold = () => ({ item, name: '100 credits', credits: 100_000, priceCents: 4000, currency: 'EUR' as const });
  const buyer = { memberId: 'mem_1', email: page.email, returnUrl: page.returnUrl, ui: 'hosted' as const };
  stripe.failNext({ path: '/v1/checkout/sessions', method: 'POST', how: '500', times: 2 });
  const open = async () => openPurchase(scope, { id, begun: await readPurchase(scope, id), sold, buyer }, settings, api.deps);
  const ends = await Promise.allSettled(Array.from({ length: 5 }, open));
  const { sessionId } = await open();
  const opened = ends.flatMap((end) => (end.status === 'fulfilled' ? [end.value.sessionId] : []));
  assert.ok(opened.every((one) => one === sessionId));
  assert.equal(stripe.sessions().filter(({ client_reference_id }) => client_reference_id === id).length, 1);
});

test(`${kept} nobody waits until it is forgotten: the same click works`, async () => {
  const { click, mine } = await clicker();
  const { productId } = (await shop.agency.call('agency.read', {})).stripe;
  await shop.account().products.update(productId ?? '', { active: false });
  for (let times = 0; times < 4; times += 1) assert.equal((await click()).error?.code, 'payments.not_configured');
  await shop.account().products.update(productId ?? '', { active: true });
  api.sandbox.faults.script(['500', '500', '500', '500', '500']);
  assert.equal((await click()).error?.code, 'payments.provider_unavailable');
  api.sandbox.faults.calm();
  assert.equal((await click()).status, 200);
  assert.equal(mine().length, 1);
});

test('credits.checkout F10: if Stripe says nothing at all, the buyer is told within 25 s', async () => {
  const silent = await clicker();
  stripe.failNext({ path: '/v1/checkout/sessions', method: 'POST', how: 'timeout', times: 3 });
  const first = await silent.click();
  assert.deepEqual({ status: first.status, message: first.error?.message }, { status: 503, message: unavailable });
  api.sandbox.faults.calm();
  assert.equal((await silent.click()).status, 200);
  assert.equal(silent.mine().length, 1);
});

test('credits.checkout F10: the janitor finds a session whose answer was lost and that nobody asks for again', async () => {
  const { page, click, mine } = await clicker();
  stripe.failNext({ path: '/v1/checkout/sessions', method: 'POST', how: 'drop-after-headers', times: 3 });
  assert.equal((await click()).status, 503);
  api.sandbox.faults.calm();
  const [session] = mine();
  assert(session);
  stripe.pay(session.id);
  await settleLeftOpen({ ...api.deps, now: () => new Date(Date.now() + 3600_000) });
  assert.deepEqual(await shop.entries(page), [100_000]);
});
