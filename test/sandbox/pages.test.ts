import assert from 'node:assert/strict';
import { test } from 'node:test';
import type Stripe from 'stripe';
import { openEndpoint, openSandbox, purchase } from './open.ts';

const filledIn = {
  email: 'ada@client.test',
  number: '4242 4242 4242 4242',
  expires: '12 / 40',
  code: '123',
  account: 'DE89370400440532013000',
};

/** Submits the form of the hosted page as a browser does: every field, with what is filled in beforehand. */
const submitForm = (url: string, fields: Record<string, string>) =>
  fetch(url, { method: 'POST', body: new URLSearchParams({ ...filledIn, ...fields }), redirect: 'manual' });

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

const inForm = [
  [{ number: '' }, 'number', 'Your card number is incomplete.'],
  [{ number: '4242 4242 4242' }, 'number', 'Your card number is incomplete.'],
  [{ number: '3782 822463 1000' }, 'number', 'Your card number is incomplete.'],
  [{ number: '4242 4242 4242 4241' }, 'number', 'Your card number is invalid.'],
  [{ expires: '' }, 'expires', "Your card's expiration date is incomplete."],
  [{ expires: '13 / 40' }, 'expires', "Your card's expiration date is incomplete."],
  [{ expires: '12 / 20' }, 'expires', "Your card's expiration year is in the past."],
  [{ expires: '11 / 30' }, 'expires', "Your card's expiration date is in the past."],
  [{ expires: '12 / 99' }, 'expires', "Your card's expiration year is invalid."],
  [{ code: '' }, 'code', "Your card's security code is incomplete."],
  [{ code: '12' }, 'code', "Your card's security code is incomplete."],
  [{ number: '3782 822463 10005' }, 'code', "Your card's security code is incomplete."],
  [{ email: '' }, 'email', 'Your email is invalid.'],
  [{ method: 'bank', account: ' ' }, 'account', 'The IBAN you entered is incomplete.'],
] as const;

const atTheBank = [
  ['4000 0000 0000 0002', 'number', 'Your card was declined.'],
  ['4000 0000 0000 9995', 'number', 'Your card has insufficient funds.'],
  ['4000 0000 0000 0069', 'expires', 'Your card has expired.'],
  ['4000 0000 0000 0127', 'code', "Your card's security code is incorrect."],
  ['4000 0000 0000 0119', 'number', 'An error occurred while processing your card. Try again in a little bit.'],
  ['4111 1111 1111 1111', 'number', 'Your request was in test mode, but used a non test (live) card.'],
] as const;

test("sandbox Checkout page V4: what is blank, incomplete or expired, and Stripe's declining cards, are refused", async (t) => {
  const { sandbox, stripe, product } = await openSandbox(t);
  await fetch(`${sandbox.url}/sandbox/clock`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ offsetSeconds: Math.round((Date.parse('2030-12-15T00:00:00Z') - Date.now()) / 1000) }),
  });
  const session = await stripe.checkout.sessions.create(purchase(product.id));
  const refused = [...inForm, ...atTheBank.map(([number, field, sentence]) => [{ number }, field, sentence] as const)];
  for (const [fields, field, sentence] of refused) {
    const reply = await submitForm(session.url!, { method: 'card', ...fields });
    const page = await reply.text();
    assert.equal(reply.status, 402, `${JSON.stringify(fields)} is refused`);
    assert.ok(page.replaceAll('&#39;', "'").includes(sentence), `${JSON.stringify(fields)}: ${sentence}`);
    assert.match(page, new RegExp(`<input name="${field}"[^>]* aria-invalid="true" aria-describedby="problem"`), field);
    const typed = Object.entries(fields)[0]![1];
    if (typed !== 'bank') assert.ok(page.includes(`value="${typed}"`), `${typed} stays`);
  }
  assert.equal((await stripe.checkout.sessions.retrieve(session.id)).status, 'open');
});

test('sandbox Checkout page V4: the test cards that pay leave their brand and last digits at the charge', async (t) => {
  const { stripe, product } = await openSandbox(t);
  for (const [number, code, brand, last4] of [
    ['4242 4242 4242 4242', '123', 'visa', '4242'],
    ['5555555555554444', '123', 'mastercard', '4444'],
    ['3782 822463 10005', '1234', 'amex', '0005'],
    ['4000 0000 0000 0259', '123', 'visa', '0259'],
  ] as const) {
    const session = await stripe.checkout.sessions.create(purchase(product.id));
    assert.equal((await submitForm(session.url!, { method: 'card', number, code, expires: '01/2041' })).status, 303, number);
    const { payment_intent: intent } = await stripe.checkout.sessions.retrieve(session.id, { expand: ['payment_intent.latest_charge'] });
    const charge = Object(Object(intent).latest_charge) as Stripe.Charge;
    const card = charge.payment_method_details?.card;
    const kept = { brand: card?.brand, last4: card?.last4, month: card?.exp_month, year: card?.exp_year };
    assert.deepEqual(kept, { brand, last4, month: 1, year: 2041 });
  }
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
