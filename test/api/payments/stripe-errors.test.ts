import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ErrorValues, errors } from '../../../api/contract/errors/index.ts';
import type { Input } from '../../../api/contract/index.ts';
import { tell } from '../../../api/contract/refusal.ts';
import { takeDueRun } from '../../../api/models/recurring.ts';
import type { PersonCode } from '../../../api/ports/index.ts';
import { codesByWords, type StripeCall, stripeErrors } from '../../../api/providers/stripe/errors.ts';
import { DAY_MS } from '../../../api/rules/time.ts';
import { casesOf, type ErrorCase, watchCase } from '../../support/provider-errors.ts';
import { until } from '../../support/until.ts';
import { neededRights } from './restricted-key.ts';
import { Shop } from './shop.ts';

/** Every row of the table as people meet it: saving keys, buying, and watching a purchase. */

type Case = ErrorCase<StripeCall>;

const shop = await Shop.open();
const { api, agency, stripe } = shop;
// The hourly comparison with Stripe would credit on its own what a look may not. Every case moves the clock by a day.
assert(await takeDueRun(`reconcile/${agency.id}`, new Date(), new Date(Date.now() + 365 * DAY_MS)));
const { faults } = api.sandbox;
const current = (await agency.call('agency.read', {})).stripe;
const account = stripe.accounts().find(({ publishableKey }) => publishableKey === current.publishableKey);
assert(account && current.productId && current.priceId);
const good = {
  publishableKey: account.publishableKey,
  secretKey: account.secretKey,
  productId: current.productId,
  priceId: current.priceId,
};

const all = casesOf(stripeErrors);
const casesFor = (...calls: StripeCall[]) => all.filter(({ call }) => calls.includes(call));
const ALWAYS = 1_000_000;

/** Makes Stripe answer so at this address until the faults end. */
function answerWith({ row }: Case, method: 'GET' | 'POST' | 'DELETE', path: string, times = ALWAYS): void {
  const isOurs = codesByWords.some(({ code }) => code === row.code);
  const error = { type: 'invalid_request_error', message: row.says, ...(row.code !== undefined && !isOurs && { code: row.code }) };
  // The test of the port shows repetitions; here nobody waits for them.
  faults.add({ path, method, how: { status: row.status, body: { error }, headers: { 'Stripe-Should-Retry': 'false' } }, times });
}

interface Told {
  status: number;
  code: string | undefined;
  message: string | undefined;
  param: string | undefined;
}

function toldIn({ status, body }: { status: number; body: unknown }): Told {
  const { code, message, param } = (body as { error?: Omit<Told, 'status'> }).error ?? {};
  return { status, code, message, param };
}

/** The answer that a refusal with this code gets. */
const told = (code: PersonCode, param?: string, values: ErrorValues<'payments.key_rights'> = { missing: 'all' }): Told => {
  const { message } = code === 'payments.key_rights' ? tell(code, { values }) : tell(code);
  return { status: errors[code].status, code, message, param };
};

/** The settings field that each call is about. */
const fields: Partial<Record<StripeCall, string>> = {
  readAccount: 'stripe.secretKey',
  tryRight: 'stripe.secretKey',
  readProduct: 'stripe.productId',
  readPrice: 'stripe.priceId',
  createWebhook: 'stripe.webhookSecret',
};

function fieldOf({ call, row: { person } }: Case): string | undefined {
  if (person === 'payments.provider_unavailable') return undefined;
  return person === 'payments.key_refused' || person === 'payments.key_rights' ? 'stripe.secretKey' : fields[call];
}

const endpoints = async () => (await shop.account().webhookEndpoints.list({ limit: 100 })).data.map(({ id }) => id);

/** Saves keys while Stripe answers so: the answer explains it at the field, nothing is saved, and no endpoint is left. */
async function saveDuring(one: Case, method: 'GET' | 'POST', path: string, changes: Input<'agency.update'>['stripe'] = {}): Promise<void> {
  const { call, row, name } = one;
  const [before, had] = [await agency.call('agency.read', {}), await endpoints()];
  answerWith(one, method, path);
  const reply = await agency.try('agency.update', { stripe: { ...good, ...changes } });
  if (row.person === null) {
    assert.equal(reply.status, 200, name);
    return;
  }
  const isNamed = call === 'tryRight' && row.status === 403;
  const expected = told(row.person, fieldOf(one), isNamed ? { missing: 'some', rights: ['Disputes: read'] } : undefined);
  assert.deepEqual(toldIn(reply), expected, name);
  assert.deepEqual({ call: await agency.call('agency.read', {}), endpoints: await endpoints() }, { call: before, endpoints: had }, name);
}

/** Does the same for each case in turn, because all share one address. */
async function saveDuringEach(
  cases: readonly Case[],
  ...[method, path, changes]: [method: 'GET' | 'POST', path: string, changes?: object]
) {
  for (const one of cases) {
    await saveDuring(one, method, path, changes);
    faults.calm();
  }
}

const restricted = () => stripe.restrictKey(account.id, { livemode: false, rights: neededRights });

test('agency.update PX9: every documented error of Stripe is reported at its field, and nothing is saved', async () => {
  // Each uses an id of its own, so that all run at once.
  const things = [
    ...casesFor('readProduct').map((one, at) => saveDuring(one, 'GET', `/v1/products/prod_${at}_`, { productId: `prod_${at}_` })),
    ...casesFor('readPrice').map((one, at) => saveDuring(one, 'GET', `/v1/prices/price_${at}_`, { priceId: `price_${at}_` })),
  ];
  await Promise.all(things);
  faults.calm();
  await saveDuringEach(casesFor('readAccount'), 'GET', '/v1/account');
  await saveDuringEach(casesFor('createWebhook'), 'POST', '/v1/webhook_endpoints');
  assert.equal((await agency.try('agency.update', { stripe: good })).status, 200, 'and afterwards it works');
  assert.deepEqual(await notices(), [], 'whoever saves keys has read it');
});

test('agency.update PX9: errors while a restricted key is tried refuse it, or say nothing of its rights', async () => {
  await saveDuringEach(casesFor('tryRight'), 'GET', '/v1/disputes', { secretKey: restricted() });
  assert.equal((await agency.try('agency.update', { stripe: good })).status, 200);
  assert.deepEqual(await notices(), []);
});

test('agency.update PX9: an old endpoint that Stripe does not remove is no obstacle, and is logged', async () => {
  for (const one of casesFor('removeWebhook')) {
    const [old = ''] = await endpoints();
    const watched = await watchCase(api, agency);
    answerWith(one, 'DELETE', '/v1/webhook_endpoints/');
    const reply = await agency.try('agency.update', { stripe: good });
    faults.calm();
    assert.equal(reply.status, 200, one.name);
    const left = await endpoints();
    assert.deepEqual({ left: left.length, includes: left.includes(old) }, { left: 2, includes: true }, one.name);
    if (one.row.status !== 404 || one.row.code !== undefined) assert.ok(watched.isLogged(one, old), one.name);
    await shop.account().webhookEndpoints.del(old);
  }
});

async function notices(): Promise<string[]> {
  const { entries } = await agency.call('journal.list', { limit: 100 });
  return entries.filter(({ action }) => action === 'alert.provider').map(({ target }) => target ?? '');
}

const expectedOf = ({ row }: Case) => (row.agency === undefined ? [] : [row.agency]);
const sessionsOf = (email: string) => stripe.sessions().filter(({ customer_email }) => customer_email === email);

test('credits.checkout PX9: every documented error of Stripe is a sentence for the buyer and charges nothing', async () => {
  for (const one of casesFor('createCheckout')) {
    const { row, name } = one;
    const page = await shop.client();
    const { packages } = await page.call('credits.packages', {});
    const click = () =>
      page.try(
        'credits.checkout',
        { packageId: packages[0]?.id ?? '', returnUrl: page.returnUrl },
        { 'idempotency-key': `click-${page.clientId}` },
      );
    const watched = await watchCase(api, agency);
    // A rejected e-mail address is left out at the next attempt, which gets a page.
    answerWith(one, 'POST', '/v1/checkout/sessions', row.person === null ? 1 : ALWAYS);
    const reply = await click();
    faults.calm();
    if (row.person === null) {
      assert.equal(reply.status, 200, name);
      continue;
    }
    assert.deepEqual(toldIn(reply), told(row.person), name);
    assert.ok(!JSON.stringify(reply.body).includes(row.says), 'no word of it reaches the client');
    assert.deepEqual(await watched.notices(), expectedOf(one), name);
    await until(async () => watched.isLogged(one), `${name} is logged`);
    assert.deepEqual(
      { sessions: sessionsOf(page.email).length, entries: await shop.entries(page), fees: await shop.fees() },
      { sessions: 0, entries: [], fees: 0 },
      name,
    );
    assert.equal((await click()).status, 200, `${name}: the same click works when it is over`);
    assert.equal(sessionsOf(page.email).length, 1, name);
  }
});

test('purchases.read PX9: errors during a look change no purchase, which is credited once afterwards', async () => {
  for (const one of casesFor('readCheckout')) {
    const page = await shop.client();
    const watched = await watchCase(api, agency);
    const order = await shop.order(page);
    stripe.pay(order.sessionId);
    answerWith(one, 'GET', `/v1/checkout/sessions/${order.sessionId}`);
    const { state } = await page.call('purchases.read', { purchaseId: order.purchaseId });
    const entries = await shop.entries(page);
    faults.calm(); // from here on any round of the API may credit it
    assert.deepEqual({ state, entries }, { state: 'open', entries: [] }, one.name);
    assert.deepEqual(await watched.notices(), expectedOf(one), one.name);
    await until(async () => (await shop.state(page, order)) === 'paid', `${one.name}: it is paid`);
    assert.deepEqual(await shop.entries(page), [100_000], one.name);
  }
});
