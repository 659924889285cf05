import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { chmod, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { makeKeys } from '../../api/security/keys.ts';
import { freePort } from '../../demo-site/free-port.ts';
import { call } from '../support/call.ts';
import { type ApiProcess, dataFolder, ready, spawnApi } from '../support/process.ts';

async function startProcess(changes: Record<string, string> = {}) {
  const dataDir = changes.DATA_DIR ?? (await dataFolder());
  const env = { DATA_DIR: dataDir, PORT: String(await freePort()), LIVERY_SANDBOX: '1', ...changes };
  return { dataDir, env, api: spawnApi(env) };
}

const readTroubles = async (url: string) => (await call<{ troubles: string[] }>(`${url}/readyz`, { method: 'GET' })).body.troubles;

test('system.ready SX16: a start without SMTP_URL reports that no mail is sent', async () => {
  const { api } = await startProcess();
  await ready(api);
  assert.match(api.output(), /"level":50.*mails\.not_set_up: no mail leaves, as SMTP_URL is not set\./);
  assert.deepEqual(await readTroubles(api.url), ['mails.not_set_up']);
  const set = await startProcess({ SMTP_URL: 'smtp://127.0.0.1:1' });
  await ready(set.api);
  assert.doesNotMatch(set.api.output(), /mails\.not_set_up/);
  assert.deepEqual(await readTroubles(set.api.url), []);
});

/** Waits until a start has failed, and returns its last line. */
const failure = async (api: ApiProcess): Promise<string> => {
  assert.equal((await api.ended).code, 1, api.output());
  const lines = api.output().trim().split('\n');
  assert.deepEqual(
    lines.filter((line) => /^\s+at /.test(line)),
    [],
    'no stack',
  );
  return lines.at(-1) ?? '';
};

test('system.ready SX39: an unusable key file stops the start with one sentence', async () => {
  const isFolder = await dataFolder();
  await mkdir(join(isFolder, 'keys.json'));
  assert.match(
    await failure((await startProcess({ DATA_DIR: isFolder })).api),
    /keys\.json is a folder\. It has to be the file that the first start wrote\.$/,
  );
  const made = makeKeys();
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const broken: [content: unknown, words: RegExp][] = [
    [
      { ...made, signing: [{ kid: 'one', jwk: privateKey.export({ format: 'jwk' }) }] },
      /keys\.json: a signing key is not one of Ed25519\.$/,
    ],
    [{ ...made, sealing: [{ kid: 'one', key: 5 }] }, /keys\.json: not a set of keys as the first start writes it/],
    [{ ...made, signing: [null] }, /keys\.json: not a set of keys as the first start writes it/],
    [null, /keys\.json: not a set of keys as the first start writes it/],
  ];
  for (const [content, words] of broken) {
    const dataDir = await dataFolder();
    await writeFile(join(dataDir, 'keys.json'), JSON.stringify(content));
    assert.match(await failure((await startProcess({ DATA_DIR: dataDir })).api), words);
  }
});

test('system.ready SX38 SX39: a data folder that cannot be created or written stops the start with one sentence', async () => {
  const parent = await dataFolder();
  await writeFile(join(parent, 'file'), '');
  const inFile = join(parent, 'file', 'data');
  assert.equal(
    await failure((await startProcess({ DATA_DIR: inFile })).api),
    `DATA_DIR: ${inFile} cannot be written to (ENOTDIR). Set it to a folder that can.`,
  );
  const locked = join(parent, 'locked');
  await mkdir(locked, { mode: 0o555 });
  // The superuser may write anywhere, so the API runs as nobody here.
  const nobody = process.getuid?.() === 0 ? { uid: 65_534 } : {};
  await chmod(parent, 0o755);
  const env = { DATA_DIR: locked, PORT: String(await freePort()), LIVERY_SANDBOX: '1' };
  assert.equal(await failure(spawnApi(env, nobody)), `DATA_DIR: ${locked} cannot be written to (EACCES). Set it to a folder that can.`);
});

test('system.ready SX38: if no folder can be created, the start ends with one sentence instead of trying again', async () => {
  const dataDir = '/proc/livery/data';
  assert.equal(
    await failure((await startProcess({ DATA_DIR: dataDir })).api),
    `DATA_DIR: ${dataDir} cannot be written to (ENOENT). Set it to a folder that can.`,
  );
});

test('system.ready SX39: an unusable address stops the start with one sentence, before the database opens', async () => {
  const mistakes: [changes: Record<string, string>, words: RegExp][] = [
    [
      { SMTP_URL: 'smtp://us%er:pa%ss@mail.test' },
      /^SMTP_URL: has a % in the user name or the password that begins no code; write it as %25\.$/,
    ],
    [{ HOST: 'no such host' }, /^HOST: no such host is no address of this machine \(\w+\)\. Set HOST to one, such as 127\.0\.0\.1\.$/],
    [
      { HOST: '203.0.113.1' },
      /^HOST: 203\.0\.113\.1 is no address of this machine \(EADDRNOTAVAIL\)\. Set HOST to one, such as 127\.0\.0\.1\.$/,
    ],
  ];
  for (const [changes, words] of mistakes) {
    const { dataDir, api } = await startProcess(changes);
    assert.match(await failure(api), words);
    assert.deepEqual(await readdir(dataDir), []);
  }
});

test('system.ready SX39: a malformed database address stops the start with one sentence', async () => {
  const changes = { MONGODB_URI: 'mongodb://us%er:pass@db.test/x', LIVERY_KEYS: JSON.stringify(makeKeys()) };
  assert.match(await failure((await startProcess(changes)).api), /^MONGODB_URI cannot be read: .+\.$/);
});
