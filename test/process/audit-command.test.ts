import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { promisify } from 'node:util';
import mongoose from 'mongoose';
import type { Output } from '../../api/contract/index.ts';
import { freePort } from '../../demo-site/free-port.ts';
import { rows, snapshot } from '../api/audit/world.ts';
import { Agency } from '../support/agency.ts';
import { call } from '../support/call.ts';
import { dataFolder, platformKeyIn, ready, spawnApi } from '../support/process.ts';
import { programOf } from '../support/programs.ts';

const dataDir = await dataFolder();
const api = spawnApi({ DATA_DIR: dataDir, PORT: String(await freePort()), LIVERY_SANDBOX: '1' });
await ready(api);
const input = { name: 'Audited', slug: 'audited', origins: ['https://audited.test'], plan: { centsPer100Credits: 4000, currency: 'EUR' } };
const created = await call<Output<'agencies.create'>>(`${api.url}/v1/agencies.create`, {
  key: await platformKeyIn(dataDir),
  body: { ...input, packages: [{ name: '100 credits', credits: 100_000, priceCents: 4000, currency: 'EUR' }] },
});
assert.equal(created.status, 200, JSON.stringify(created.body));
const agency = new Agency({ url: api.url, origin: 'https://audited.test', keys: created.body.keys, id: created.body.id, slug: 'audited' });
const page = await agency.openPage();
await page.signUp();
await agency.allocate(page.clientId, 25_000);
await agency.call('usage.record', { clientId: page.clientId, callId: 'c1', seconds: 61 });

/** Connects to the database directly, as an intruder would. */
await mongoose.connect((JSON.parse(await readFile(join(dataDir, 'api.json'), 'utf8')) as { databaseUri: string }).databaseUri);
after(() => mongoose.disconnect());

/** Runs `npm run audit -- …`. */
const runAudit = (...options: string[]) =>
  promisify(execFile)(process.execPath, [...programOf('api/commands/audit.ts'), ...options], {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, DATA_DIR: dataDir },
  }).then(
    ({ stdout }) => ({ code: 0, text: stdout }),
    ({ code, stdout, stderr }: { code: number; stdout: string; stderr: string }) => ({ code, text: stdout + stderr }),
  );

let head = '';

test('audit RG11 SX12: the command prints each rule, registers the entries, and names the head to keep', async () => {
  const { code, text } = await runAudit();
  assert.equal(code, 0, text);
  assert.match(text, /^ok {4}every hash follows from the one before$/m);
  assert.match(text, /^2 transfers on 2 accounts\. The ledger adds up\.$/m);
  head = /npm run audit -- --since (\d+:[\w-]{22})$/m.exec(text)?.[1] ?? '';
  assert.notEqual(head, '');
  assert.equal((await runAudit('--since', head)).code, 0);
});

test('audit RG11 A35: a removed entry or register makes it exit with 1, and is named in a line', async () => {
  const restore = await snapshot();
  await rows('transfers').deleteOne({ _id: `${agency.id}/test.0/call.hold/c1` });
  const { code, text } = await runAudit();
  assert.equal(code, 1, text);
  assert.match(text, /^FAIL {2}every entry of the ledger that a register names is there as it was: \d times not, first here:$/m);
  assert.match(text, new RegExp(`^ {8}entry 2 of client\\.\\w+ of ${agency.id}: it was registered on .*Z, and is gone$`, 'm'));
  assert.match(text, /The ledger does not add up: \d+ violations\./);
  await rows('registers').deleteMany({});
  await rows('journals').updateMany({}, { $unset: { register: 1 } });
  const kept = await runAudit('--since', head);
  assert.equal(kept.code, 1);
  // The running API may have begun a new register.
  assert.match(
    kept.text,
    new RegExp(`register ${head.split(':')[0]}(: it is another than the one that you kept| is missing: you kept it)`),
  );
  await restore();
  assert.equal((await runAudit('--since', head)).code, 0);
});

test('audit: anything but the head of a register is refused in one sentence', async () => {
  assert.deepEqual(await runAudit('--since', 'yesterday'), {
    code: 1,
    text: '--since: give the head of a register as an audit prints it, a number, a colon and 22 characters.\n',
  });
});
