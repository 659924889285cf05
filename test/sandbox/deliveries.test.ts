import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openEndpoint, openSandbox, purchase } from './open.ts';

test('sandbox Stripe V4: a paid session is delivered with a signature that the SDK accepts', async (t) => {
  const { sandbox, stripe, product } = await openSandbox(t);
  const { arrived, secret } = await openEndpoint(t, stripe, ['checkout.session.completed']);
  const session = await stripe.checkout.sessions.create(purchase(product.id));
  const delivered = sandbox.stripe.waitForDelivery(({ state }) => state === 'delivered');
  sandbox.stripe.pay(session.id);
  await delivered;
  const [first] = arrived;
  const event = stripe.webhooks.constructEvent(first!.body, first!.signature, secret);
  assert.equal(event.type, 'checkout.session.completed');
  assert.deepEqual(event.data.object, JSON.parse(JSON.stringify(await readSession(sandbox.url, session.id, stripe))));
  assert.throws(() => stripe.webhooks.constructEvent(first!.body.replace('1900', '1'), first!.signature, secret));
  assert.throws(() => stripe.webhooks.constructEvent(first!.body, first!.signature, 'whsec_other'));
});

/** Reads a session by the SDK, without the fields that the SDK adds. */
async function readSession(_url: string, id: string, stripe: Awaited<ReturnType<typeof openSandbox>>['stripe']) {
  const { lastResponse, ...session } = await stripe.checkout.sessions.retrieve(id);
  return session;
}

test('sandbox Stripe V4: a failing endpoint is tried again until it accepts the event', async (t) => {
  const { sandbox, stripe, product } = await openSandbox(t);
  await openEndpoint(t, stripe, ['checkout.session.completed'], [500, 404, 302, 200]);
  const session = await stripe.checkout.sessions.create(purchase(product.id));
  const delivered = sandbox.stripe.waitForDelivery(({ state }) => state === 'delivered');
  sandbox.stripe.pay(session.id);
  const { attempts, eventId } = await delivered;
  assert.deepEqual(
    attempts.map(({ status }) => status),
    [500, 404, 302, 200],
  );
  const gaps = attempts.slice(1).map(({ at }, index) => at - attempts[index]!.at);
  assert.ok(gaps[0]! >= 9 && gaps[1]! >= 29 && gaps[2]! >= 89, `the gaps grow: ${gaps}`);
  assert.equal((await stripe.events.retrieve(eventId)).pending_webhooks, 0);
});

test('sandbox Stripe V4: an undelivered event can be listed and read', async (t) => {
  const { sandbox, stripe, product } = await openSandbox(t, { retryGapMillis: 1 });
  const { endpoint } = await openEndpoint(t, stripe, ['checkout.session.completed'], [500]);
  const session = await stripe.checkout.sessions.create(purchase(product.id));
  const given = sandbox.stripe.waitForDelivery(({ state, attempts }) => state === 'failed' || attempts.length === 5);
  sandbox.stripe.pay(session.id);
  const { eventId, endpointId } = await given;
  assert.equal(endpointId, endpoint.id);
  const { data } = await stripe.events.list({ delivery_success: false, types: ['checkout.session.completed'] });
  assert.deepEqual(
    data.map(({ id, pending_webhooks }) => ({ id, pending_webhooks })),
    [{ id: eventId, pending_webhooks: 1 }],
  );
});

test('sandbox Stripe V4: deliveries can be held back, repeated at once, and lost', async (t) => {
  const { sandbox, stripe, product } = await openSandbox(t);
  const { arrived } = await openEndpoint(t, stripe, ['checkout.session.completed']);
  sandbox.stripe.pauseDeliveries();
  const [paid, lost] = [
    await stripe.checkout.sessions.create(purchase(product.id)),
    await stripe.checkout.sessions.create(purchase(product.id)),
  ];
  sandbox.stripe.pay(paid.id);
  sandbox.stripe.pay(lost.id);
  const [one, other] = sandbox.stripe.events().filter(({ type }) => type === 'checkout.session.completed');
  assert.equal(arrived.length, 0);
  const answers = await sandbox.stripe.deliver(one!.id, 5);
  assert.deepEqual(
    answers.map(({ status }) => status),
    [200, 200, 200, 200, 200],
  );
  sandbox.stripe.drop(other!.id);
  sandbox.stripe.resumeDeliveries();
  assert.deepEqual(
    sandbox.stripe.deliveries().map(({ state }) => state),
    ['delivered', 'dropped'],
  );
  await sandbox.stripe.deliver(other!.id);
  assert.equal(arrived.length, 6);
});

test('sandbox Stripe V4: a bank debit completes unpaid, and succeeds or fails later', async (t) => {
  const { sandbox, stripe, product } = await openSandbox(t);
  const outcomes = { succeeded: ['paid', 'succeeded'], failed: ['unpaid', 'requires_payment_method'] } as const;
  for (const [outcome, expected] of Object.entries(outcomes)) {
    const { id } = await stripe.checkout.sessions.create(purchase(product.id));
    sandbox.stripe.pay(id, 'delayed');
    const now = await stripe.checkout.sessions.retrieve(id);
    assert.deepEqual({ status: now.status, paymentStatus: now.payment_status }, { status: 'complete', paymentStatus: 'unpaid' });
    sandbox.stripe.settle(id, outcome as keyof typeof outcomes);
    const later = await stripe.checkout.sessions.retrieve(id);
    const intent = await stripe.paymentIntents.retrieve(String(later.payment_intent));
    assert.deepEqual([later.payment_status, intent.status], expected);
    assert.throws(() => sandbox.stripe.settle(id, 'succeeded'), /does not wait for a bank/);
  }
  const types = sandbox.stripe.events().map(({ type }) => type.replace('checkout.session.', ''));
  assert.deepEqual(types, ['completed', 'payment_intent.succeeded', 'async_payment_succeeded', 'completed', 'async_payment_failed']);
});

test('sandbox Stripe V4: an expired session says so and accepts no payment', async (t) => {
  const { sandbox, stripe, product } = await openSandbox(t);
  const session = await stripe.checkout.sessions.create(purchase(product.id));
  assert.equal((await stripe.checkout.sessions.expire(session.id)).status, 'expired');
  await assert.rejects(stripe.checkout.sessions.expire(session.id), { statusCode: 400 });
  assert.throws(() => sandbox.stripe.pay(session.id), /has expired/);
  assert.deepEqual(
    sandbox.stripe.events().map(({ type }) => type),
    ['checkout.session.expired'],
  );
});

test('sandbox Stripe V4: a test can change a session after its purchase', async (t) => {
  const { sandbox, stripe, product } = await openSandbox(t);
  const { id } = await stripe.checkout.sessions.create(purchase(product.id));
  sandbox.stripe.tamper(id, { amount_total: 1, currency: 'usd' });
  const { amount_total, currency } = await stripe.checkout.sessions.retrieve(id);
  assert.deepEqual({ amount_total, currency }, { amount_total: 1, currency: 'usd' });
});
