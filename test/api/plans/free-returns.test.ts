import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import mongoose from 'mongoose';
import { auditWhole } from '../../../api/domain/audit/whole.ts';
import { workThrough } from '../../../api/domain/due/due.ts';
import { dueFreeReturns } from '../../../api/domain/plans/free-returns.ts';
import { planFulfilment } from '../../../api/domain/plans/fulfil.ts';
import { returnFree } from '../../../api/ledger/transfers/free-returns.ts';
import { causeOfPlanFree } from '../../../api/ledger/transfers/grants.ts';
import { expireHolds } from '../../../api/ledger/transfers/holds.ts';
import { ClientModel, scopeOf } from '../../../api/models/client.ts';
import { markFreeReturn } from '../../../api/models/free-return.ts';
import { OrderModel } from '../../../api/models/order.ts';
import type { CrashPoint } from '../../../api/ports/index.ts';
import { DAY_MS, HOUR_MS, later } from '../../../api/rules/time.ts';
import { sealsOf } from '../../../api/security/seals.ts';
import type { Page } from '../../support/page.ts';
import { runs } from '../../support/runs.ts';
import { until } from '../../support/until.ts';
import { Shop } from '../payments/shop.ts';

const MINUTES = 1_000_000_000;
const PRICE = { priceMillis: 30_000, priceCents: 1200 };
const FREE = 20_000;
const shop = await Shop.open({ plan: { centsPer100Credits: 4000, currency: 'EUR', freeMillis: 0 }, minutesMillis: MINUTES });
await shop.api.stopDueWork();
const { api, agency, stripe } = shop;
const { plans } = await agency.call('agency.update', {
  plans: [{ name: 'Pro', centsPer100Credits: 4000, currency: 'EUR', priceMillis: PRICE.priceMillis, freeMillis: FREE }],
});
const planId = plans[0]?.id ?? '';

/** Tells of an object by all of Stripe's events, each twice at once. */
const tell = (objectId: string) => shop.tell(objectId, 2);

/** Buys the plan with money and waits for its delivery. */
async function buy(page: Page): Promise<{ orderId: string; sessionId: string }> {
  const { orderId } = await page.call('plans.choose', { planId, ...PRICE, pay: 'money', returnUrl: page.returnUrl });
  const sessionId = stripe.sessions().findLast(({ customer_email }) => customer_email === page.email)?.id ?? '';
  stripe.pay(sessionId);
  await until(async () => (await page.call('orders.read', { orderId })).state === 'done', 'the plan');
  return { orderId, sessionId };
}

/** Opens a client that has bought the plan, and notes the agency's minutes from before. */
async function opened() {
  const page = await shop.client();
  const before = await agency.minutes();
  const bought = await buy(page);
  return { page, ...bought, given: async () => before - (await agency.minutes()) };
}

async function account(page: Page) {
  const { available, waiting, debt = 0 } = await page.call('credits.balance', {});
  return { available, waiting, debt };
}
const has = (available: number, waiting = 0) => ({ available, waiting, debt: 0 });
const talk = (page: Page, minutes: number) =>
  agency.call('usage.record', { clientId: page.clientId, callId: `c${Math.random()}`, seconds: minutes * 60 });
const refund = (sessionId: string, cents?: number) => tell(stripe.refund(sessionId, cents).id);
/** Does the work that is due shortly after. */
async function lookAgain(): Promise<void> {
  api.sandbox.clock.advance(15);
  await workThrough(dueFreeReturns(api.deps), api.deps);
}
const reminders = (page: Page) => mongoose.connection.collection('freereturns').countDocuments({ clientId: page.clientId });
const offered = async (page: Page) => (await page.call('plans.list', {})).plans.find(({ id }) => id === planId)?.freeMillis;

test("webhooks.stripe RL17: a plan's free credits go back with its payment, and come anew with the next", async () => {
  const { page, sessionId, orderId, given } = await opened();
  assert.deepEqual({ account: await account(page), given: await given() }, { account: has(FREE), given: FREE });
  await refund(sessionId);
  assert.deepEqual(
    { account: await account(page), given: await given(), offered: await offered(page) },
    { account: has(0), given: 0, offered: FREE },
  );
  const [row] = (await page.call('credits.history', {})).things;
  const { kind, name, amountMillis, entries } = row ?? {};
  assert.deepEqual(
    { kind, name, amountMillis, orderId: row?.orderId, entry: entries?.[0]?.kind, cause: entries?.[0]?.cause },
    { kind: 'free', name: 'Pro', amountMillis: -FREE, orderId, entry: 'free.return', cause: { kind: 'order', id: orderId } },
  );
  const again = await buy(page);
  assert.deepEqual({ account: await account(page), given: await given() }, { account: has(FREE), given: FREE });
  await refund(again.sessionId);
  assert.deepEqual({ account: await account(page), given: await given() }, { account: has(0), given: 0 });
});

test('webhooks.stripe RL17: only unused free credits go back, nobody owes the used ones, and none come again', async () => {
  const { page, sessionId, given } = await opened();
  await talk(page, 5);
  await refund(sessionId);
  assert.deepEqual(
    { account: await account(page), given: await given(), offered: await offered(page) },
    { account: has(0), given: 5_000, offered: 0 },
  );
  await buy(page);
  assert.deepEqual({ account: await account(page), given: await given() }, { account: has(0), given: 5_000 });
});

test('webhooks.stripe RL17: a partial refund takes its share of the free credits, and gives it back if it fails', async () => {
  const { page, sessionId, given } = await opened();
  const part = stripe.refund(sessionId, 400);
  await tell(part.id);
  assert.deepEqual({ account: await account(page), given: await given() }, { account: has(13_334), given: 13_334 });
  stripe.failRefund(part.id);
  await tell(part.id);
  assert.deepEqual({ account: await account(page), given: await given() }, { account: has(FREE), given: FREE });
  await talk(page, 15);
  await refund(sessionId, 600);
  assert.deepEqual({ account: await account(page), given: await given() }, { account: has(0), given: 15_000 });
  assert.equal(await offered(page), 0);
});

test('webhooks.stripe RL17: a lost dispute takes free credits back, an open or won one does not', async () => {
  for (const outcome of ['won', 'lost'] as const) {
    const { page, sessionId } = await opened();
    const dispute = stripe.dispute(sessionId);
    await tell(dispute.id);
    assert.deepEqual(await account(page), has(FREE));
    stripe.closeDispute(dispute.id, outcome);
    await tell(dispute.id);
    assert.deepEqual(await account(page), has(outcome === 'won' ? FREE : 0));
  }
});

test('webhooks.stripe RL17: free credits that still wait at the refund never come, and a new purchase promises anew', async () => {
  await agency.call('agency.update', { minutesPolicy: { kind: 'floor', floorMillis: MINUTES } });
  const { page, sessionId, given } = await opened();
  assert.deepEqual(await account(page), has(0, FREE));
  await refund(sessionId);
  await agency.call('agency.update', { minutesPolicy: { kind: 'unlimited' } });
  await page.call('bootstrap.read', { token: page.token });
  assert.deepEqual({ account: await account(page), given: await given() }, { account: has(0), given: 0 });
  await buy(page);
  assert.deepEqual({ account: await account(page), given: await given() }, { account: has(FREE), given: FREE });
});

test('webhooks.stripe RL17: a partial refund takes its share of free credits that wait, unless it fails', async () => {
  await agency.call('agency.update', { minutesPolicy: { kind: 'floor', floorMillis: MINUTES } });
  const [kept, failed] = [await opened(), await opened()];
  for (const { page, sessionId } of [kept, failed]) {
    const part = stripe.refund(sessionId, 400);
    await tell(part.id);
    assert.deepEqual(await account(page), has(0, 13_334));
    if (page === failed.page) {
      stripe.failRefund(part.id);
      await tell(part.id);
      assert.deepEqual(await account(page), has(0, FREE));
    }
  }
  await agency.call('agency.update', { minutesPolicy: { kind: 'unlimited' } });
  for (const { page } of [kept, failed]) await page.call('bootstrap.read', { token: page.token });
  assert.deepEqual({ kept: await account(kept.page), failed: await account(failed.page) }, { kept: has(13_334), failed: has(FREE) });
  await lookAgain();
  assert.deepEqual({ kept: await account(kept.page), failed: await account(failed.page) }, { kept: has(13_334), failed: has(FREE) });
  await refund(kept.sessionId, 800);
  assert.deepEqual(await account(kept.page), has(0));
});

for (const point of ['verify.after_grant', 'plan.after_free_share'] satisfies CrashPoint[])
  test(`webhooks.stripe RL17: after a crash at ${point}, as waiting free credits come, due work takes the share`, async () => {
    await agency.call('agency.update', { minutesPolicy: { kind: 'floor', floorMillis: MINUTES } });
    const { page, sessionId, given } = await opened();
    await refund(sessionId, 400);
    api.sandbox.clock.advance((8 * DAY_MS) / 1000);
    await lookAgain();
    assert.equal(await reminders(page), 0, 'it was given up');
    await page.enter();
    await agency.call('agency.update', { minutesPolicy: { kind: 'unlimited' } });
    api.crashAt(point);
    await page.call('bootstrap.read', { token: page.token });
    api.crashAt(undefined);
    await lookAgain();
    assert.deepEqual({ free: (await account(page)).available, given: await given() }, { free: 13_334, given: 13_334 });
    await page.call('bootstrap.read', { token: page.token });
    assert.deepEqual(await account(page), has(13_334));
  });

test('webhooks.stripe RL17: after a crash at plan.after_free_share, due work takes the share of a refund', async () => {
  const { page, sessionId, given } = await opened();
  const { id } = stripe.refund(sessionId, 400);
  api.crashAt('plan.after_free_share');
  for (const event of stripe.events().filter(({ data }) => data.object.id === id)) await stripe.deliver(event.id, 1);
  assert.deepEqual(await account(page), has(FREE));
  api.crashAt(undefined);
  await lookAgain();
  assert.deepEqual({ account: await account(page), given: await given() }, { account: has(13_334), given: 13_334 });
});

for (const end of ['cancelled', 'ended', 'expired'] as const)
  test(`webhooks.stripe RL17: what a call holds at the refund goes back once the call is ${end}, without a visit`, async () => {
    const { page, sessionId, given } = await opened();
    const call = { clientId: page.clientId, callId: `held-${page.clientId}` };
    await agency.call('calls.start', { ...call, seconds: 600 });
    await refund(sessionId);
    await lookAgain();
    assert.deepEqual({ account: await account(page), given: await given() }, { account: has(0), given: 10_000 });
    if (end === 'cancelled') await agency.call('calls.cancel', call);
    else if (end === 'ended') await agency.call('calls.end', { ...call, seconds: 240 });
    else await expireHolds(later(api.deps.now(), DAY_MS), api.deps);
    await lookAgain();
    const used = end === 'ended' ? 4_000 : 0;
    assert.deepEqual({ account: await account(page), given: await given() }, { account: has(0), given: used });
    assert.equal(await reminders(page), used === 0 ? 0 : 1, 'used ones may come back with an order that fails');
    api.sandbox.clock.advance((8 * DAY_MS) / 1000);
    await lookAgain();
    assert.equal(await reminders(page), 0);
  });

test('webhooks.stripe RL17: the share of a partial refund that a call holds goes back after the call', async () => {
  const { page, sessionId } = await opened();
  const call = { clientId: page.clientId, callId: `held-${page.clientId}` };
  await agency.call('calls.start', { ...call, seconds: 1200 });
  await refund(sessionId, 400);
  await lookAgain();
  await agency.call('calls.cancel', call);
  assert.deepEqual(await account(page), has(FREE));
  await lookAgain();
  assert.deepEqual(await account(page), has(13_334));
});

test('webhooks.stripe RL17: a promise from before its order was stored with it goes back as well', async () => {
  const { page, sessionId, given } = await opened();
  await ClientModel.updateOne({ _id: page.clientId }, { $unset: { [`planFree.${planId}.orderId`]: 1, [`planFree.${planId}.seal`]: 1 } });
  await refund(sessionId);
  assert.deepEqual({ account: await account(page), given: await given() }, { account: has(0), given: 0 });
});

test('plans.assign RL17: what the agency gave stays when an order of the same plan is undone', async () => {
  const page = await shop.client();
  const { orderId } = await page.call('plans.choose', { planId, ...PRICE, pay: 'money', returnUrl: page.returnUrl });
  await agency.call('plans.assign', { clientId: page.clientId, planId });
  await page.call('orders.cancel', { orderId });
  const order = await OrderModel.findById(orderId).lean();
  await planFulfilment.release(order ?? assert.fail('it is stored'), api.deps);
  assert.deepEqual(await account(page), has(FREE));
});

for (const point of ['returns.after_order', 'plan.after_free_end', 'plan.after_free_back'] satisfies CrashPoint[]) {
  test(`webhooks.stripe RL17: after a crash at ${point} free credits go back once`, async () => {
    const { page, sessionId, given } = await opened();
    const { id } = stripe.refund(sessionId);
    api.crashAt(point);
    for (const event of stripe.events().filter(({ data }) => data.object.id === id)) await stripe.deliver(event.id, 1);
    api.crashAt(undefined);
    await tell(id);
    await page.call('bootstrap.read', { token: page.token });
    assert.deepEqual(
      { account: await account(page), given: await given(), offered: await offered(page) },
      { account: has(0), given: 0, offered: FREE },
    );
    await buy(page);
    assert.deepEqual({ account: await account(page), given: await given() }, { account: has(FREE), given: FREE });
  });
}

for (const point of ['plan.after_free_mark', 'plan.after_free_end'] satisfies CrashPoint[])
  test(`webhooks.stripe RL17: after a crash at ${point} what a call holds goes back by due work alone`, async () => {
    const { page, sessionId, given } = await opened();
    const call = { clientId: page.clientId, callId: `held-${page.clientId}` };
    await agency.call('calls.start', { ...call, seconds: 600 });
    const { id } = stripe.refund(sessionId);
    api.crashAt(point);
    for (const event of stripe.events().filter(({ data }) => data.object.id === id)) await stripe.deliver(event.id, 1);
    await agency.call('calls.cancel', call);
    await lookAgain();
    api.crashAt(undefined);
    api.sandbox.clock.advance(60);
    await lookAgain();
    assert.deepEqual({ account: await account(page), given: await given() }, { account: has(0), given: 0 });
    assert.equal(await reminders(page), 0);
  });

test('webhooks.stripe RL17: in any history there are never more free credits than paid plans promise', async () => {
  const step = fc.oneof(
    fc.constantFrom('buy', 'refund', 'lose', 'win', 'part', 'fail', 'standard', 'hold', 'cancel', 'end'),
    fc.integer({ min: 1, max: 25 }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 9 }), async (steps) => {
      const page = await shop.client();
      await lookAgain(); // what an earlier history left to do moves the same minutes
      const before = await agency.minutes();
      /** Sessions of orders, with the money that stayed. */
      const paid = new Map<string, number>();
      let [last, part, talked] = ['', '', 0];
      /** Running calls, with what each holds. */
      const held = new Map<string, number>();
      const end = async (callId: string, minutes: number) => {
        const ofClient = { clientId: page.clientId, callId };
        if (minutes === 0) await agency.call('calls.cancel', ofClient);
        else await agency.call('calls.end', { ...ofClient, seconds: minutes * 60 });
        talked += minutes * 1000;
        held.delete(callId);
      };
      for (const what of ['buy', ...steps]) {
        if (typeof what === 'number') {
          await talk(page, what);
          talked += what * 1000;
        } else if (what === 'buy') {
          const current = (await page.call('plans.list', {})).plans.find((plan) => plan.current)?.id;
          if (current === planId) continue;
          last = (await buy(page)).sessionId;
          part = '';
          paid.set(last, PRICE.priceCents);
        } else if (what === 'standard') await page.try('plans.choose', { planId: 'pln_standard', priceMillis: 0 });
        else if (what === 'hold') {
          const callId = `h${Math.random()}`;
          const minutes = Math.min(6, Math.floor((await account(page)).available / 1000));
          if (minutes === 0) continue;
          await agency.call('calls.start', { clientId: page.clientId, callId, seconds: minutes * 60 });
          held.set(callId, minutes * 1000);
        } else if (what === 'cancel' || what === 'end') {
          const [callId] = held.keys();
          if (callId !== undefined) await end(callId, what === 'end' ? 3 : 0);
        } else if (what === 'fail') {
          if (part === '' || !paid.has(last)) continue;
          stripe.failRefund(part);
          await tell(part);
          part = '';
          paid.set(last, PRICE.priceCents);
        } else if (what === 'part') {
          if (part !== '' || !paid.has(last)) continue;
          part = stripe.refund(last, 500).id;
          await tell(part);
          paid.set(last, PRICE.priceCents - 500);
        } else if (paid.has(last)) {
          const cents = paid.get(last) ?? 0;
          const dispute = what === 'refund' ? undefined : stripe.dispute(last, cents);
          if (dispute) {
            await tell(dispute.id);
            stripe.closeDispute(dispute.id, what === 'lose' ? 'lost' : 'won');
            await tell(dispute.id);
          } else await refund(last, cents);
          if (what !== 'win') paid.delete(last);
          else last = '';
        }
        await check();
      }
      for (const callId of [...held.keys()]) await end(callId, 0);
      await check();
      async function check(): Promise<void> {
        await lookAgain();
        const { available: free } = await account(page);
        const stayed = [...paid.values()].reduce((sum, cents) => sum + cents, 0);
        const share = Math.ceil((FREE * Math.min(stayed, PRICE.priceCents)) / PRICE.priceCents);
        assert.ok(free <= share, `${free} are left, and ${share} are paid for`);
        const inCalls = [...held.values()].reduce((sum, millis) => sum + millis, 0);
        assert.equal(before - (await agency.minutes()), free + inCalls + talked, 'the minutes are those that are left and used');
      }
    }),
    { numRuns: runs(6) },
  );
});

test('webhooks.stripe RL17: two processes that hear of one return at once leave one reminder', async () => {
  const { page, orderId } = await opened();
  const order = await OrderModel.findById(orderId).orFail().lean();
  const at = api.deps.now();
  await Promise.all(Array.from({ length: 20 }, () => markFreeReturn(order, orderId, { at, checkAt: at })));
  const row = await mongoose.connection.collection('freereturns').findOne({ clientId: page.clientId });
  assert.equal(row?.marks, 20);
  await lookAgain();
  assert.equal(await reminders(page), 0);
  assert.deepEqual(await account(page), has(FREE));
});

/** Audits everything, after so much time in which the work under way should have ended. */
const auditAfter = (millis = 0) => auditWhole({ seals: sealsOf(api.deps.keys), business: api.deps.now(), real: later(new Date(), millis) });

/** Tells what the audit finds about free credits and money, now or after so much time. */
async function found(afterMillis = 0): Promise<string[]> {
  const { checks } = await auditAfter(afterMillis);
  return checks
    .filter(({ name }) => /^(no more free credits went back|what is noted of free credits)/.test(name))
    .flatMap((one) => one.found);
}

test('audit RL17: the audit agrees with every return of this file, also once nothing may be half done', async () => {
  const { violations, checks } = await auditAfter();
  assert.equal(violations, 0, JSON.stringify(checks.filter(({ ok }) => !ok)));
  assert.deepEqual(await found(2 * HOUR_MS), []);
});

test('audit RL17: more free credits that went back than the money asks for are found and named', async () => {
  const { page, sessionId, orderId } = await opened();
  const client = scopeOf(await ClientModel.findById(page.clientId).orFail().lean());
  const back = (totalMillis: number) =>
    returnFree(client, { cause: causeOfPlanFree(client, planId), orderId, totalMillis, actor: 'stripe', at: api.deps.now() });
  await back(1);
  assert.match((await found()).join(), /1 went back, and the money asks for 0$/);
  await refund(sessionId, 400);
  assert.deepEqual(await found(), []);
  await back(6_667);
  assert.match((await found()).join(), /free\.return.*: 6667 went back, and the money asks for 6666$/);
  await back(6_666);
  assert.deepEqual(await found(), []);
});

test('audit RL17: another share of waiting free credits in the database is found, and gives nothing away', async () => {
  await agency.call('agency.update', { minutesPolicy: { kind: 'floor', floorMillis: MINUTES } });
  const at = `planFreeShares.${planId}`;
  const changes = [{ $set: { [`${at}.millis`]: 0 } }, { $set: { [`${at}.millis`]: FREE } }, { $unset: { [at]: 1 } }];
  const cases = await Promise.all(changes.map(async (change) => ({ change, ...(await opened()) })));
  for (const { sessionId } of cases) await refund(sessionId, 400);
  assert.deepEqual(await found(), []);
  for (const { page, change } of cases) await ClientModel.updateOne({ _id: page.clientId }, change);
  const sentences = await found(2 * HOUR_MS);
  assert.equal(sentences.length, 3);
  for (const { page } of cases)
    assert.match(sentences.join('\n'), new RegExp(`${page.clientId}: \\d+ of ${planId} are noted, and the money asks for 6666`));
  await agency.call('agency.update', { minutesPolicy: { kind: 'unlimited' } });
  for (const { page } of cases) {
    await page.call('bootstrap.read', { token: page.token });
    assert.deepEqual(await account(page), has(13_334));
  }
  assert.deepEqual(await found(2 * HOUR_MS), []);
});

test('audit RL17: free credits that went back for an order that did not promise them are found and named', async () => {
  const { page, sessionId } = await opened();
  await refund(sessionId);
  const at = `planFree.${planId}.orderId`;
  const named = async () => {
    const { checks } = await auditAfter();
    return checks.some(
      ({ name, detail }) => name.startsWith('free credits came to the client') && detail?.includes('promised it to nobody'),
    );
  };
  assert.equal(await named(), false);
  await ClientModel.updateOne({ _id: page.clientId }, { $set: { [at]: 'ord_other' } });
  assert.equal(await named(), true);
});
