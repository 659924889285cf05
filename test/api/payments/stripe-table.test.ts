import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, test } from 'node:test';
import { Refusal } from '../../../api/contract/refusal.ts';
import { meaningOf } from '../../../api/ports/causes.ts';
import { type CheckoutRequest, type Payments, ProviderError, rowOf } from '../../../api/ports/index.ts';
import { codesByWords, type StripeCall, stripeErrors } from '../../../api/providers/stripe/errors.ts';
import { createPayments } from '../../../api/providers/stripe/stripe.ts';
import { type Sandbox, startSandbox } from '../../../demo-site/sandbox/start.ts';
import { casesOf, type ErrorCase } from '../../support/provider-errors.ts';

/** Every row of the table for every call that can get it, at the port: the refusal for the domain, and the number of attempts. */

type Case = ErrorCase<StripeCall>;
type Access = { secretKey: string };

const cases = casesOf(stripeErrors);

const request: CheckoutRequest = {
  idempotencyKey: '',
  purchaseId: 'pur_1',
  item: { productId: 'prod_1', unitCents: 7500 },
  title: '200 credits',
  currency: 'EUR',
  email: 'ada@example.com',
  successUrl: 'http://northwind.test/#wl-purchase=pur_1',
  cancelUrl: 'http://northwind.test/#wl-canceled=pur_1',
  metadata: {},
};

const drained = async (items: AsyncIterable<unknown>) => {
  for await (const _ of items);
};

/** How each call is made and where it goes, with an id of its own if its address has one. */
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
  refundPayment: ['POST', () => '/v1/refunds', (payments, access, id) => payments.refundPayment(access, id)],
  listRefunds: ['GET', () => '/v1/refunds', (payments, access) => drained(payments.listRefunds(access, { from: 0 }))],
  listDisputes: ['GET', () => '/v1/disputes', (payments, access) => drained(payments.listDisputes(access, { from: 0 }))],
};
type Ask = (payments: Payments, access: Access, id: string) => Promise<unknown>;

/** Repeats if Stripe may be out of order or another request with the key is running; otherwise asks once. */
const triesOf = ({ call, row }: Case): number => {
  if (row.status === 409 || row.status > 500) return 3;
  // Stripe keeps a 500 to a call that may have changed something, and says that a repetition is useless.
  return row.status === 500 && calls[call][0] !== 'POST' ? 3 : 1;
};

/** Refusals of Stripe that are answers for the caller. */
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

/** Each call has its own sandbox, so that all run at once. */
async function open() {
  const sandbox = await startSandbox({ port: 0, smtpPort: 0 });
  sandboxes.push(sandbox);
  const access = { secretKey: sandbox.stripe.createAccount('Northwind').secretKey };
  return { sandbox, access, payments: createPayments({ apiUrl: sandbox.url }) };
}

/**
 * Answers one call as the table says.
 * @returns the caller's result or refusal, and the number of attempts
 */
async function play(one: Case, { sandbox, access, payments }: Awaited<ReturnType<typeof open>>) {
  const { call, row } = one;
  const [method, path, ask] = calls[call];
  const id = `of_case_${row.status}_${row.code ?? ''}`;
  const isOurs = codesByWords.some(({ code }) => code === row.code);
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

test('payments PX9: no row of the table hides another, and every call has every class of errors', () => {
  for (const { call, row, name } of cases) assert.equal(rowOf(stripeErrors, call, row), row, name);
  for (const call of every) {
    for (const status of [400, 401, 402, 403, 404, 409, 424, 429, 500, 502, 503, 504]) {
      assert.ok(rowOf(stripeErrors, call, { status }), `${call} ${status}`);
    }
  }
});

test("payments PX9 PG12: every code of the table is one that Stripe's package knows", async () => {
  const types = await readFile('node_modules/stripe/esm/resources/PaymentIntents.d.ts', 'utf8');
  const ours = new Set<string>(codesByWords.map(({ code }) => code));
  const codes = new Set(stripeErrors.flatMap(({ code }) => (code === undefined || ours.has(code) ? [] : [code])));
  assert.ok(codes.size > 15, 'the table has codes');
  assert.deepEqual(
    [...codes].filter((code) => !types.includes(`'${code}'`)),
    [],
  );
});

const every = Object.keys(calls) as StripeCall[];

test('payments PX9: every documented error of Stripe is reported as the table says', { concurrency: true }, async (t) => {
  await Promise.all(every.map((call) => t.test(call, () => tellAll(call))));
});

async function tellAll(call: StripeCall): Promise<void> {
  const stage = await open();
  for (const one of cases.filter((each) => each.call === call)) {
    const { row, name } = one;
    const { end, tries } = await play(one, stage);
    assert(end);
    // Without the e-mail address, which is left out at the second attempt, the sandbox refuses in the same words.
    assert.equal(tries, row.code === 'email_invalid' ? 2 : triesOf(one), `${name}: how often it was asked`);
    const isAnswered = nameOf(one) in answers;
    const isDone = row.person === null && ['capturePayment', 'cancelPayment', 'refundPayment', 'expireCheckout'].includes(call);
    // Stripe keeps the failure under the key and returns it.
    const isKept = call === 'createCheckout' && row.status === 500;
    if (isKept) assert.ok(end.status === 'fulfilled' && isSaidBy(one, end.value), name);
    else if (isAnswered || isDone) assert.deepEqual(end, { status: 'fulfilled', value: answers[nameOf(one)] }, name);
    else assert.ok(end.status === 'rejected' && isToldBy(one, end.reason), name);
  }
}

/** Tells whether a refusal matches the table for the caller, the domain and the log. */
function isToldBy({ call, row, name }: Case, refusal: unknown): boolean {
  assert(refusal instanceof Refusal, name);
  assert.equal(refusal.code, row.person ?? 'payments.provider_unavailable', name);
  const { lasts, agency } = meaningOf(refusal) ?? {};
  assert.deepEqual({ lasts, agency }, { lasts: row.lasts, agency: row.agency }, name);
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
