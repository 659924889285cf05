import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { audit } from '../../../api/domain/audit/audit.ts';
import { advanceDueOrders } from '../../../api/domain/orders/orders.ts';
import type { CrashPoint } from '../../../api/ports/index.ts';
import type { Agency } from '../../support/agency.ts';
import { startApi } from '../../support/api.ts';
import type { Page } from '../../support/page.ts';
import { runs } from '../../support/runs.ts';

const api = await startApi();
await api.stopDueWork();
const { deps, sandbox } = api;
const MINUTES = 1_000_000;
const first = { centsPer100Credits: 4000, currency: 'EUR', freeMillis: 0 } as const;
const pro = { name: 'Pro', centsPer100Credits: 3500, currency: 'EUR' as const, priceMillis: 10_000, freeMillis: 20_000 };
const gift = { ...pro, name: 'Gift', priceMillis: 0, freeMillis: 5_000 };

/** Opens an agency with a plan that costs something and one that does not, and a client with credits. */
async function openAgency() {
  const agency = await api.createAgency({ stripe: false, plan: first, minutesMillis: MINUTES });
  const { plans } = await agency.call('agency.update', { plans: [pro, gift] });
  const page = await agency.openPage();
  await page.enter();
  await agency.allocate(page.clientId, 100_000);
  const [proId = '', giftId = ''] = plans.map(({ id }) => id);
  return { agency, page, proId, giftId };
}

const promised = async (page: Page, planId: string) =>
  (await page.call('plans.list', {})).plans.find(({ id }) => id === planId)?.freeMillis;
const choose = (page: Page, planId: string, priceMillis = 0) => page.call('plans.choose', { planId, priceMillis });
const free = async (page: Page) => (await page.balance()).callsOnly ?? 0;
/** Opens a page of a client that the agency has signed in. */
const visit = (page: Page) => page.call('bootstrap.read', { token: page.token });
/** Follows the link that was mailed to a page's address. */
async function confirm(page: Page): Promise<void> {
  const { agencyId, world, clientId, memberId } = await deps.tokens.readSession(page.token);
  const token = await deps.tokens.signLink('verify', { agencyId, world, clientId, memberId, stamp: page.email });
  await page.call('accounts.verifyEmail', { token });
}
const given = async (agency: Agency) => MINUTES - (await agency.minutes());

test("plans.choose MT9 L17: a plan's free credits come once, out of the agency's minutes, as the plan said", async () => {
  const { agency, page, proId } = await openAgency();
  assert.equal(await promised(page, proId), 20_000);
  await choose(page, proId, pro.priceMillis);
  assert.deepEqual({ free: await free(page), given: await given(agency) }, { free: 20_000, given: 20_000 });
  await choose(page, 'pln_standard');
  assert.equal(await promised(page, proId), 0, 'it promises only what it would still give');
  await choose(page, proId, pro.priceMillis);
  assert.deepEqual({ free: await free(page), given: await given(agency) }, { free: 20_000, given: 20_000 });
});

test('plans.assign MT9 L17: a plan that the agency gives brings its free credits as well, once', async () => {
  const { agency, page, proId } = await openAgency();
  for (const planId of [proId, 'pln_standard', proId]) await agency.call('plans.assign', { clientId: page.clientId, planId });
  assert.deepEqual({ free: await free(page), given: await given(agency) }, { free: 20_000, given: 20_000 });
});

test('plans.choose MT9 L17: a plan without a price gives free credits to a confirmed address, once', async () => {
  const { agency, giftId } = await openAgency();
  const page = await agency.openPage();
  await page.signUp();
  await choose(page, giftId);
  const { callsOnly = 0, waiting } = await page.balance();
  assert.deepEqual({ callsOnly, waiting }, { callsOnly: 0, waiting: 5_000 });
  await confirm(page);
  assert.deepEqual({ free: await free(page), waiting: (await page.balance()).waiting }, { free: 5_000, waiting: 0 });
  const again = await agency.openPage();
  await again.signUp({ email: page.email.replace('@', '+again@') });
  assert.equal(await promised(again, giftId), 5_000, 'who typed an address is not told what its owner had');
  await choose(again, giftId);
  await confirm(again);
  assert.deepEqual({ waiting: (await again.balance()).waiting, given: await given(agency) }, { waiting: 0, given: 5_000 });
  const third = await agency.openPage();
  await third.signUp({ email: page.email.replace('@', '+third@') });
  await confirm(third);
  assert.equal(await promised(third, giftId), 0, 'its owner is promised nothing more');
});

test("plans.choose MT12 L17: at the agency's floor a plan's free credits wait, and come with the next visit", async () => {
  const { agency, page, proId } = await openAgency();
  await agency.call('agency.update', { minutesPolicy: { kind: 'floor', floorMillis: MINUTES - 10_000 } });
  assert.equal((await choose(page, proId, pro.priceMillis)).state, 'done', 'the plan itself does not wait');
  const { callsOnly = 0, waiting } = await page.balance();
  assert.deepEqual({ callsOnly, waiting }, { callsOnly: 0, waiting: 20_000 });
  await agency.call('agency.update', { minutesPolicy: { kind: 'unlimited' } });
  await visit(page);
  const after = await page.balance();
  assert.deepEqual(
    { free: after.callsOnly, waiting: after.waiting, given: await given(agency) },
    { free: 20_000, waiting: 0, given: 20_000 },
  );
});

test("plans.list MT12 L17: a plan promises no free credits at the agency's floor, nor one for nothing on a full day", async () => {
  const { agency, page, proId, giftId } = await openAgency();
  const visitor = await agency.openPage();
  const shown = async () => {
    const offers = [(await visitor.call('plans.list', {})).plans, (await page.call('plans.list', {})).plans];
    return offers.map((plans) => [proId, giftId].map((planId) => plans.find(({ id }) => id === planId)?.freeMillis));
  };
  const rule = (kind: 'unlimited' | 'floor') =>
    agency.call('agency.update', { minutesPolicy: kind === 'floor' ? { kind, floorMillis: MINUTES } : { kind } });
  const all = [20_000, 5_000];
  assert.deepEqual(await shown(), [all, all]);
  await rule('floor');
  const none = [0, 0];
  assert.deepEqual(await shown(), [none, none]);
  await choose(page, proId, pro.priceMillis);
  assert.equal((await page.balance()).waiting, 20_000, 'who read of them before gets them later');
  await rule('unlimited');
  await agency.call('plans.update', { planId: giftId, freeGrantsPerDay: 1 });
  const other = await agency.openPage();
  await other.signUp();
  await confirm(other);
  await choose(other, giftId);
  assert.equal(await free(other), 5_000);
  const rest = [20_000, 0];
  assert.deepEqual((await shown())[0], rest);
});

for (const point of ['plan.after_move', 'plan.after_promise', 'verify.after_grant', 'order.after_fulfil'] satisfies CrashPoint[]) {
  test(`plans.choose MT9 L17: after a crash at ${point} free credits come once`, async () => {
    const { agency, page, proId } = await openAgency();
    api.crashAt(point);
    await page.try('plans.choose', { planId: proId, priceMillis: pro.priceMillis });
    api.crashAt(undefined);
    sandbox.clock.advance(3600);
    await advanceDueOrders(deps);
    await visit(page);
    assert.deepEqual(
      { free: await free(page), given: await given(agency), waiting: (await page.balance()).waiting },
      { free: 20_000, given: 20_000, waiting: 0 },
    );
  });
}

test('plans.choose MT9 L17: in any history each plan gives its free credits once, and minutes pay exactly these', async () => {
  const step = fc.record({ plan: fc.nat({ max: 2 }), how: fc.constantFrom('choose', 'assign', 'twice'), isLow: fc.boolean() });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 6 }), async (steps) => {
      const { agency, page, proId } = await openAgency();
      const ids = ['pln_standard', proId, proId];
      for (const { plan, how, isLow } of steps) {
        await agency.call('agency.update', { minutesPolicy: isLow ? { kind: 'floor', floorMillis: MINUTES } : { kind: 'unlimited' } });
        const planId = ids[plan] ?? '';
        const input = { planId, priceMillis: planId === proId ? pro.priceMillis : 0 };
        if (how === 'assign') await agency.call('plans.assign', { clientId: page.clientId, planId });
        else await Promise.all(Array.from({ length: how === 'twice' ? 2 : 1 }, () => page.try('plans.choose', input)));
        assert.equal(await given(agency), await free(page), 'the minutes paid for what came');
      }
      await agency.call('agency.update', { minutesPolicy: { kind: 'unlimited' } });
      await visit(page);
      const wasOnPro = steps.some(({ plan }) => plan > 0);
      assert.deepEqual(
        { free: await free(page), given: await given(agency) },
        { free: wasOnPro ? 20_000 : 0, given: wasOnPro ? 20_000 : 0 },
      );
    }),
    { numRuns: runs(6) },
  );
});

test('plans.choose MT9 C4: the audit agrees with every grant of this file', async () => {
  const report = await audit();
  assert.equal(report.violations, 0, JSON.stringify(report.checks.filter(({ ok }) => !ok)));
});
