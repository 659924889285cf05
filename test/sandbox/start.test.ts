import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { createTransport } from 'nodemailer';
import { startSandbox } from '../../demo-site/sandbox/start.ts';
import { openEndpoint, openSandbox, purchase, sdkAt } from './open.ts';
import { twilioAt } from './twilio-sdk.ts';

test('sandbox start V4: a restart keeps everything, and delivers waiting events', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'sandbox-'));
  t.after(() => rm(folder, { recursive: true }));
  const stateFile = join(folder, 'sandbox.json');
  const before = await openSandbox(t, { stateFile });
  const { arrived } = await openEndpoint(t, before.stripe, ['checkout.session.completed']);
  before.sandbox.stripe.pauseDeliveries();
  const session = await before.stripe.checkout.sessions.create(purchase(before.product.id), { idempotencyKey: 'pur_1' });
  before.sandbox.stripe.pay(session.id);
  await createTransport(before.sandbox.smtpUrl).sendMail({ from: 'a@b.test', to: 'ada@client.test', subject: 'Hello', text: 'Hello' });
  const twilio = before.sandbox.twilio.createAccount('Northwind Voice');
  before.sandbox.trunk.set({ behaviour: 'silent' });
  await before.sandbox.close();
  assert.equal((await stat(stateFile)).mode & 0o777, 0o600);
  assert.deepEqual(await readdir(folder), ['sandbox.json']);

  const after = await startSandbox({ port: 0, smtpPort: 0, stateFile });
  await after.stripe.waitForDelivery(({ state }) => state === 'delivered');
  assert.equal(arrived.length, 1);
  const stripe = sdkAt(after.url, before.account.secretKey);
  assert.equal((await stripe.checkout.sessions.retrieve(session.id)).payment_status, 'paid');
  const again = await stripe.checkout.sessions.create(purchase(before.product.id), { idempotencyKey: 'pur_1' });
  assert.equal(again.id, session.id);
  assert.equal((await after.mail.waitForMail('ada@client.test')).subject, 'Hello');
  assert.equal((await twilioAt(after.twilioUrl, twilio).incomingPhoneNumbers.list()).length, 3);
  assert.equal(after.trunk.state().behaviour, 'silent');
  await after.close();
});

test('sandbox start V4: a state stored before refunds and the clock existed is loaded', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'sandbox-'));
  t.after(() => rm(folder, { recursive: true }));
  const stateFile = join(folder, 'sandbox.json');
  const before = await openSandbox(t, { stateFile });
  await before.sandbox.close();
  const state = JSON.parse(await readFile(stateFile, 'utf8')) as {
    clock?: object;
    vaults: { charges?: object; refunds?: object; disputes?: object }[];
  };
  delete state.clock;
  for (const vault of state.vaults) {
    delete vault.charges;
    delete vault.refunds;
    delete vault.disputes;
  }
  await writeFile(stateFile, JSON.stringify(state));
  const after = await startSandbox({ port: 0, smtpPort: 0, stateFile });
  const stripe = sdkAt(after.url, before.account.secretKey);
  const { id } = await stripe.checkout.sessions.create(purchase(before.product.id));
  after.stripe.pay(id);
  assert.equal(after.stripe.refund(id).amount, 1900);
  assert.equal(after.clock.offsetSeconds, 0);
  await after.close();
});

test('sandbox start V4: a taken port and a damaged state are refused in one sentence', async (t) => {
  const { sandbox } = await openSandbox(t);
  const port = Number(new URL(sandbox.url).port);
  const smtpPort = Number(new URL(sandbox.smtpUrl).port);
  await assert.rejects(startSandbox({ port, smtpPort: 0 }), {
    message: `Port ${port} is taken by another program; set SANDBOX_PORT to a free one.`,
  });
  await assert.rejects(startSandbox({ port: 0, smtpPort }), {
    message: `Port ${smtpPort} is taken by another program; set SANDBOX_SMTP_PORT to a free one.`,
  });
  const { port: sipPort } = sandbox.sip;
  await assert.rejects(startSandbox({ port: 0, smtpPort: 0, sipPort }), {
    message: `Port ${sipPort} is taken by another program; set SANDBOX_SIP_PORT to a free one.`,
  });
  const folder = await mkdtemp(join(tmpdir(), 'sandbox-'));
  t.after(() => rm(folder, { recursive: true }));
  const stateFile = join(folder, 'sandbox.json');
  await writeFile(stateFile, '{"accounts":');
  await assert.rejects(startSandbox({ port: 0, smtpPort: 0, stateFile }), {
    message: `The sandbox cannot read its state in ${stateFile}; delete the file to start anew.`,
  });
});

test('sandbox start V4: it closes at once, whatever waits or listens', async (t) => {
  const { sandbox, stripe, product } = await openSandbox(t, { retryGapMillis: 60_000 });
  await openEndpoint(t, stripe, ['*'], [500]);
  const { id } = await stripe.checkout.sessions.create(purchase(product.id));
  const tried = sandbox.stripe.waitForDelivery(() => true);
  sandbox.stripe.pay(id);
  await fetch(`${sandbox.url}/mail/arrivals`);
  await tried;
  const start = performance.now();
  await sandbox.close();
  assert.ok(performance.now() - start < 1000);
});
