import assert from 'node:assert/strict';
import { test } from 'node:test';
import type Stripe from 'stripe';
import { openEndpoint, openSandbox, purchase } from './open.ts';

/** Opens a paid session of 19 euros, with metadata on its payment. */
async function openPaid(t: Parameters<typeof openSandbox>[0], payment: 'card' | 'delayed' = 'card') {
  const opened = await openSandbox(t);
  const { sandbox, stripe, product } = opened;
  const { id } = await stripe.checkout.sessions.create(
    purchase(product.id, { payment_intent_data: { metadata: { purchase: 'pur_1' }, description: '100 credits' } }),
  );
  sandbox.stripe.pay(id, payment);
  if (payment === 'delayed') sandbox.stripe.settle(id, 'succeeded');
  const session = await stripe.checkout.sessions.retrieve(id, { expand: ['payment_intent.latest_charge'] });
  const intent = session.payment_intent as Stripe.PaymentIntent;
  const types = () => sandbox.stripe.events().map(({ type }) => type);
  return { ...opened, id, intent: intent.id, charge: intent.latest_charge as Stripe.Charge, types };
}

test('sandbox Stripe V4: a payment has a charge with its metadata, found by either id', async (t) => {
  const { stripe, intent, charge } = await openPaid(t);
  assert.deepEqual(
    {
      amount: charge.amount,
      amountRefunded: charge.amount_refunded,
      refunded: charge.refunded,
      disputed: charge.disputed,
      paymentIntent: charge.payment_intent,
      metadata: { ...charge.metadata },
    },
    { amount: 1900, amountRefunded: 0, refunded: false, disputed: false, paymentIntent: intent, metadata: { purchase: 'pur_1' } },
  );
  assert.equal((await stripe.charges.retrieve(charge.id)).description, '100 credits');
  assert.deepEqual(
    (await stripe.charges.list({ payment_intent: intent })).data.map(({ id }) => id),
    [charge.id],
  );
  assert.deepEqual((await stripe.charges.list({ payment_intent: 'pi_none' })).data, []);
});

test('sandbox Stripe V4: partial refunds add up to the payment at most', async (t) => {
  const { stripe, intent, charge, types } = await openPaid(t);
  const first = await stripe.refunds.create({
    payment_intent: intent,
    amount: 700,
    reason: 'requested_by_customer',
    metadata: { why: 'x' },
  });
  assert.deepEqual(
    { status: first.status, amount: first.amount, charge: first.charge, metadata: { ...first.metadata } },
    { status: 'succeeded', amount: 700, charge: charge.id, metadata: { why: 'x' } },
  );
  const partly = await stripe.charges.retrieve(charge.id, { expand: ['refunds'] });
  assert.deepEqual(
    { amountRefunded: partly.amount_refunded, refunded: partly.refunded, data: partly.refunds?.data.length },
    { amountRefunded: 700, refunded: false, data: 1 },
  );
  const tooMuch = stripe.refunds.create({ payment_intent: intent, amount: 1201 });
  const message = 'Refund amount (€12.01) is greater than unrefunded amount on charge (€12.00)';
  await assert.rejects(tooMuch, { statusCode: 400, param: 'amount', message });
  const rest = await stripe.refunds.create({ charge: charge.id });
  assert.equal(rest.amount, 1200);
  assert.equal((await stripe.charges.retrieve(charge.id)).refunded, true);
  await assert.rejects(stripe.refunds.create({ payment_intent: intent }), { statusCode: 400, code: 'charge_already_refunded' });
  assert.deepEqual(
    (await stripe.refunds.list({ payment_intent: intent })).data.map(({ id }) => id),
    [rest.id, first.id],
  );
  assert.equal((await stripe.refunds.retrieve(first.id)).amount, 700);
  assert.deepEqual(types().slice(2), ['refund.created', 'charge.refunded', 'refund.created', 'charge.refunded']);
});

test('sandbox Stripe V4: a succeeded refund can fail later, and then no longer counts', async (t) => {
  const { sandbox, stripe, intent, charge, types } = await openPaid(t);
  const refund = await stripe.refunds.create({ payment_intent: intent });
  assert.equal(sandbox.stripe.failRefund(refund.id).status, 'failed');
  const now = await stripe.refunds.retrieve(refund.id);
  assert.deepEqual({ status: now.status, failureReason: now.failure_reason }, { status: 'failed', failureReason: 'lost_or_stolen_card' });
  const after = await stripe.charges.retrieve(charge.id);
  assert.deepEqual({ amountRefunded: after.amount_refunded, refunded: after.refunded }, { amountRefunded: 0, refunded: false });
  assert.deepEqual(types().slice(-2), ['refund.updated', 'refund.failed']);
  assert.throws(() => sandbox.stripe.failRefund(refund.id), /has failed already/);
  assert.equal((await stripe.refunds.create({ payment_intent: intent })).amount, 1900);
});

test('sandbox Stripe V4: the refund of a bank debit is pending until the bank decides', async (t) => {
  const { sandbox, stripe, intent, types } = await openPaid(t, 'delayed');
  const refund = await stripe.refunds.create({ payment_intent: intent, amount: 900 });
  assert.deepEqual({ status: refund.status, pendingReason: refund.pending_reason }, { status: 'pending', pendingReason: 'processing' });
  sandbox.stripe.settleRefund(refund.id);
  assert.equal((await stripe.refunds.retrieve(refund.id)).status, 'succeeded');
  assert.equal(types().at(-1), 'refund.updated');
  assert.throws(() => sandbox.stripe.settleRefund(refund.id), /not pending but succeeded/);
});

test('sandbox Stripe V4: a repeated refund with the same key returns the money once', async (t) => {
  const { sandbox, stripe, intent } = await openPaid(t);
  const ask = () => stripe.refunds.create({ payment_intent: intent, amount: 500 }, { idempotencyKey: 'refund_1' });
  assert.equal((await ask()).id, (await ask()).id);
  assert.equal(sandbox.stripe.charges()[0]?.amount_refunded, 500);
});

test('sandbox Stripe V4: a dispute withdraws the money, which returns only if it is won', async (t) => {
  const { sandbox, stripe, id, intent, charge, types } = await openPaid(t);
  const { id: disputeId } = sandbox.stripe.dispute(id);
  const open = await stripe.disputes.retrieve(disputeId);
  assert.deepEqual(
    { status: open.status, amount: open.amount, charge: open.charge, balanceChange: open.balance_transactions[0]?.amount },
    { status: 'needs_response', amount: 1900, charge: charge.id, balanceChange: -1900 },
  );
  assert.equal((await stripe.charges.retrieve(charge.id)).disputed, true);
  await assert.rejects(stripe.refunds.create({ payment_intent: intent }), { statusCode: 400, code: 'charge_disputed' });
  sandbox.stripe.closeDispute(disputeId, 'won');
  const won = await stripe.disputes.retrieve(disputeId, { expand: ['charge'] });
  assert.deepEqual(
    { status: won.status, balanceTransactions: won.balance_transactions.map(({ amount }) => amount) },
    { status: 'won', balanceTransactions: [-1900, 1900] },
  );
  assert.throws(() => sandbox.stripe.closeDispute(disputeId, 'lost'), /closed already/);
  assert.equal((await stripe.refunds.create({ payment_intent: intent })).status, 'succeeded');
  assert.deepEqual(types().slice(2, 6), [
    'charge.dispute.created',
    'charge.dispute.funds_withdrawn',
    'charge.dispute.funds_reinstated',
    'charge.dispute.closed',
  ]);
});

test('sandbox Stripe V4: a dispute covers the unrefunded amount, and is listed by payment', async (t) => {
  const { sandbox, stripe, id, intent, charge, types } = await openPaid(t);
  sandbox.stripe.refund(id, 900);
  const dispute = sandbox.stripe.dispute(id);
  assert.equal(dispute.amount, 1000);
  sandbox.stripe.closeDispute(dispute.id, 'lost');
  assert.equal(types().at(-1), 'charge.dispute.closed');
  assert.equal(types().includes('charge.dispute.funds_reinstated'), false);
  for (const filter of [{ payment_intent: intent }, { charge: charge.id }]) {
    assert.deepEqual(
      (await stripe.disputes.list(filter)).data.map(({ id: found, status }) => [found, status]),
      [[dispute.id, 'lost']],
    );
  }
  assert.deepEqual((await stripe.disputes.list({ charge: 'ch_none' })).data, []);
});

test('sandbox Stripe V4: refunds and disputes can be made by another process, and are delivered', async (t) => {
  const { sandbox, stripe, id } = await openPaid(t);
  const { arrived, secret } = await openEndpoint(t, stripe, ['refund.created', 'charge.dispute.closed']);
  const post = async (path: string, body: object = {}) => {
    const headers = { 'content-type': 'application/json' };
    const reply = await fetch(`${sandbox.url}/sandbox${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
    return {
      status: reply.status,
      body: (await reply.json()) as { id: string; amount: number; status: string; error?: { message: string } },
    };
  };
  const delivered = sandbox.stripe.waitForDelivery(({ eventType, state }) => eventType === 'refund.created' && state === 'delivered');
  const refund = await post(`/sessions/${id}/refund`, { amount: 400, status: 'pending' });
  assert.deepEqual(
    { httpStatus: refund.status, amount: refund.body.amount, status: refund.body.status },
    { httpStatus: 200, amount: 400, status: 'pending' },
  );
  await delivered;
  const event = stripe.webhooks.constructEvent(arrived[0]!.body, arrived[0]!.signature, secret);
  assert.equal((event.data.object as Stripe.Refund).id, refund.body.id);
  assert.equal((await post(`/refunds/${refund.body.id}/fail`)).body.status, 'failed');
  const dispute = await post(`/sessions/${id}/dispute`);
  const closed = sandbox.stripe.waitForDelivery(({ eventType, state }) => eventType === 'charge.dispute.closed' && state === 'delivered');
  assert.equal((await post(`/disputes/${dispute.body.id}/close`, { outcome: 'lost' })).body.status, 'lost');
  await closed;
  assert.equal((await post('/refunds/re_none/fail')).status, 404);
  assert.equal((await post(`/sessions/${id}/refund`, { amount: 1.5 })).status, 400);
});

test('sandbox Stripe V4: impossible refunds are refused', async (t) => {
  const { sandbox, stripe, product, intent, charge } = await openPaid(t);
  const { id: unpaid } = await stripe.checkout.sessions.create(purchase(product.id));
  assert.throws(() => sandbox.stripe.refund(unpaid), /not paid/);
  await assert.rejects(stripe.refunds.create({}), { statusCode: 400, message: /payment_intent or charge/ });
  await assert.rejects(stripe.refunds.create({ payment_intent: 'pi_none' }), { statusCode: 400, code: 'resource_missing' });
  await assert.rejects(stripe.refunds.create({ charge: charge.id, amount: 0 }), { code: 'parameter_invalid_integer' });
  await assert.rejects(stripe.refunds.create({ payment_intent: intent, amount: 1901 }), {
    message: /greater than charge amount \(€19.00\)/,
  });
  await assert.rejects(stripe.refunds.create({ charge: charge.id, refund_application_fee: true }), { message: /does not support/ });
});

test('sandbox Stripe P20 V4: sessions and events since a time are listed page by page', async (t) => {
  const { sandbox, stripe, product } = await openSandbox(t);
  await stripe.webhookEndpoints.create({ url: 'http://127.0.0.1:1/hook', enabled_events: ['checkout.session.completed'] });
  sandbox.stripe.pauseDeliveries();
  const paid: string[] = [];
  for (let count = 0; count < 5; count++) {
    const { id } = await stripe.checkout.sessions.create(purchase(product.id));
    sandbox.stripe.pay(id);
    paid.unshift(id);
  }
  const since = { gte: Math.floor(Date.now() / 1000) - 3600 };
  const sessions: string[] = [];
  for await (const { id } of stripe.checkout.sessions.list({ created: since, status: 'complete', limit: 2 })) sessions.push(id);
  assert.deepEqual(sessions, paid);
  const missed: string[] = [];
  const types: Stripe.EventListParams['types'] = ['checkout.session.completed', 'refund.created'];
  for await (const event of stripe.events.list({ delivery_success: false, created: since, types, limit: 2 }))
    missed.push((event.data.object as { id: string }).id);
  assert.deepEqual(missed, paid);
  assert.deepEqual((await stripe.events.list({ delivery_success: false, type: 'payment_intent.succeeded' })).data, []);
  assert.deepEqual((await stripe.checkout.sessions.list({ created: { gte: since.gte + 7200 } })).data, []);
});
