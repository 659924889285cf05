import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { createTransport } from 'nodemailer';
import { startSandbox } from '../../demo-site/sandbox/start.ts';
import { openEndpoint, openSandbox, purchase } from './open.ts';

const daySeconds = 24 * 3600;
const realSeconds = () => Date.now() / 1000;

test("sandbox clock V4: objects carry the sandbox's time, and signatures the real time", async (t) => {
  const { sandbox, stripe, product } = await openSandbox(t);
  const { arrived, secret } = await openEndpoint(t, stripe, ['checkout.session.completed']);
  assert.equal(sandbox.clock.advance(30 * daySeconds), 30 * daySeconds);
  const { id, created, expires_at } = await stripe.checkout.sessions.create(purchase(product.id));
  assert.ok(Math.abs(created - realSeconds() - 30 * daySeconds) < 5);
  assert.equal(expires_at, created + daySeconds);
  const delivered = sandbox.stripe.waitForDelivery(({ state }) => state === 'delivered');
  sandbox.stripe.pay(id);
  await delivered;
  const event = stripe.webhooks.constructEvent(arrived[0]!.body, arrived[0]!.signature, secret);
  assert.ok(Math.abs(event.created - created) < 5);
  await createTransport(sandbox.smtpUrl).sendMail({ from: 'a@b.test', to: 'ada@client.test', subject: 'Hello', text: 'Hello' });
  const { at } = await sandbox.mail.waitForMail('ada@client.test');
  assert.ok(Math.abs(Date.parse(at) - sandbox.clock.now().getTime()) < 5000);
});

test('sandbox clock V4: a session expires after a day', async (t) => {
  const { sandbox, stripe, product } = await openSandbox(t);
  const { id } = await stripe.checkout.sessions.create(purchase(product.id));
  sandbox.clock.advance(daySeconds - 60);
  assert.equal((await stripe.checkout.sessions.retrieve(id)).status, 'open');
  sandbox.clock.advance(60);
  assert.deepEqual(
    sandbox.stripe.events().map(({ type }) => type),
    ['checkout.session.expired'],
  );
  assert.throws(() => sandbox.stripe.pay(id), /has expired/);
});

test('sandbox clock V4: an idempotency key is forgotten after a day, and an event after thirty', async (t) => {
  const { sandbox, stripe, product } = await openSandbox(t);
  const ask = async () => (await stripe.checkout.sessions.create(purchase(product.id), { idempotencyKey: 'pur_1' })).id;
  const first = await ask();
  sandbox.clock.advance(daySeconds - 60);
  assert.equal(await ask(), first);
  sandbox.clock.advance(120);
  assert.notEqual(await ask(), first);
  assert.equal((await stripe.events.list()).data.length, 1);
  sandbox.clock.advance(30 * daySeconds);
  const { data } = await stripe.events.list({ type: 'checkout.session.expired' });
  assert.deepEqual(
    data.map(({ data: { object } }) => (object as { id: string }).id === first),
    [false],
  );
});

test('sandbox clock V4: another process can move it, and is notified of each move', async (t) => {
  const { sandbox } = await openSandbox(t);
  const post = async (body: object) => {
    const headers = { 'content-type': 'application/json' };
    const reply = await fetch(`${sandbox.url}/sandbox/clock`, { method: 'POST', headers, body: JSON.stringify(body) });
    return { status: reply.status, body: (await reply.json()) as { now: string; offsetSeconds: number } };
  };
  const stream = await fetch(`${sandbox.url}/sandbox/clock/moves`);
  const reader = stream.body!.pipeThrough(new TextDecoderStream()).getReader();
  const readMove = async () => JSON.parse((await reader.read()).value!.slice('data: '.length)) as object;
  assert.deepEqual(await readMove(), { offsetSeconds: 0 });
  assert.equal((await post({ advanceSeconds: 3600 })).body.offsetSeconds, 3600);
  assert.deepEqual(await readMove(), { offsetSeconds: 3600 });
  const { body } = await post({ offsetSeconds: -60 });
  assert.ok(Math.abs(Date.parse(body.now) - Date.now() + 60_000) < 5000);
  assert.deepEqual(await readMove(), { offsetSeconds: -60 });
  assert.equal((await post({ offsetSeconds: 0 })).body.offsetSeconds, 0);
  for (const wrong of [{}, { advanceSeconds: 1.5 }, { offsetSeconds: '1' }, { advanceSeconds: 1e12 }])
    assert.equal((await post(wrong)).status, 400);
  assert.equal(((await (await fetch(`${sandbox.url}/sandbox/clock`)).json()) as { offsetSeconds: number }).offsetSeconds, 0);
  await reader.cancel();
});

test('sandbox clock V4: its offset survives a restart', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'sandbox-'));
  t.after(() => rm(folder, { recursive: true }));
  const options = { port: 0, smtpPort: 0, stateFile: join(folder, 'sandbox.json') };
  const before = await startSandbox(options);
  before.clock.advance(3600);
  await before.close();
  const after = await startSandbox(options);
  assert.equal(after.clock.offsetSeconds, 3600);
  await after.close();
});
