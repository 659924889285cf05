import assert from 'node:assert/strict';
import { test } from 'node:test';
import { audit } from '../../../api/domain/audit/audit.ts';
import { type Agency, codeOf } from '../../support/agency.ts';
import { startApi } from '../../support/api.ts';
import type { Page } from '../../support/page.ts';
import { current, figures, large, openAgency } from './plan-world.ts';

const api = await startApi();
const { sandbox } = api;
const { priceMillis } = large;

test('plans.list L11: visitors and clients see the active plans in their order, and the client its own marked', async () => {
  const { agency, page, planId } = await openAgency(api);
  const seen = async (list: Page['call'] | Agency['call']) =>
    (await list('plans.list', {})).plans.map(({ name, current }) => [name, current]);
  const visitor = await agency.openPage();
  assert.deepEqual(await seen(visitor.call.bind(visitor)), [
    ['Standard', false],
    ['Large', false],
  ]);
  assert.deepEqual(await seen(page.call.bind(page)), [
    ['Standard', true],
    ['Large', false],
  ]);
  assert.deepEqual(await seen(agency.call.bind(agency)), [
    ['Standard', false],
    ['Large', false],
  ]);
  await agency.call('plans.assign', { clientId: page.clientId, planId });
  await agency.call('agency.update', { plans: [{ ...large, id: planId, active: false }] });
  assert.deepEqual(await seen(visitor.call.bind(visitor)), [['Standard', false]]);
  assert.deepEqual(
    await seen(page.call.bind(page)),
    [
      ['Standard', false],
      ['Large', true],
    ],
    'who has it keeps it',
  );
});

test('agency.update L1: plans keep their ids, share one currency, and are told apart', async () => {
  const { agency, planId } = await openAgency(api, 0);
  const { plans } = await agency.call('agency.update', {
    plans: [
      { ...large, id: planId, priceMillis: 1000 },
      { ...large, name: 'Other' },
    ],
  });
  assert.equal(plans[0]?.id, planId);
  assert.equal(codeOf(await agency.try('agency.update', { plans: [{ ...large, currency: 'USD' }] })), 'plan.currency_mixed');
  assert.equal(
    codeOf(
      await agency.try('agency.update', {
        plans: [
          { ...large, id: planId },
          { ...large, id: planId },
        ],
      }),
    ),
    'input.invalid',
  );
});

test('plans.choose L1: a plan is paid with credits, changes prices at once, and the order keeps its price', async () => {
  const { agency, page, planId } = await openAgency(api);
  const minutes = await agency.minutes();
  const order = await page.call('plans.choose', { planId, priceMillis });
  assert.deepEqual(
    { state: order.state, priceMillis: order.priceMillis, priceCents: order.priceCents, kind: order.kind },
    { state: 'done', priceMillis: 30_000, priceCents: 1200, kind: 'plan' },
  );
  assert.deepEqual(await figures(page), { available: 70_000, held: 0, used: 30_000 });
  assert.equal(await current(page), 'Large');
  assert.equal((await page.call('credits.packages', {})).custom, null);
  const { planName, features } = await page.call('entitlements.read', {});
  assert.deepEqual({ planName, features }, { planName: 'Large', features: large.features });
  await agency.call('agency.update', { plans: [{ ...large, id: planId, priceMillis: 99_000 }] });
  assert.equal((await page.call('orders.read', { orderId: order.orderId })).priceMillis, 30_000);
  assert.equal(codeOf(await page.try('plans.choose', { planId, priceMillis: 99_000 })), 'plan.current');
  assert.equal(await agency.minutes(), minutes, 'the agency pays nothing for it');
});

test("plans.choose L1: a call is rounded by its client's plan", async () => {
  const { agency, page, planId } = await openAgency(api);
  await agency.call('agency.update', { plans: [{ ...large, id: planId, rounding: { by: 'minute' } }] });
  const cost = async (callId: string) => (await agency.call('usage.record', { clientId: page.clientId, callId, seconds: 61 })).costMillis;
  assert.equal(await cost('call-before'), 1017);
  await agency.call('plans.assign', { clientId: page.clientId, planId });
  assert.equal(await cost('call-after'), 2000);
});

test('plans.choose N7: two orders of one plan at the same time are one plan, paid once', async () => {
  const { page, planId } = await openAgency(api);
  const replies = await Promise.all(Array.from({ length: 3 }, () => page.try('plans.choose', { planId, priceMillis })));
  assert.equal(replies.filter(({ body }) => body.state === 'done').length, 1);
  assert.deepEqual(
    { figures: await figures(page), current: await current(page) },
    { figures: { available: 70_000, held: 0, used: 30_000 }, current: 'Large' },
  );
});

test('plans.choose N7: without enough credits nothing is ordered and nothing changes', async () => {
  const { page, planId } = await openAgency(api, 29_999);
  assert.equal(codeOf(await page.try('plans.choose', { planId, priceMillis })), 'credits.insufficient');
  assert.deepEqual(
    { figures: await figures(page), current: await current(page) },
    { figures: { available: 29_999, held: 0, used: 0 }, current: 'Standard' },
  );
});

test('plans.choose L1: free credits buy no plan unless the plan lets them buy everything', async () => {
  const { agency, page, planId } = await openAgency(api, 0);
  const { plan } = await agency.call('agency.read', {});
  await agency.call('agency.update', { plan: { ...plan, freeMillis: 50_000 } });
  const free = await agency.openPage();
  await free.signUp();
  const { text } = await sandbox.mail.waitForMail(free.email, (mail) => mail.text.includes('#wl-verify='));
  await free.call('accounts.verifyEmail', { token: /#wl-verify=([\w.-]+)/.exec(text)?.[1] ?? '' });
  assert.deepEqual(await figures(free), { available: 50_000, held: 0, used: 0 });
  assert.equal(codeOf(await free.try('plans.choose', { planId, priceMillis })), 'credits.insufficient');
  const minutes = await agency.minutes();
  await agency.call('agency.update', { plan: { ...plan, freeMillis: 50_000, freeCreditsBuy: 'everything' } });
  assert.equal((await free.call('plans.choose', { planId, priceMillis })).state, 'done');
  assert.equal(await agency.minutes(), minutes + 30_000, 'their minutes go back');
  assert.equal(codeOf(await page.try('plans.choose', { planId, priceMillis })), 'credits.insufficient');
});

test('bootstrap.read L3: a signed-in page knows its plan and features without another request', async () => {
  const { agency } = await openAgency(api, 0);
  const page = await agency.openPage();
  await page.signUp();
  const { entitlements } = await page.bootstrap();
  assert.deepEqual(entitlements, { planId: 'pln_standard', planName: 'Standard', features: ['numbers', 'knowledge'] });
});

test('orders.read C4: the audit agrees with every order of this file', async () => {
  const report = await audit();
  assert.equal(report.violations, 0, JSON.stringify(report.checks.filter(({ ok }) => !ok)));
});
