import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { Refusal } from '../../../api/contract/refusal.ts';
import { meaningOf } from '../../../api/ports/causes.ts';
import { type CheckoutRequest, type Payments, ProviderError, rowOf } from '../../../api/ports/index.ts';
import { ARCHIVED, type StripeCall, stripeErrors, WEBHOOKS_FULL } from '../../../api/providers/stripe/errors.ts';
import { createPayments } from '../../../api/providers/stripe/stripe.ts';
import { type Sandbox, startSandbox } from '../../../demo-site/sandbox/start.ts';
import { casesOf, type ErrorCase } from '../../support/provider-errors.ts';

/** Every row of the table for every call that can meet it, at the port: what the domain is told, and how often Stripe is asked. */

type Case = ErrorCase<StripeCall>;
type Access = { secretKey: string };

const cases = casesOf(stripeErrors);

const request: CheckoutRequest = {
  idempotencyKey: '',
  purchaseId: 'pur_1',
  item: { productId: 'prod_1', unitCents: 7500 },
  sold: { name: '200 credits' },
  currency: 'EUR',
  email: 'ada@example.com',
  successUrl: 'http://northwind.test/#wl-purchase=pur_1',
  cancelUrl: 'http://northwind.test/#wl-canceled=pur_1',
  metadata: {},
};

const drained = async (items: AsyncIterable<unknown>) => {
  for await (const _ of items);
};

/** How each call is made, with an id of its own where its address has one, and where it goes. */
const calls: Record<StripeCall, [method: 'GET' | 'POST' | 'DELETE', path: (id: string) => string, ask: Ask]> = {
  readAccount: ['GET', () => '/v1/account', (payments, access) => payments.readAccount(access)],
  tryRight: ['GET', () => '/v1/disputes', (payments, access) => payments.missingRights(access, { makesWebhook: false })],
  readProduct: ['GET', (id) => `/v1/products/${id}`, (payments, access, id) => payments.readProduct(access, id)],
  readPrice: ['GET', (id) => `/v1/prices/${id}`, (payments, access, id) => payments.readPrice(access, id)],
  createWebhook: ['POST', () => '/v1/webhook_endpoints', (payments, access) => payments.createWebhook(access, 'https://a.test/hook')],
  removeWebhook: ['DELETE', (id) => `/v1/webhook_endpoints/${id}`, (payments, access, id) => payments.removeWebhook(access, id)],
  createCheckout: [
    'POST',
    () => '/v1/checkout/sessions',
    (payments, access, idempotencyKey) => payments.createCheckout(access, { ...request, idempotencyKey }),
  ],
  readCheckout: ['GET', (id) => `/v1/checkout/sessions/${id}`, (payments, access, id) => payments.readCheckout(access, id)],
  listCheckouts: ['GET', () => '/v1/checkout/sessions', (payments, access) => drained(payments.listCheckouts(access, { from: 0 }))],
  expireCheckout: ['POST', (id) => `/v1/checkout/sessions/${id}/expire`, (payments, access, id) => payments.expireCheckout(access, id)],
  readPayment: ['GET', (id) => `/v1/payment_intents/${id}`, (payments, access, id) => payments.readPayment(access, id)],
  capturePayment: ['POST', (id) => `/v1/payment_intents/${id}/capture`, (payments, access, id) => payments.capturePayment(access, id)],
  cancelPayment: ['POST', (id) => `/v1/payment_intents/${id}/cancel`, (payments, access, id) => payments.cancelPayment(access, id)],
  listRefunds: ['GET', () => '/v1/refunds', (payments, access) => drained(payments.listReturns(access, { from: 0 }))],
  listDisputes: ['GET', () => '/v1/disputes', (payments, access) => drained(payments.listReturns(access, { from: 0 }))],
};
type Ask = (payments: Payments, access: Access, id: string) => Promise<unknown>;

/** Asked again where Stripe may have been out of order, or another request of the same key was under way; else once. */
const triesOf = ({ call, row }: Case): number => {
  if (row.status === 409 || row.status > 500) return 3;
  // A 500 to what may have changed something is kept, and Stripe says that asking again is of no use.
  return row.status === 500 && calls[call][0] !== 'POST' ? 3 : 1;
};

/** What of Stripe's refusals is an answer and no refusal to whoever asks. */
const answers: Partial<Record<string, unknown>> = {
  'readProduct 404 resource_missing': undefined,
  'readPrice 404 resource_missing': undefined,
  'readCheckout 404 resource_missing': undefined,
  'readPayment 404 resource_missing': undefined,
  'tryRight 403 ': ['Disputes: read'],
  'tryRight 400 ': [],
  'tryRight 404 ': [],
};
const nameOf = ({ call, row }: Case) => `${call} ${row.status} ${row.code ?? ''}`;

const sandboxes: Sandbox[] = [];
after(() => Promise.all(sandboxes.map((sandbox) => sandbox.close())));

/** Each call has a sandbox of its own, so that all of them can be tried at once. */
async function open() {
  const sandbox = await startSandbox({ port: 0, smtpPort: 0 });
  sandboxes.push(sandbox);
  const access = { secretKey: sandbox.stripe.createAccount('Northwind').secretKey };
  return { sandbox, access, payments: createPayments({ apiUrl: sandbox.url }) };
}

/** Answers one call as the table says. @returns what whoever asked got or was refused with, and how often Stripe was asked */
async function play(one: Case, { sandbox, access, payments }: Awaited<ReturnType<typeof open>>) {
  const { call, row } = one;
  const [method, path, ask] = calls[call];
  const id = `of_case_${row.status}_${row.code ?? ''}`;
  const isOurs = row.code === WEBHOOKS_FULL || row.code === ARCHIVED;
  const error = { type: typeOf(row.status), message: row.says, ...(row.code !== undefined && !isOurs && { code: row.code }) };
  const before = sandbox.faults.state().happened.length;
  sandbox.faults.add({ path: path(id), method, how: { status: row.status, body: { error } }, times: 100 });
  const [end] = await Promise.allSettled([ask(payments, access, id)]);
  sandbox.faults.calm();
  return { end, tries: sandbox.faults.state().happened.length - before };
}

const typeOf = (status: number): string => {
  if (status === 402) return 'card_error';
  return status >= 500 ? 'api_error' : 'invalid_request_error';
};

test('payments PX9: no row of the table hides behind another, and every call can meet every class of errors', () => {
  for (const { call, row, name } of cases) assert.equal(rowOf(stripeErrors, call, row), row, name);
  for (const call of every) {
    for (const status of [400, 401, 402, 403, 404, 409, 424, 429, 500, 502, 503, 504]) {
      assert.ok(rowOf(stripeErrors, call, { status }), `${call} ${status}`);
    }
  }
});

const every = Object.keys(calls) as StripeCall[];

test('payments PX9: every documented error of Stripe is told as the table says', { concurrency: true }, async (t) => {
  await Promise.all(every.map((call) => t.test(call, () => tellAll(call))));
});

async function tellAll(call: StripeCall): Promise<void> {
  const stage = await open();
  for (const one of cases.filter((each) => each.call === call)) {
    const { row, name } = one;
    const { end, tries } = await play(one, stage);
    assert(end);
    // Without the address, which is asked for once more, the sandbox complains in the same words.
    assert.equal(tries, row.code === 'email_invalid' ? 2 : triesOf(one), `${name}: how often it was asked`);
    const isAnswered = nameOf(one) in answers;
    const isDone = row.person === null && ['capturePayment', 'cancelPayment', 'expireCheckout'].includes(call);
    // It is kept under the key: what Stripe said is the answer.
    const isKept = call === 'createCheckout' && row.status === 500;
    if (isKept) assert.ok(end.status === 'fulfilled' && isSaidBy(one, end.value), name);
    else if (isAnswered || isDone) assert.deepEqual(end, { status: 'fulfilled', value: answers[nameOf(one)] }, name);
    else assert.ok(end.status === 'rejected' && isToldBy(one, end.reason), name);
  }
}

/** Whether a refusal says what the table says: to whoever asks, to the domain and to the log. */
function isToldBy({ call, row, name }: Case, refusal: unknown): boolean {
  assert(refusal instanceof Refusal, name);
  assert.equal(refusal.code, row.person ?? 'payments.provider_unavailable', name);
  const { lasts, agency } = meaningOf(refusal) ?? {};
  assert.deepEqual([lasts, agency], [row.lasts, row.agency], name);
  assert.ok(isSaidBy({ call, row, name }, refusal.cause), name);
  assert.ok(!refusal.message.includes(row.says), `${name}: Stripe's words are nobody's but the log's`);
  return true;
}

function isSaidBy({ call, row, name }: Case, cause: unknown): boolean {
  assert(cause instanceof ProviderError);
  const { requestId, type, ...words } = cause.words;
  assert.deepEqual(words, { call, status: row.status, code: row.code, message: row.says }, name);
  assert.match(requestId ?? '', /^req_/, name);
  assert.equal(type, typeOf(row.status), name);
  return true;
}
