import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTransport } from 'nodemailer';
import type { Step } from '../../demo-site/sandbox/start.ts';
import { openEndpoint, openSandbox, purchase, sdkAt } from './open.ts';

/** Faults, each with the caller's result and the number of sessions afterwards. */
const answers: { step: Step; isSilent?: true; isKept?: true; meets: object; sessions: number }[] = [
  { step: '500', isKept: true, meets: { type: 'StripeAPIError', statusCode: 500 }, sessions: 0 },
  { step: '503', meets: { type: 'StripeAPIError', statusCode: 503 }, sessions: 0 },
  { step: '409', meets: { statusCode: 409, code: 'idempotency_key_in_use' }, sessions: 0 },
  { step: '429', meets: { type: 'StripeRateLimitError', statusCode: 429, code: 'rate_limit' }, sessions: 0 },
  { step: 'timeout', isSilent: true, meets: { type: 'StripeConnectionError' }, sessions: 0 },
  { step: 'hang', isSilent: true, meets: { type: 'StripeConnectionError' }, sessions: 1 },
  { step: 'drop-after-headers', meets: { type: 'StripeConnectionError' }, sessions: 1 },
  { step: 'html', meets: { type: 'StripeAPIError', message: /Invalid JSON/ }, sessions: 1 },
  { step: 'slow:1500', isSilent: true, meets: { type: 'StripeConnectionError' }, sessions: 1 },
];

for (const { step, isSilent, isKept, meets, sessions } of answers) {
  test(`sandbox faults V4: after ${step} the SDK fails, and ${sessions ? 'the work is done' : 'nothing is done'}`, async (t) => {
    const { sandbox, stripe, product } = await openSandbox(t);
    sandbox.faults.script([step]);
    const ask = (more: object = {}) => stripe.checkout.sessions.create(purchase(product.id), { idempotencyKey: 'pur_1', ...more });
    await assert.rejects(ask(isSilent ? { timeout: 500 } : {}), meets);
    assert.equal(sandbox.stripe.sessions().length, sessions);
    await ask(isKept && { idempotencyKey: 'pur_1.again' });
    assert.equal(sandbox.stripe.sessions().length, 1, 'the same key, the same session');
    assert.deepEqual(
      sandbox.faults.state().happened.map(({ kind, about }) => [kind, about]),
      [[step.split(':')[0], 'POST /v1/checkout/sessions']],
    );
  });
}

test("sandbox faults PX1: a provider's refusal has given words, a path and a count", async (t) => {
  const { sandbox, stripe } = await openSandbox(t);
  const declined = { type: 'card_error', code: 'card_declined', decline_code: 'do_not_honor', message: 'Your card was declined.' };
  const refused = { path: '/v1/payment_intents/*/capture', times: 2, how: { status: 402, body: { error: declined } } };
  sandbox.faults.add(refused);
  const capture = () => stripe.paymentIntents.capture('pi_unknown');
  for (const _ of [1, 2]) await assert.rejects(capture(), { ...declined, type: 'StripeCardError', statusCode: 402 });
  await assert.rejects(capture(), { code: 'resource_missing' }, 'and then no more');
  const reply = await fetch(`${sandbox.url}/sandbox/faults`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(refused),
  });
  assert.equal(reply.status, 200);
  await assert.rejects(capture(), { type: 'StripeCardError' });
  assert.deepEqual(
    sandbox.faults.state().happened.map(({ kind }) => kind),
    ['refused', 'refused', 'refused'],
  );
});

test('sandbox faults V4: the SDK repeats a request at once after a first reset, and fails after the second', async (t) => {
  const { sandbox, stripe } = await openSandbox(t);
  sandbox.faults.script(['reset', 'ok', 'reset', 'reset']);
  await stripe.balance.retrieve();
  await assert.rejects(stripe.balance.retrieve(), { type: 'StripeConnectionError' });
});

test('sandbox faults V4: garbage is JSON that is no object of Stripe, and varies', async (t) => {
  const { sandbox, account } = await openSandbox(t);
  sandbox.faults.script(['garbage-json', 'garbage-json', 'garbage-json', 'garbage-json', 'garbage-json']);
  const told = new Set<string>();
  for (let count = 0; count < 5; count++) {
    const reply = await fetch(`${sandbox.url}/v1/balance`, { headers: { authorization: `Bearer ${account.secretKey}` } });
    const text = await reply.text();
    assert.notEqual(JSON.parse(text)?.object, 'balance');
    told.add(text);
  }
  assert.equal(told.size, 5);
});

test('sandbox faults V4: a script runs in order, after faults by path, and a slow answer is complete', async (t) => {
  const { sandbox, account, product } = await openSandbox(t);
  const patient = sdkAt(sandbox.url, account.secretKey, { maxNetworkRetries: 2 });
  sandbox.stripe.failNext({ path: '/v1/products', how: '503' });
  sandbox.faults.script(['ok', 'slow:50', '503', 'reset']);
  assert.equal((await patient.products.retrieve(product.id)).id, product.id);
  const start = performance.now();
  assert.equal((await patient.balance.retrieve()).object, 'balance');
  assert.ok(performance.now() - start >= 49);
  assert.deepEqual(sandbox.faults.state().waiting, ['503', 'reset']);
  const session = await patient.checkout.sessions.create(purchase(product.id), { idempotencyKey: 'pur_1' });
  assert.deepEqual(
    sandbox.stripe.sessions().map(({ id }) => id),
    [session.id],
  );
  assert.deepEqual(
    sandbox.faults.state().happened.map(({ kind }) => kind),
    ['503', 'slow', '503', 'reset'],
  );
});

test('sandbox faults V4: webhooks arrive twice, late, in another order, or never', async (t) => {
  const { sandbox, stripe, product } = await openSandbox(t);
  const { arrived } = await openEndpoint(t, stripe, ['checkout.session.completed']);
  const paid = async () => {
    const { id } = await stripe.checkout.sessions.create(purchase(product.id));
    sandbox.stripe.pay(id);
    return id;
  };
  const comes = (count: number) => sandbox.stripe.waitForDelivery(() => arrived.length === count);
  const about = () => arrived.map(({ body }) => (JSON.parse(body) as { data: { object: { id: string } } }).data.object.id);
  sandbox.faults.script(['duplicate', 'lost', 'reorder', 'delivery-ok', 'delay:60']);
  const twice = comes(2);
  const doubled = await paid();
  await twice;
  const lost = await paid();
  const swapped = comes(4);
  const [overtaken, first] = [await paid(), await paid()];
  await swapped;
  assert.deepEqual(about(), [doubled, doubled, first, overtaken]);
  const late = comes(5);
  const start = performance.now();
  await paid();
  await late;
  assert.ok(performance.now() - start >= 59);
  const missed = await stripe.events.list({ delivery_success: false, type: 'checkout.session.completed' });
  assert.deepEqual(
    missed.data.map(({ data }) => (data.object as { id: string }).id),
    [lost],
  );
});

test('sandbox faults V4: a reordered event arrives even if no other follows', async (t) => {
  const { sandbox, stripe, product } = await openSandbox(t);
  const { arrived } = await openEndpoint(t, stripe, ['checkout.session.completed']);
  sandbox.faults.script(['reorder']);
  const { id } = await stripe.checkout.sessions.create(purchase(product.id));
  const delivered = sandbox.stripe.waitForDelivery(({ state }) => state === 'delivered');
  sandbox.stripe.pay(id);
  await delivered;
  assert.equal(arrived.length, 1);
});

test('sandbox faults V4: random faults repeat with their seed, which is logged', async (t) => {
  const runs: string[][] = [];
  for (const seed of [42, 42, 43]) {
    const lines: string[] = [];
    const { sandbox, stripe } = await openSandbox(t, { say: (line) => lines.push(line) });
    assert.equal(sandbox.faults.random({ seed, rate: 0.5, kinds: ['500', '503', '429', 'lost'] }), seed);
    for (let count = 0; count < 20; count++) await stripe.balance.retrieve().catch(() => undefined); // the fault is the point
    runs.push(sandbox.faults.state().happened.map(({ kind }) => kind));
    assert.deepEqual(lines, [`Sandbox: faults by chance, seed ${seed}, rate 0.5, kinds 500 503 429 lost.`]);
    sandbox.faults.calm();
    await stripe.balance.retrieve();
  }
  assert.deepEqual(runs[0], runs[1]);
  assert.notDeepEqual(runs[0], runs[2]);
  assert.ok(runs[0]!.length > 3 && runs[0]!.length < 17, `about half go wrong: ${runs[0]!.length} of 20`);
  assert.ok(!runs[0]!.includes('lost'), 'a delivery fault never meets a request');
});

test('sandbox faults V4: a mail is deferred, or its connection cut before or after its acceptance', async (t) => {
  const { sandbox } = await openSandbox(t);
  const send = () =>
    createTransport(sandbox.smtpUrl).sendMail({ from: 'a@b.test', to: 'ada@client.test', subject: 'Hello', text: 'Hello' });
  sandbox.faults.script(['mail-refused', 'mail-dropped', 'mail-unanswered', 'mail-ok']);
  await assert.rejects(send(), { responseCode: 451 });
  await assert.rejects(send());
  assert.equal(sandbox.mail.list().length, 0);
  await assert.rejects(send());
  assert.equal(sandbox.mail.list().length, 1);
  await send();
  assert.equal(sandbox.mail.list().length, 2);
});

test('sandbox faults V4: another process can write the script, in known words only', async (t) => {
  const { sandbox, stripe } = await openSandbox(t, { say: () => {} });
  const post = async (body: object, path = '') => {
    const headers = { 'content-type': 'application/json' };
    const reply = await fetch(`${sandbox.url}/sandbox/faults${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
    return {
      status: reply.status,
      body: (await reply.json()) as { waiting: string[]; random: { seed: number }; error: { message: string } },
    };
  };
  assert.deepEqual((await post({ script: ['429', 'lost'] })).body.waiting, ['429', 'lost']);
  await assert.rejects(stripe.balance.retrieve(), { statusCode: 429 });
  assert.equal((await post({ random: { seed: 7, rate: 1, kinds: ['503'] } })).body.random.seed, 7);
  await assert.rejects(stripe.balance.retrieve(), { statusCode: 503 });
  const state = (await (await fetch(`${sandbox.url}/sandbox/faults`)).json()) as { happened: { kind: string }[] };
  assert.deepEqual(
    state.happened.map(({ kind }) => kind),
    ['429', '503'],
  );
  assert.deepEqual((await post({}, '/calm')).body.waiting, []);
  await stripe.balance.retrieve();
  assert.equal((await post({ path: '/v1/balance', how: 'reset', times: 2 })).status, 200);
  await assert.rejects(stripe.balance.retrieve(), { type: 'StripeConnectionError' });
  for (const wrong of [
    { script: ['explode'] },
    { script: ['500:9'] },
    { script: 'x' },
    { random: { rate: 2, kinds: [] } },
    { path: '/v1', how: 'x' },
    { path: '/v1', how: { status: 200, body: {} } },
  ]) {
    const refused = await post(wrong);
    assert.equal(refused.status, 400, JSON.stringify(wrong));
    assert.ok(refused.body.error.message.endsWith('.'));
  }
});
