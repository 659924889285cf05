import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, test } from 'node:test';
import { promisify } from 'node:util';
import { createClient } from '@hey-api/openapi-ts';
import { openApi } from '../../api/http/openapi.ts';
import { startApi } from '../support/api.ts';

const run = promisify(execFile);
const { resolve: pathOf } = createRequire(import.meta.url);
const folder = await mkdtemp(join(tmpdir(), 'generated-client-'));
after(() => rm(folder, { recursive: true }));

/** An agency's server at work: its log-in is handed over, credits are given, a call is made and charged, and the statement is read. */
const program = `
import { callsEnd, callsStart, creditsAllocate, creditsBalance, creditsStatement, sessionsMint } from './client/index';
import type { Balance, Charged, Entry } from './client/index';
import { createClient } from './client/client/index';

const client = createClient({ baseUrl: process.env.API_URL ?? '', auth: () => process.env.SECRET_KEY ?? '' });
const at = { client, throwOnError: true } as const;
const profile = { firstName: 'Ada', lastName: 'Byron', email: 'ada@example.com' };
const { data: { account: { clientId } } } = await sessionsMint({ ...at, body: { externalId: 'customer-1', profile } });
await creditsAllocate({ ...at, body: { clientId, amountMillis: 100_000, description: 'Welcome' } });
await callsStart({ ...at, body: { clientId, callId: 'call-1' } });
const { data: charged }: { data: Charged } = await callsEnd({ ...at, body: { clientId, callId: 'call-1', seconds: 61 } });
const { data: balance }: { data: Balance } = await creditsBalance({ ...at, query: { clientId } });
const { data: { entries } } = await creditsStatement({ ...at, query: { clientId } });
const kinds: Entry['kind'][] = entries.map(({ kind }) => kind);
const refused = await creditsBalance({ client, query: { clientId: 'cli_nobody' } });
console.log(JSON.stringify({ charged, available: balance.available, kinds, refused: refused.error?.error.code }));
`;

test('system.openapi V1 PG14: a generated client has types by name, compiles, and does the main job', async () => {
  const api = await startApi();
  const agency = await api.createAgency({ stripe: false });
  const input = JSON.parse(JSON.stringify(openApi(api.url)));
  await createClient({ input, output: join(folder, 'client'), logs: { level: 'silent' } });
  const types = await readFile(join(folder, 'client/types.gen.ts'), 'utf8');
  for (const name of ['Balance', 'Purchase', 'ClientNumber', 'Source', 'CreditsCheckoutRequest', 'CreditsStatementAnswer'])
    assert.match(types, new RegExp(`export type ${name} =`));
  await writeFile(join(folder, 'main.ts'), program);
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
  const options = ['--strict', '--target', 'es2022', '--module', 'esnext', '--moduleResolution', 'bundler', '--skipLibCheck'];
  const nodeTypes = ['--types', 'node', '--typeRoots', resolve('node_modules/@types')];
  await run(process.execPath, [pathOf('typescript/bin/tsc'), '--noEmit', ...options, ...nodeTypes, 'main.ts'], { cwd: folder });
  const { stdout } = await run(process.execPath, ['--import', pathOf('tsx'), join(folder, 'main.ts')], {
    env: { ...process.env, API_URL: api.url, SECRET_KEY: agency.keys.test.secret },
  });
  const { charged, ...rest } = JSON.parse(stdout);
  assert.deepEqual(
    { ...rest, costMillis: charged.costMillis },
    { available: 98_983, kinds: ['hold.resolve', 'call.hold', 'credits.allocate'], refused: 'client.not_found', costMillis: 1017 },
  );
});
