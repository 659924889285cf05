import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { Output } from '../../api/contract/index.ts';
import { makeKeys } from '../../api/security/keys.ts';
import { freePort } from '../../demo-site/free-port.ts';
import { startSandbox } from '../../demo-site/sandbox/start.ts';
import { Agency } from '../support/agency.ts';
import { call, type Reply } from '../support/call.ts';
import { openEngine } from '../support/engine.ts';
import type { Page } from '../support/page.ts';
import { type ApiProcess, dataFolder, ready, spawnApi } from '../support/process.ts';
import { until } from '../support/until.ts';

/** Stripe's delay. The waiting process is killed within it. */
const SLOW_MS = 6_000;
const SESSIONS = '/v1/checkout/sessions';

const engine = await openEngine();
after(() => engine.close());
const sandbox = await startSandbox({ port: 0, smtpPort: 0, retryGapMillis: 50 });
after(() => sandbox.close());
const keys = await makeKeys();

async function startProcess(): Promise<ApiProcess> {
  const api = spawnApi({
    PORT: String(await freePort()),
    DATA_DIR: await dataFolder(),
    MONGODB_URI: engine.uri,
    LIVERY_KEYS: JSON.stringify(keys),
    PUBLIC_URL: 'https://api.attempts.test', // one service, whichever process answers
    LIVERY_SANDBOX: '1',
    STRIPE_API_URL: sandbox.url,
    SMTP_URL: sandbox.smtpUrl,
    LOG_LEVEL: 'silent',
  });
  await ready(api);
  return api;
}

const [one, other] = await Promise.all([startProcess(), startProcess()]);
const first = { name: '100 credits', credits: 100_000, priceCents: 4000, currency: 'EUR' } as const;
const settings = {
  name: 'Attempts',
  slug: 'attempts',
  origins: ['https://attempts.test'],
  plan: { centsPer100Credits: 4000, currency: 'EUR' },
  packages: [first],
};
const created = await call<Output<'agencies.create'>>(`${one.url}/v1/agencies.create`, { key: keys.platformKey, body: settings });
const about = { origin: 'https://attempts.test', keys: created.body.keys, id: created.body.id, slug: 'attempts' };
const agency = new Agency({ url: one.url, ...about });
await agency.connectStripe(sandbox, first);
const packageId = (await agency.call('agency.read', {})).packages[0]?.id ?? '';

type Bought = Output<'credits.checkout'>;
/** Sends one buyer's attempt to either process. */
const buy = (page: Page, { url }: ApiProcess, attempt: string): Promise<Reply<Bought>> =>
  call(`${url}/v1/credits.checkout?key=${agency.keys.test.publishable}`, {
    key: page.token,
    origin: agency.origin,
    body: { packageId, returnUrl: page.returnUrl },
    headers: { 'idempotency-key': attempt },
  });
const countQuestions = () => sandbox.faults.state().happened.filter(({ about }) => about === `POST ${SESSIONS}`).length;

async function openBuyer(): Promise<Page> {
  const page = await agency.openPage();
  await page.signUp();
  return page;
}

test('credits.checkout SX42: an attempt that takes longer than its lease, sent six times to two processes, runs once', async () => {
  const page = await openBuyer();
  // Stripe never answers the first request, so the attempt outlasts its lease of 5 s.
  sandbox.faults.add({ path: SESSIONS, method: 'POST', how: 'timeout' });
  sandbox.faults.add({ path: SESSIONS, method: 'POST', how: 'slow', millis: 1, times: 10 });
  const sessionsBefore = sandbox.stripe.sessions().length;
  const replies = await Promise.all([one, other, one, other, one, other].map((api) => buy(page, api, 'slow-attempt')));
  sandbox.faults.calm();
  assert.deepEqual([...new Set(replies.map(({ status }) => status))], [200]);
  assert.equal(new Set(replies.map(({ body }) => body.sessionId)).size, 1);
  assert.equal(replies.filter(({ headers }) => headers.get('idempotent-replayed') === 'true').length, 5);
  assert.equal(countQuestions(), 2, 'one process asks, and repeats its request once');
  assert.equal(sandbox.stripe.sessions().length, sessionsBefore + 1);
});

test('credits.checkout SX42: an attempt whose process died is finished by another process, as one purchase', async () => {
  const page = await openBuyer();
  const [askedBefore, sessionsBefore] = [countQuestions(), sandbox.stripe.sessions().length];
  sandbox.faults.add({ path: SESSIONS, method: 'POST', how: 'slow', millis: SLOW_MS });
  const lost = assert.rejects(buy(page, one, 'lost-attempt'));
  await until(async () => countQuestions() > askedBefore, 'the request to Stripe');
  one.child.kill('SIGKILL');
  await lost;
  const { status, body } = await buy(page, other, 'lost-attempt');
  assert.equal(status, 200);
  sandbox.stripe.pay(body.sessionId);
  assert.equal(sandbox.stripe.sessions().length, sessionsBefore + 1);
});
