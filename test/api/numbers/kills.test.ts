import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { Output } from '../../../api/contract/index.ts';
import { freePort } from '../../../demo-site/free-port.ts';
import { startSandbox } from '../../../demo-site/sandbox/start.ts';
import { Agency } from '../../support/agency.ts';
import { call } from '../../support/call.ts';
import { type ApiProcess, dataFolder, platformKeyIn, ready, spawnApi } from '../../support/process.ts';
import { until } from '../../support/until.ts';
import { figures, newKey, numbersOf, openClient, PRICE, plan, reserve } from './shop.ts';

const sandbox = await startSandbox({ port: 0, smtpPort: 0 });
after(() => sandbox.close());
const [dataDir, port] = [await dataFolder(), await freePort()];
const env = {
  DATA_DIR: dataDir,
  PORT: String(port),
  LIVERY_SANDBOX: '1',
  STRIPE_API_URL: sandbox.url,
  TWILIO_API_URL: `${sandbox.url}/twilio`,
  SMTP_URL: sandbox.smtpUrl,
};

/** Starts the built API as a process that dies at the crash point, as by a power cut. */
async function start(crashAt?: string): Promise<ApiProcess> {
  const api = spawnApi({ ...env, ...(crashAt !== undefined && { LIVERY_CRASH_AT: crashAt }) });
  await ready(api);
  return api;
}

async function stop({ child, ended }: ApiProcess): Promise<void> {
  child.kill('SIGKILL');
  await ended;
}

async function openAgency(url: string): Promise<Agency> {
  const slug = 'killed-shop';
  const input = { name: 'Shop', slug, origins: ['https://shop.test'], plan };
  const { body } = await call<Output<'agencies.create'>>(`${url}/v1/agencies.create`, { key: await platformKeyIn(dataDir), body: input });
  const agency = new Agency({ url, origin: 'https://shop.test', keys: body.keys, id: body.id, slug });
  const { sid: accountSid, authToken } = sandbox.twilio.createAccount(slug);
  await agency.call('integrations.connectTelephony', { accountSid, authToken });
  return agency;
}

let api = await start();
const agency = await openAgency(api.url);
const numbersThere = () => sandbox.twilio.numbers().length;

for (const point of ['order.after_insert', 'order.after_hold', 'number.after_buy', 'order.after_fulfil', 'order.after_settle']) {
  test(`numbers.buy N7 F29: killed at ${point}, the same attempt ends with one number and one charge`, async () => {
    const page = await openClient(agency);
    const { reservationId, number } = await reserve(page);
    const before = numbersThere();
    await stop(api);
    api = await start(point);
    const key = newKey();
    await assert.rejects(page.try('numbers.buy', { reservationId }, key), 'nobody answers any more');
    assert.equal((await api.ended).signal, 'SIGKILL');
    api = await start();
    // The dead process's lease expires in business time.
    sandbox.clock.advance(200);
    const order = await page.call('numbers.buy', { reservationId }, key);
    await until(async () => (await page.call('orders.read', { orderId: order.orderId })).state === 'done', 'the number');
    assert.deepEqual(
      (await numbersOf(page)).map((one) => [one.number, one.state]),
      [[number, 'active']],
    );
    assert.equal(numbersThere(), before + 1, 'bought once');
    assert.deepEqual(await figures(page), { available: 100_000 - PRICE, held: 0, used: PRICE });
  });
}
