import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { promisify } from 'node:util';
import type { Output } from '../../api/contract/index.ts';
import { makeKeys } from '../../api/security/keys.ts';
import { freePort } from '../../demo-site/free-port.ts';
import { startSandbox } from '../../demo-site/sandbox/start.ts';
import { Agency, codeOf } from '../support/agency.ts';
import { call } from '../support/call.ts';
import { type ApiProcess, dataFolder, platformKeyIn, ready, spawnApi } from '../support/process.ts';
import { programOf } from '../support/programs.ts';

const sandbox = await startSandbox({ port: 0, smtpPort: 0 });
after(() => sandbox.close());
const dataDir = await dataFolder();
const file = join(dataDir, 'keys.json');
const env = {
  DATA_DIR: dataDir,
  PORT: String(await freePort()),
  LIVERY_SANDBOX: '1',
  STRIPE_API_URL: sandbox.url,
  SMTP_URL: sandbox.smtpUrl,
};
const packages = [{ name: '100 credits', credits: 100_000, priceCents: 4000, currency: 'EUR' as const }];

async function startProcess(): Promise<ApiProcess> {
  const api = spawnApi(env);
  await ready(api);
  return api;
}

async function stopProcess({ child, ended }: ApiProcess): Promise<void> {
  child.kill('SIGTERM');
  await ended;
}

/** Waits until a start has failed, and returns its sentence. */
async function readRefusal(): Promise<string> {
  const api = spawnApi(env);
  assert.deepEqual(await api.ended, { code: 1, signal: null });
  assert.doesNotMatch(api.output(), /\n\s+at /, 'no stack');
  return api.output().trim().split('\n').at(-1) ?? '';
}

const runKeys = (...asked: string[]) =>
  promisify(execFile)(process.execPath, [...programOf('api/commands/keys.ts'), ...asked], { env: { ...process.env, ...env } });

let api = await startProcess();
const created = await call<Output<'agencies.create'>>(`${api.url}/v1/agencies.create`, {
  key: await platformKeyIn(dataDir),
  body: { name: 'Keys', slug: 'keys', origins: ['https://keys.test'], plan: { centsPer100Credits: 4000, currency: 'EUR' }, packages },
});
const agency = new Agency({ url: api.url, origin: 'https://keys.test', keys: created.body.keys, id: created.body.id, slug: 'keys' });
await agency.connectStripe(sandbox, packages[0]);
await stopProcess(api);
const original = await readFile(file, 'utf8');

test('system.ready SX15: without its keys.json a database is not opened, and no keys are created', async () => {
  await rm(file);
  assert.match(
    await readRefusal(),
    /^There is no keys\.json in \S+, but the database was begun with the keys in it\. Put them back from your backup\./,
  );
  await assert.rejects(readFile(file), { code: 'ENOENT' });
  await assert.rejects(runKeys(), ({ stderr }: { stderr: string }) => /^There is no keys\.json in /.test(stderr));
  await writeFile(file, original);
  api = await startProcess();
  assert.equal((await agency.call('agency.read', {})).slug, 'keys');
  await stopProcess(api);
});

test("system.ready SX15: keys other than the database's first ones are refused, and further ones accepted", async () => {
  const [mine, others] = [JSON.parse(original), makeKeys()];
  await writeFile(file, JSON.stringify(others));
  assert.match(
    await readRefusal(),
    /^These are not the keys that the database was begun with: the sealing key \w+ is not among them\. Put them back/,
  );
  await writeFile(file, JSON.stringify({ ...mine, digest: others.digest }));
  assert.match(await readRefusal(), /: their digest key is another\. Put them back/);
  await writeFile(file, JSON.stringify({ ...mine, sealing: [{ ...others.sealing[0], kid: mine.sealing[0].kid }] }));
  assert.match(await readRefusal(), /: the sealing key \w+ is not among them\./, 'another key under the same name');

  const rotated = { ...mine, signing: others.signing, sealing: [...others.sealing, ...mine.sealing] };
  await writeFile(file, JSON.stringify(rotated));
  await stopProcess(await startProcess());
  await writeFile(file, original);
  assert.match(await readRefusal(), /: the sealing key \w+ is not among them\./, 'from then on the further key is needed as well');
  await writeFile(file, JSON.stringify(rotated));
  assert.match((await runKeys()).stdout, /^These are the keys that the database was begun with\.$/m);
});

test('agency.update SX15: after a loss of the keys an operator replaces them, and agencies re-enter theirs', async () => {
  await rm(file);
  assert.match((await runKeys('--replace')).stdout, /^The next start goes on with these keys\.$/m);
  api = await startProcess();
  const page = await agency.openPage();
  await page.signUp();
  const { packages: offered } = await page.call('credits.packages', {});
  const tryCheckout = () => page.try('credits.checkout', { packageId: offered[0]?.id ?? '', returnUrl: page.returnUrl });
  const locked = await tryCheckout();
  assert.deepEqual({ status: locked.status, code: codeOf(locked) }, { status: 503, code: 'server.keys_replaced' });
  await assert.rejects(runKeys('--replace'), ({ stderr }: { stderr: string }) => /Stop it first\.$/m.test(stderr));
  await agency.connectStripe(sandbox, packages[0]);
  assert.equal((await tryCheckout()).status, 200);
  await stopProcess(api);
});
