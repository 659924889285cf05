import assert from 'node:assert/strict';
import { test } from 'node:test';
import { everyAgency, reconcile } from '../../../api/domain/payments/reconcile.ts';
import type { Agency } from '../../support/agency.ts';
import { Shop } from './shop.ts';

const shop = await Shop.open();
const { api, stripe } = shop;

/** Runs reconcile for one agency. */
async function run(agency: Agency = shop.agency, deps = api.deps) {
  for await (const stored of everyAgency()) {
    if (stored._id !== agency.id) continue;
    const [report] = await reconcile(stored, deps);
    assert(report);
    const { sessions, returns, unsettled, failed } = report;
    return { sessions, returns, credited: report.credited.toSorted(), changed: report.changed.toSorted(), unsettled, failed };
  }
  return assert.fail('there is no such agency');
}

test('credits.checkout P20: one run finds three lost webhooks and credits each once; the second finds nothing', async () => {
  const page = await shop.client();
  const lost = [await shop.order(page), await shop.order(page), await shop.order(page)];
  for (const { sessionId } of lost) stripe.pay(sessionId);
  for (const { id } of stripe.events()) stripe.drop(id);
  const told = await shop.order(page);
  stripe.pay(told.sessionId);
  await shop.deliver(told.sessionId, 'completed');
  await shop.order(page);

  const nothing = { returns: 0, credited: [], changed: [], unsettled: [], failed: undefined };
  assert.deepEqual(await run(), { ...nothing, sessions: 4, credited: lost.map(({ purchaseId }) => purchaseId).toSorted() });
  assert.deepEqual(await shop.entries(page), [100_000, 100_000, 100_000, 100_000]);
  assert.deepEqual(await run(), { ...nothing, sessions: 4 });
  assert.equal((await page.balance()).available, 400_000);
});

test('webhooks.stripe P20: unreported refunds and disputes are found as well', async () => {
  const agency = await api.createAgency();
  const page = await shop.client(agency);
  const [refunded, disputed, both] = [await shop.order(page), await shop.order(page), await shop.order(page)];
  for (const { sessionId } of [refunded, disputed, both]) stripe.pay(sessionId);
  await shop.deliver(refunded.sessionId, 'completed');
  await shop.deliver(disputed.sessionId, 'completed');
  stripe.refund(refunded.sessionId, 1000);
  stripe.refund(refunded.sessionId, 1000);
  stripe.closeDispute(stripe.dispute(disputed.sessionId).id, 'lost');
  stripe.refund(both.sessionId);

  const first = await run(agency);
  assert.deepEqual(
    { credited: first.credited, changed: first.changed },
    { credited: [both.purchaseId], changed: [refunded, disputed, both].map(({ purchaseId }) => purchaseId).toSorted() },
  );
  assert.equal((await page.balance()).available, 50_000);
  const second = await run(agency);
  assert.deepEqual(
    { returns: second.returns, credited: second.credited, changed: second.changed },
    { returns: 3, credited: [], changed: [] },
  );
});

test('webhooks.stripe P20 F14: a dispute opened long ago is followed to its unreported end', async () => {
  const agency = await api.createAgency();
  const page = await shop.client(agency);
  const [lost, won] = [await shop.order(page), await shop.order(page)];
  const disputes = [lost, won].map(({ sessionId }) => {
    stripe.pay(sessionId);
    return stripe.dispute(sessionId).id;
  });
  await run(agency);
  assert.deepEqual({ state: await shop.state(page, lost), held: (await page.balance()).held }, { state: 'disputed', held: 200_000 });
  const deps = { ...api.deps, now: () => new Date(Date.now() + 70 * 24 * 3600 * 1000) };
  assert.deepEqual((await run(agency, deps)).changed, [], 'it is open');
  stripe.closeDispute(disputes[0] ?? '', 'lost');
  stripe.closeDispute(disputes[1] ?? '', 'won');
  const { changed, unsettled } = await run(agency, deps);
  assert.deepEqual({ changed, unsettled }, { changed: [lost.purchaseId, won.purchaseId].toSorted(), unsettled: [] });
  const { available, held } = await page.balance();
  assert.deepEqual({ available, held }, { available: 100_000, held: 0 });
  assert.deepEqual({ lost: await shop.state(page, lost), won: await shop.state(page, won) }, { lost: 'charged_back', won: 'paid' });
  assert.deepEqual((await run(agency, deps)).changed, []);
});

test('webhooks.stripe P20 F14: an unreported inquiry that becomes a dispute after weeks is found', async () => {
  const agency = await api.createAgency();
  const page = await shop.client(agency);
  const order = await shop.order(page);
  stripe.pay(order.sessionId);
  const dispute = stripe.dispute(order.sessionId);
  dispute.status = 'warning_needs_response';
  await run(agency);
  assert.deepEqual(
    { state: await shop.state(page, order), available: (await page.balance()).available },
    { state: 'paid', available: 100_000 },
  );
  const deps = { ...api.deps, now: () => new Date(Date.now() + 100 * 24 * 3600 * 1000) };
  assert.deepEqual((await run(agency, deps)).changed, [], 'it is an inquiry');
  dispute.status = 'needs_response';
  assert.deepEqual((await run(agency, deps)).changed, [order.purchaseId]);
  assert.deepEqual({ state: await shop.state(page, order), held: (await page.balance()).held }, { state: 'disputed', held: 100_000 });
  stripe.closeDispute(dispute.id, 'lost');
  assert.deepEqual((await run(agency, deps)).changed, [order.purchaseId]);
  const after = await run(agency, deps);
  assert.deepEqual({ changed: after.changed, returns: after.returns }, { changed: [], returns: 0 }, 'what is known is not asked for again');
});

test('credits.checkout P20: an item that cannot be settled is named, and does not stop the others', async () => {
  const agency = await api.createAgency();
  const page = await shop.client(agency);
  const [odd, good] = [await shop.order(page), await shop.order(page)];
  for (const { sessionId } of [odd, good]) stripe.pay(sessionId);
  stripe.tamper(odd.sessionId, { amount_total: 1 });
  const account = shop.account(agency);
  const product = (await account.products.create({ name: 'Mug' })).id;
  const line_items = [{ price_data: { currency: 'eur', unit_amount: 900, product }, quantity: 1 }];
  const sell = (metadata: Record<string, string>) =>
    account.checkout.sessions.create({ mode: 'payment', line_items, success_url: 'https://agency.test/', metadata });
  const unknown = await sell({ wl_agency: agency.id, wl_world: 'test.0', wl_purchase: 'pur_never' });
  const [mug, foreign] = [await sell({}), await sell({ wl_agency: shop.agency.id, wl_world: 'test.0', wl_purchase: 'pur_other' })];
  for (const { id } of [unknown, mug, foreign]) stripe.pay(id);

  const { credited, unsettled, failed } = await run(agency);
  assert.deepEqual(
    { credited, unsettled, failed },
    { credited: [good.purchaseId], unsettled: [unknown.id, odd.purchaseId], failed: undefined },
  );
});

test('credits.checkout P20: an unreadable account is reported, and the next run continues', async () => {
  const agency = await api.createAgency();
  const page = await shop.client(agency);
  const order = await shop.order(page);
  stripe.pay(order.sessionId);
  stripe.failNext({ path: '/v1/checkout/sessions', method: 'GET', how: '500', times: 3 });
  assert.equal((await run(agency)).failed, 'payments.provider_unavailable');
  assert.deepEqual((await run(agency)).credited, [order.purchaseId]);
});

test('credits.checkout F09 RL13: one run credits 200 sessions of four days without the API once each', async () => {
  // The janitor credits paid purchases after a minute, which a busy machine needs for all orders.
  await api.stopDueWork();
  const agency = await api.createAgency();
  const pages = await Promise.all(Array.from({ length: 10 }, () => shop.client(agency)));
  const orders: Awaited<ReturnType<typeof shop.order>>[] = [];
  // As many at a time as Stripe accepts within a few seconds.
  for (let times = 0; times < 4; times += 1) {
    orders.push(...(await Promise.all(pages.flatMap((page) => Array.from({ length: 5 }, () => shop.order(page))))));
  }
  for (const { sessionId } of orders) stripe.pay(sessionId);
  const deps = { ...api.deps, now: () => new Date(Date.now() + 4 * 24 * 3600 * 1000) };
  assert.equal((await run(agency, deps)).credited.length, 200);
  assert.deepEqual((await run(agency, deps)).credited, []);
  for (const page of pages) assert.equal((await page.balance()).available, 2_000_000);
});
