import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { promisify } from 'node:util';
import mongoose from 'mongoose';
import type { Output } from '../../api/contract/index.ts';
import { freePort } from '../../demo-site/free-port.ts';
import { startSandbox } from '../../demo-site/sandbox/start.ts';
import { Agency } from '../support/agency.ts';
import { call } from '../support/call.ts';
import type { Page } from '../support/page.ts';
import { type ApiProcess, dataFolder, platformKeyIn, ready, spawnApi } from '../support/process.ts';
import { programOf } from '../support/programs.ts';

const sandbox = await startSandbox({ port: 0, smtpPort: 0, retryGapMillis: 40 });
after(() => sandbox.close());
sandbox.stripe.pauseDeliveries();
const dataDir = await dataFolder();
const env = { DATA_DIR: dataDir, LIVERY_SANDBOX: '1', STRIPE_API_URL: sandbox.url, SMTP_URL: sandbox.smtpUrl };
const port = String(await freePort());
let api: ApiProcess = spawnApi({ ...env, PORT: port });
await ready(api);
const platformKey = await platformKeyIn(dataDir);

async function openAgency(slug: string): Promise<Agency> {
  const body = {
    ...{ name: slug, slug, origins: [`https://${slug}.test`], plan: { centsPer100Credits: 4000, currency: 'EUR' } },
    packages: [{ name: '100 credits', credits: 100_000, priceCents: 4000, currency: 'EUR' }],
  };
  const { keys, id } = (await call<Output<'agencies.create'>>(`${api.url}/v1/agencies.create`, { key: platformKey, body })).body;
  const agency = new Agency({ url: api.url, origin: `https://${slug}.test`, keys, id, slug });
  await agency.connectStripe(sandbox, body.packages[0]);
  return agency;
}

/** Opens a client, and its checkout page. */
async function openCheckout(agency: Agency) {
  const page = await agency.openPage();
  await page.signUp();
  const { packages } = await page.call('credits.packages', {});
  return { page, ...(await page.call('credits.checkout', { packageId: packages[0]?.id, returnUrl: page.returnUrl })) };
}

/** Stops the API, so that only the command settles purchases. */
async function stopApi(): Promise<void> {
  api.child.kill('SIGTERM');
  await api.ended;
}

/** Runs `npm run reconcile`. */
const runReconcile = (changes: Record<string, string> = {}) =>
  promisify(execFile)(process.execPath, programOf('api/commands/reconcile.ts'), {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env, ...changes },
  }).then(
    ({ stdout }) => ({ code: 0, text: stdout }),
    ({ code, stdout, stderr }: { code: number; stdout: string; stderr: string }) => ({ code, text: stdout + stderr }),
  );

const rows = (name: string) => mongoose.connection.collection<{ _id: string }>(name);

/** Changes the database of the running API. */
async function editDatabase<T>(change: () => Promise<T>): Promise<T> {
  await mongoose.connect((JSON.parse(await readFile(join(dataDir, 'api.json'), 'utf8')) as { databaseUri: string }).databaseUri);
  return change().finally(() => mongoose.disconnect());
}

/**
 * Breaks documents in the database.
 * @returns a function that repairs them
 */
async function breakDocuments(broken: { agency: Agency; purchaseId: string; clientId: string }) {
  const documents = [
    ['agencies', broken.agency.id, { stripe: { test: { secretKey: 7 }, live: 'nothing' } }],
    ['purchases', broken.purchaseId, { credits: null }],
    ['clients', broken.clientId, { members: 7, subject: null }],
  ] as const;
  const before = await editDatabase(async () => {
    const found = await Promise.all(documents.map(([name, _id]) => rows(name).findOne({ _id })));
    for (const [name, _id, $set] of documents) await rows(name).updateOne({ _id }, { $set });
    return found;
  });
  return () =>
    editDatabase(async () => {
      for (const [index, [name, _id]] of documents.entries()) await rows(name).replaceOne({ _id }, before[index] ?? assert.fail(name));
    });
}

const balanceOf = async (page: Page) => (await page.balance()).available;

test('npm run reconcile SX2: broken documents are reported, and all other clients are credited', async () => {
  const agencies = [await openAgency('first'), await openAgency('broken'), await openAgency('last')] as const;
  const [first, broken, last] = agencies;
  const orders = {
    before: await openCheckout(first),
    purchase: await openCheckout(first),
    client: await openCheckout(first),
    after: await openCheckout(first),
    agency: await openCheckout(broken),
    last: await openCheckout(last),
  };
  const mend = await breakDocuments({ agency: broken, purchaseId: orders.purchase.purchaseId, clientId: orders.client.page.clientId });
  await stopApi();
  for (const { sessionId } of Object.values(orders)) sandbox.stripe.pay(sessionId);

  const { code, text } = await runReconcile();
  assert.equal(code, 1, text);
  const credited = [...text.matchAll(/^ {4}credited: (.*)$/gm)].flatMap(([, ids = '']) => ids.split(' '));
  const { before, client, after: behind } = orders;
  assert.deepEqual(
    credited.toSorted(),
    [before, client, behind, orders.last].map(({ purchaseId }) => purchaseId).toSorted(),
    'the client’s purchase says by itself whose credits they are',
  );
  assert.match(text, new RegExp(`^ {4}not settled: ${orders.purchase.sessionId}$`, 'm'));
  assert.match(text, new RegExp(`^FAIL {2}${broken.id} test`, 'm'));
  assert.match(text, /^4 credited, 0 changed, 1 not settled\.$/m);

  api = spawnApi({ ...env, PORT: port });
  await ready(api);
  await mend();
  const again = await runReconcile();
  assert.equal(again.code, 0, again.text);
  for (const [name, { page }] of Object.entries(orders)) assert.equal(await balanceOf(page), 100_000, name);
});

test('npm run reconcile SX2: the database of a stopped sandbox is reported, and no real provider is asked', async () => {
  await stopApi();
  const alone = { STRIPE_API_URL: '', LIVERY_SANDBOX: '0' };
  const sentence = 'This database belongs to the sandbox, which is not running. Start it with npm start.\n';
  assert.deepEqual(await runReconcile(alone), { code: 1, text: sentence });
  const started = spawnApi({ ...env, ...alone, PORT: port });
  assert.equal((await started.ended).code, 1, 'nor does the API go on with it');
  assert.ok(started.output().endsWith(sentence), started.output());
  api = spawnApi({ ...env, PORT: port });
  await ready(api);
  assert.equal((await runReconcile(alone)).code, 0, 'beside the API it asks whom that asks');
});
