import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import type { Output } from '../../../api/contract/index.ts';
import { makeKeyFile } from '../../../api/security/keys.ts';
import { freePort } from '../../../demo-site/free-port.ts';
import { startSandbox } from '../../../demo-site/sandbox/start.ts';
import { ChaosDatabase } from '../../chaos/database.ts';
import { Agency } from '../../support/agency.ts';
import { call } from '../../support/call.ts';
import { dataFolder, platformKeyIn, ready, spawnApi } from '../../support/process.ts';
import { figures, newKey, numbersOf, openClient, PRICE, plan, reserve } from './shop.ts';

const sandbox = await startSandbox({ port: 0, smtpPort: 0 });
const database = await ChaosDatabase.open();
after(async () => {
  await database.close();
  await sandbox.close();
});
const [dataDir, port] = [await dataFolder(), await freePort()];
await makeKeyFile(dataDir);
const api = spawnApi({
  DATA_DIR: dataDir,
  PORT: String(port),
  MONGODB_URI: database.uri,
  LIVERY_KEYS: await readFile(join(dataDir, 'keys.json'), 'utf8'),
  LIVERY_SANDBOX: '1',
  STRIPE_API_URL: sandbox.url,
  TWILIO_API_URL: `${sandbox.url}/twilio`,
});
await ready(api);

async function openAgency(): Promise<{ agency: Agency; accountSid: string }> {
  const slug = 'cut-off-shop';
  const input = { name: 'Shop', slug, origins: ['https://shop.test'], plan };
  const { body } = await call<Output<'agencies.create'>>(`${api.url}/v1/agencies.create`, {
    key: await platformKeyIn(dataDir),
    body: input,
  });
  const agency = new Agency({ url: api.url, origin: 'https://shop.test', keys: body.keys, id: body.id, slug });
  const { sid: accountSid, authToken } = sandbox.twilio.createAccount(slug);
  await agency.call('integrations.connectTelephony', { accountSid, authToken });
  return { agency, accountSid };
}
const { agency, accountSid } = await openAgency();

/** Repeats the same attempt until it ends. */
async function finish(page: Awaited<ReturnType<typeof openClient>>, reservationId: string, key: Record<string, string>): Promise<string> {
  for (const deadline = performance.now() + 30_000; performance.now() < deadline; await wait(200)) {
    sandbox.clock.advance(200);
    const reply = await page.try('numbers.buy', { reservationId }, key);
    // If another process had the order, the stored answer stays `working`, so the order itself is read.
    const order = reply.status === 200 ? await page.try('orders.read', { orderId: reply.body.orderId }) : undefined;
    if (order?.status === 200 && order.body.state === 'done') return order.body.orderId;
  }
  return assert.fail('the order did not end');
}

test('numbers.buy F29: without the database the answer is a 503 and the provider is not asked; later it is bought', async () => {
  const page = await openClient(agency);
  const { reservationId, number } = await reserve(page);
  const before = sandbox.twilio.numbers(accountSid).length;
  const key = newKey();
  const asked = sandbox.faults.state().happened.length;
  sandbox.faults.add({ path: '/twilio', how: '500', times: 1 });
  database.cut();
  const reply = await page.try('numbers.buy', { reservationId }, key).finally(() => database.restore());
  assert.equal(reply.status, 503);
  assert.equal(sandbox.faults.state().happened.length, asked, 'nobody was asked');
  sandbox.faults.calm();
  await finish(page, reservationId, key);
  assert.deepEqual(
    (await numbersOf(page)).map((one) => one.number),
    [number],
  );
  assert.equal(sandbox.twilio.numbers(accountSid).length, before + 1);
  assert.deepEqual(await figures(page), { available: 100_000 - PRICE, held: 0, used: PRICE });
});

test('numbers.buy F29: if the database goes away while the provider sells, there is one number and one charge', async () => {
  const page = await openClient(agency);
  const { reservationId, number } = await reserve(page);
  const before = sandbox.twilio.numbers(accountSid).length;
  const key = newKey();
  const asked = sandbox.faults.state().happened.length;
  sandbox.faults.add({
    path: `/twilio/2010-04-01/Accounts/${accountSid}/IncomingPhoneNumbers.json`,
    method: 'POST',
    how: 'slow',
    times: 1,
  });
  const buying = page.try('numbers.buy', { reservationId }, key);
  while (sandbox.faults.state().happened.length === asked) await wait(10);
  database.cut();
  const { status } = await buying.finally(() => database.restore());
  assert.ok(status >= 500, `${status}`);
  await finish(page, reservationId, key);
  assert.deepEqual(
    (await numbersOf(page)).map((one) => one.number),
    [number],
  );
  assert.equal(sandbox.twilio.numbers(accountSid).length, before + 1, 'bought once');
  assert.deepEqual(await figures(page), { available: 100_000 - PRICE, held: 0, used: PRICE });
});
