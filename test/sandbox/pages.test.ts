import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openEndpoint, openSandbox, purchase } from './open.ts';

/** Submits the form of the hosted page as a browser does. */
const submitForm = (url: string, fields: Record<string, string>) =>
  fetch(url, { method: 'POST', body: new URLSearchParams(fields), redirect: 'manual' });

test('sandbox Checkout page V4: a payment by card leads back to the shop with the session id', async (t) => {
  const { stripe, product } = await openSandbox(t);
  const session = await stripe.checkout.sessions.create(purchase(product.id));
  const page = await (await fetch(session.url!)).text();
  assert.match(page, /€19\.00/);
  assert.match(page, /Calling credits/);
  assert.match(page, /data-action="pay"/);
  assert.match(page, /href="http:\/\/shop\.test\/back"/);
  const reply = await submitForm(session.url!, { method: 'card', number: '4242 4242 4242 4242', email: 'ada@client.test' });
  assert.equal(reply.status, 303);
  assert.equal(reply.headers.get('location'), `http://shop.test/done?session=${session.id}#bought`);
  const paid = await stripe.checkout.sessions.retrieve(session.id);
  assert.deepEqual(
    { status: paid.status, paymentStatus: paid.payment_status, email: paid.customer_details?.email },
    { status: 'complete', paymentStatus: 'paid', email: 'ada@client.test' },
  );
});

test('sandbox Checkout page V4: a declined card says so and leaves the session open', async (t) => {
  const { stripe, product } = await openSandbox(t);
  const session = await stripe.checkout.sessions.create(purchase(product.id));
  for (const fields of [{ method: 'declined' }, { method: 'card', number: '4000 0000 0000 0002' }]) {
    const reply = await submitForm(session.url!, fields);
    assert.equal(reply.status, 402);
    assert.match(await reply.text(), /Your card was declined/);
  }
  assert.equal((await stripe.checkout.sessions.retrieve(session.id)).status, 'open');
  assert.equal((await submitForm(session.url!, { method: 'bank' })).status, 303);
  assert.equal((await stripe.checkout.sessions.retrieve(session.id)).payment_status, 'unpaid');
});

test('sandbox Checkout page V4: a paid session accepts no second payment', async (t) => {
  const { sandbox, stripe, product } = await openSandbox(t);
  const session = await stripe.checkout.sessions.create(purchase(product.id));
  const replies = await Promise.all([submitForm(session.url!, { method: 'card' }), submitForm(session.url!, { method: 'card' })]);
  assert.deepEqual(replies.map(({ status }) => status).sort(), [303, 410]);
  assert.equal(sandbox.stripe.events().filter(({ type }) => type === 'checkout.session.completed').length, 1);
  assert.match(await (await fetch(session.url!)).text(), /already paid/);
});

test('sandbox Checkout page V4: names with markup stay text', async (t) => {
  const { sandbox, stripe } = await openSandbox(t);
  const product = await stripe.products.create({ name: `<script>alert(1)</script> & "more"` });
  const session = await stripe.checkout.sessions.create(purchase(product.id, { customer_email: `"><b>@client.test` }));
  const bare = await (await fetch(session.url!)).text();
  assert.doesNotMatch(bare, /<script>|<b>/);
  assert.match(bare, /&lt;script&gt;alert\(1\)&lt;\/script&gt; &amp; &quot;more&quot;/);
  const control = await (await fetch(sandbox.url)).text();
  assert.doesNotMatch(control, /<b>/);
});

test('sandbox control page V4: another process can act as the bank and resend an event', async (t) => {
  const { sandbox, stripe, product } = await openSandbox(t);
  const { arrived } = await openEndpoint(t, stripe, ['checkout.session.async_payment_succeeded']);
  const { id } = await stripe.checkout.sessions.create(purchase(product.id));
  const post = (path: string, body: object = {}) =>
    fetch(`${sandbox.url}/sandbox${path}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
  assert.equal((await post(`/sessions/${id}/pay`, { payment: 'delayed' })).status, 200);
  assert.match(await (await fetch(sandbox.url)).text(), /data-action="bank-confirms"/);
  const delivered = sandbox.stripe.waitForDelivery(({ state }) => state === 'delivered');
  assert.equal((await post(`/sessions/${id}/settle`, { outcome: 'succeeded' })).status, 200);
  const { eventId } = await delivered;
  assert.deepEqual(
    ((await (await post(`/events/${eventId}/deliver`)).json()) as { status: number }[]).map(({ status }) => status),
    [200],
  );
  assert.equal(arrived.length, 2);
  assert.equal((await post('/sessions/cs_none/pay')).status, 404);
  assert.equal((await post(`/sessions/${id}/pay`)).status, 400);
  assert.equal((await post('/accounts', {})).status, 400);
  const plain = await fetch(`${sandbox.url}/sandbox/accounts`, { method: 'POST', body: '{"name":"x"}' });
  assert.equal(plain.status, 415, 'what another site could send without asking');
});
