import assert from 'node:assert/strict';
import test, { after } from 'node:test';
import type { Output } from '../../api/contract/index.ts';
import type { CrashPoint } from '../../api/ports/index.ts';
import { freePort } from '../../demo-site/free-port.ts';
import { startSandbox } from '../../demo-site/sandbox/start.ts';
import { Agency } from '../support/agency.ts';
import { call } from '../support/call.ts';
import { type ApiProcess, dataFolder, platformKeyIn, ready, spawnApi } from '../support/process.ts';

const sandbox = await startSandbox({ port: 0, smtpPort: 0, retryGapMillis: 40 });
after(() => sandbox.close());
const dataDir = await dataFolder();
const env = {
  DATA_DIR: dataDir,
  PORT: String(await freePort()),
  LIVERY_SANDBOX: '1',
  STRIPE_API_URL: sandbox.url,
  SMTP_URL: sandbox.smtpUrl,
};

let api: ApiProcess = spawnApi(env);
await ready(api);
const input = {
  name: 'Crash',
  slug: 'crash-test',
  origins: ['https://crash.test'],
  plan: { centsPer100Credits: 4000, currency: 'EUR' },
  packages: [{ name: '100 credits', credits: 100_000, priceCents: 4000, currency: 'EUR' }],
};
const created = await call<Output<'agencies.create'>>(`${api.url}/v1/agencies.create`, { key: await platformKeyIn(dataDir), body: input });
const agency = new Agency({ url: api.url, origin: 'https://crash.test', keys: created.body.keys, id: created.body.id, slug: 'crash-test' });
await agency.connectStripe(sandbox, input.packages[0]);

/** Kills the API and starts it again. @param crashAt the point where the new process kills itself */
async function restart(crashAt: CrashPoint): Promise<void> {
  api.child.kill('SIGKILL');
  await api.ended;
  api = spawnApi({ ...env, LIVERY_CRASH_AT: crashAt });
  await ready(api);
}

const points: CrashPoint[] = [
  'webhook.verified',
  'webhook.read_back',
  'purchase.before_transfer',
  'purchase.after_transfer',
  'purchase.after_state',
];

for (const point of points) {
  test(`webhooks.stripe F06 P3: killed at ${point}, restarted and delivered again, a payment is credited once`, async () => {
    const page = await agency.openPage();
    await page.signUp();
    const { packages } = await page.call('credits.packages', {});
    const { sessionId, purchaseId } = await page.call('credits.checkout', { packageId: packages[0]?.id, returnUrl: page.returnUrl });
    await restart(point);
    sandbox.stripe.pay(sessionId);
    assert.equal((await api.ended).signal, 'SIGKILL', 'it killed itself at the point');
    api = spawnApi(env);
    await ready(api);
    const events = sandbox.stripe
      .events()
      .filter(({ type, data }) => type === 'checkout.session.completed' && (data.object as { id: string }).id === sessionId);
    const answers = (await Promise.all(events.map(({ id }) => sandbox.stripe.deliver(id, 3)))).flat();
    assert.deepEqual([...new Set(answers.map(({ status }) => status))], [200]);
    assert.equal((await page.balance()).available, 100_000);
    assert.equal((await page.call('credits.statement', {})).entries.length, 1);
    assert.equal((await page.call('purchases.read', { purchaseId })).state, 'paid');
  });
}

for (const point of ['checkout.after_intent', 'checkout.after_session'] as const) {
  test(`credits.checkout F10 P3: killed at ${point}, the same attempt ends with one purchase and one session`, async () => {
    const page = await agency.openPage();
    await page.signUp();
    const { packages } = await page.call('credits.packages', {});
    const before = sandbox.stripe.sessions().length;
    await restart(point);
    const order = { packageId: packages[0]?.id, returnUrl: page.returnUrl };
    await assert.rejects(page.try('credits.checkout', order, { 'idempotency-key': `${point.replace('.', '-')}-1` }));
    await api.ended;
    api = spawnApi(env);
    await ready(api);
    const { sessionId } = await repeatUntilDone(() =>
      page.try('credits.checkout', order, { 'idempotency-key': `${point.replace('.', '-')}-1` }),
    );
    assert.equal(sandbox.stripe.sessions().length, before + 1);
    sandbox.stripe.pay(sessionId);
    await sandbox.stripe.waitForDelivery(({ state }) => state === 'delivered');
    assert.equal((await page.balance()).available, 100_000);
  });
}

/** Repeats an attempt until the dead process's lease has expired. */
async function repeatUntilDone(
  send: () => Promise<{ status: number; body: Output<'credits.checkout'> }>,
): Promise<Output<'credits.checkout'>> {
  for (const deadline = performance.now() + 45_000; performance.now() < deadline; ) {
    const reply = await send();
    if (reply.status === 200) return reply.body;
    assert.equal(reply.status, 409, JSON.stringify(reply.body));
  }
  return assert.fail('the attempt was never finished');
}
