import assert from 'node:assert/strict';
import { test } from 'node:test';
import type Stripe from 'stripe';
import type { SandboxOptions } from '../../demo-site/sandbox/start.ts';
import { openEndpoint, openSandbox, purchase } from './open.ts';

type Context = Parameters<typeof openSandbox>[0];

const daySeconds = 24 * 3600;

/** Opens a shop that captures a payment after delivery, with a customer who has authorized one. */
async function openHeld(t: Context, options: SandboxOptions = {}) {
  const opened = await openSandbox(t, options);
  const { sandbox, stripe, product } = opened;
  const { arrived } = await openEndpoint(t, stripe, ['*']);
  const data: Stripe.Checkout.SessionCreateParams = { payment_intent_data: { capture_method: 'manual' } };
  const { id } = await stripe.checkout.sessions.create(purchase(product.id, data));
  sandbox.stripe.pay(id);
  const session = () => stripe.checkout.sessions.retrieve(id);
  const intent = String((await session()).payment_intent);
  const types = () => sandbox.stripe.events().map(({ type }) => type as string);
  return { ...opened, id, intent, session, types, arrived };
}

test('sandbox Stripe N7: a payment is authorized first and captured later, once', async (t) => {
  const { stripe, intent, session, types } = await openHeld(t);
  const held = await stripe.paymentIntents.retrieve(intent, { expand: ['latest_charge'] });
  assert.deepEqual(
    {
      status: held.status,
      captureMethod: held.capture_method,
      amountCapturable: held.amount_capturable,
      amountReceived: held.amount_received,
      captured: (held.latest_charge as Stripe.Charge).captured,
    },
    { status: 'requires_capture', captureMethod: 'manual', amountCapturable: 1900, amountReceived: 0, captured: false },
  );
  assert.deepEqual(
    { status: (await session()).status, paymentStatus: (await session()).payment_status },
    { status: 'complete', paymentStatus: 'unpaid' },
  );
  assert.deepEqual(types(), ['payment_intent.amount_capturable_updated', 'checkout.session.completed']);
  const options = { idempotencyKey: 'ord_1.capture' };
  const taken = await stripe.paymentIntents.capture(intent, {}, options);
  const again = await stripe.paymentIntents.capture(intent, {}, options);
  assert.deepEqual(
    { status: taken.status, amountReceived: taken.amount_received, amountCapturable: taken.amount_capturable, id: again.id },
    { status: 'succeeded', amountReceived: 1900, amountCapturable: 0, id: taken.id },
  );
  assert.equal((await session()).payment_status, 'paid');
  assert.deepEqual(types().slice(2), ['charge.captured', 'payment_intent.succeeded']);
  await assert.rejects(stripe.paymentIntents.capture(intent), {
    statusCode: 400,
    code: 'payment_intent_unexpected_state',
    message: 'This PaymentIntent could not be captured because it has already been captured.',
  });
  await assert.rejects(stripe.paymentIntents.cancel(intent), { code: 'payment_intent_unexpected_state' });
  const refund = await stripe.refunds.create({ payment_intent: intent });
  assert.equal(refund.amount, 1900);
});

test('sandbox Stripe N7: a canceled authorization is reported as a refund of an uncaptured charge', async (t) => {
  const { stripe, sandbox, intent, session, types } = await openHeld(t);
  await assert.rejects(stripe.refunds.create({ payment_intent: intent }), {
    statusCode: 400,
    message: /You must cancel the PaymentIntent/,
  });
  const canceled = await stripe.paymentIntents.cancel(intent, { cancellation_reason: 'abandoned' });
  assert.deepEqual(
    { status: canceled.status, amountCapturable: canceled.amount_capturable, cancellationReason: canceled.cancellation_reason },
    { status: 'canceled', amountCapturable: 0, cancellationReason: 'abandoned' },
  );
  assert.equal((await session()).payment_status, 'unpaid');
  assert.deepEqual(types().slice(2), ['refund.created', 'charge.refunded', 'payment_intent.canceled']);
  const [charge] = sandbox.stripe.charges();
  assert.deepEqual(
    { captured: charge?.captured, amountRefunded: charge?.amount_refunded, amountCaptured: charge?.amount_captured },
    { captured: false, amountRefunded: 1900, amountCaptured: 0 },
  );
  await assert.rejects(stripe.paymentIntents.capture(intent), { message: /it has a status of canceled/ });
});

test('sandbox Stripe N7: an authorization that is not captured within seven days is canceled', async (t) => {
  const { stripe, sandbox, intent } = await openHeld(t);
  sandbox.clock.advance(7 * daySeconds - 60);
  assert.equal((await stripe.paymentIntents.retrieve(intent)).status, 'requires_capture');
  sandbox.clock.advance(61);
  const { status, cancellation_reason: reason } = await stripe.paymentIntents.retrieve(intent);
  assert.deepEqual({ status, reason }, { status: 'canceled', reason: 'automatic' });
});

test('sandbox Stripe N7: a part can be captured, and the rest is released', async (t) => {
  const { stripe, sandbox, intent } = await openHeld(t);
  await assert.rejects(stripe.paymentIntents.capture(intent, { amount_to_capture: 1901 }), { code: 'amount_too_large' });
  const taken = await stripe.paymentIntents.capture(intent, { amount_to_capture: 900 });
  assert.deepEqual(
    { amountReceived: taken.amount_received, amountCapturable: taken.amount_capturable },
    { amountReceived: 900, amountCapturable: 0 },
  );
  assert.deepEqual(
    { amountCaptured: sandbox.stripe.charges()[0]?.amount_captured, amountRefunded: sandbox.stripe.charges()[0]?.amount_refunded },
    { amountCaptured: 900, amountRefunded: 1000 },
  );
});

test('sandbox Stripe N7: a bank debit cannot be authorized only, and faults affect captures too', async (t) => {
  const { stripe, sandbox, product, intent } = await openHeld(t);
  const data: Stripe.Checkout.SessionCreateParams = { payment_intent_data: { capture_method: 'manual' } };
  const { id } = await stripe.checkout.sessions.create(purchase(product.id, data));
  assert.throws(() => sandbox.stripe.pay(id, 'delayed'), /cannot be authorised first/);
  sandbox.faults.add({ path: '/v1/payment_intents/*/capture', how: 'reset', done: true, times: 2 });
  await assert.rejects(stripe.paymentIntents.capture(intent), { type: 'StripeConnectionError' });
  assert.equal((await stripe.paymentIntents.retrieve(intent)).status, 'succeeded');
});
