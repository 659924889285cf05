import assert from 'node:assert/strict';
import test, { after } from 'node:test';
import type { Output } from '../../api/contract/index.ts';
import type { CrashPoint } from '../../api/ports/index.ts';
import { freePort } from '../../demo-site/free-port.ts';
import { startSandbox } from '../../demo-site/sandbox/start.ts';
import { Agency } from '../support/agency.ts';
import { call } from '../support/call.ts';
import type { Page } from '../support/page.ts';
import { type ApiProcess, dataFolder, platformKeyIn, ready, spawnApi } from '../support/process.ts';
import { until } from '../support/until.ts';

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
  slug: 'order-crash',
  origins: ['https://crash.test'],
  plan: { centsPer100Credits: 4000, currency: 'EUR' },
};
const created = await call<Output<'agencies.create'>>(`${api.url}/v1/agencies.create`, { key: await platformKeyIn(dataDir), body: input });
const agency = new Agency({ url: api.url, origin: 'https://crash.test', keys: created.body.keys, id: created.body.id, slug: input.slug });
await agency.connectStripe(sandbox, undefined);
const large = { name: 'Large', centsPer100Credits: 3000, currency: 'EUR', priceMillis: 30_000 } as const;
const planId = (await agency.call('agency.update', { plans: [large] })).plans[0]?.id ?? '';

/** Kills the API and starts it again. @param crashAt the point where the new process kills itself */
async function restart(crashAt?: CrashPoint): Promise<void> {
  api.child.kill('SIGKILL');
  await api.ended;
  api = spawnApi({ ...env, ...(crashAt && { LIVERY_CRASH_AT: crashAt }) });
  await ready(api);
}

/** Lets a new client pay for the plan while the process kills itself at this point. */
async function payUntil(point: CrashPoint) {
  const page = await agency.openPage();
  await page.signUp();
  const shown = { priceMillis: 30_000, priceCents: 1200 };
  const { orderId } = await page.call('plans.choose', { planId, ...shown, pay: 'money', returnUrl: page.returnUrl });
  const session = sandbox.stripe.sessions().findLast(({ customer_email }) => customer_email === page.email);
  assert(session);
  await restart(point);
  sandbox.stripe.pay(session.id);
  assert.equal((await api.ended).signal, 'SIGKILL', 'it killed itself at the point');
  const readTaken = () => {
    const { payment_intent } = sandbox.stripe.sessions().find(({ id }) => id === session.id) ?? session;
    const charges = sandbox.stripe.charges().filter((charge) => charge.payment_intent === payment_intent && charge.captured);
    return charges.map(({ amount_captured }) => amount_captured);
  };
  return { page, orderId, taken: readTaken };
}

/** Starts another process, which finishes the order once the dead one's claim has expired. */
async function finishOrder(page: Page, orderId: string): Promise<Output<'orders.read'>> {
  await restart();
  sandbox.clock.advance(600);
  return until(async () => {
    const order = await page.call('orders.read', { orderId });
    return order.state !== 'open' && order.state !== 'working' && order;
  }, 'the end of the order');
}

async function readOutcome(page: Page) {
  const { available, held } = await page.call('credits.balance', {});
  const { lifetime } = await page.call('credits.statement', {});
  const plan = (await page.call('plans.list', {})).plans.find(({ current }) => current)?.name;
  return { plan, available, held, assigned: lifetime.assigned, used: lifetime.used };
}
const delivered = { plan: 'Large', available: 0, held: 0, assigned: 30_000, used: 30_000 };
const nothing = { plan: 'Standard', available: 0, held: 0, assigned: 0, used: 0 };

/** Crash points, with the amounts that Stripe has captured by then. */
const points = [
  ['order.after_hold', []],
  ['purchase.before_transfer', [1200]],
  ['purchase.after_transfer', [1200]],
  ['order.after_capture', [1200]],
  ['order.after_fulfil', [1200]],
  ['order.after_settle', [1200]],
] as const satisfies [CrashPoint, number[]][];

for (const [point, takenByThen] of points) {
  test(`plans.choose N7 SX5: killed at ${point}, a plan paid with money is finished by another process, once`, async () => {
    const { page, orderId, taken } = await payUntil(point);
    assert.deepEqual(taken(), takenByThen);
    assert.equal((await finishOrder(page, orderId)).state, 'done');
    assert.deepEqual({ taken: taken(), ...(await readOutcome(page)) }, { taken: [1200], ...delivered });
  });
}

for (const point of ['order.after_hold', 'order.after_undo'] as const) {
  test(`plans.choose N7 SX5: killed at ${point}, a plan with a declined card is undone by another process`, async () => {
    const error = { type: 'card_error', code: 'card_declined', decline_code: 'generic_decline', message: 'Your card was declined.' };
    sandbox.faults.add({ path: '/v1/payment_intents/*/capture', how: { status: 402, body: { error } }, times: 100 });
    const { page, orderId, taken } = await payUntil(point);
    const order = await finishOrder(page, orderId);
    sandbox.faults.calm();
    assert.deepEqual({ state: order.state, code: order.reason?.code }, { state: 'undone', code: 'payments.declined' });
    assert.deepEqual({ taken: taken(), ...(await readOutcome(page)) }, { taken: [], ...nothing });
  });
}
