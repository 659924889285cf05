import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { promisify } from 'node:util';
import { freePort } from '../../demo-site/free-port.ts';
import { dataFolder, ready, spawnApi } from '../support/process.ts';
import { programOf } from '../support/programs.ts';

/** Runs `npm run NAME -- …`, for at most a minute. */
const runCommand = (name: string, typed: string[], dataDir: string) =>
  promisify(execFile)(process.execPath, [...programOf(`api/commands/${name}.ts`), ...typed], {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, DATA_DIR: dataDir },
    timeout: 60_000,
  }).then(
    ({ stdout }) => ({ code: 0, text: stdout }),
    ({ code, stdout, stderr }: { code: number; stdout: string; stderr: string }) => ({ code, text: stdout + stderr }),
  );

test('commands SX39: an unknown option or argument is refused in one sentence, and nothing is done', async () => {
  const dataDir = await dataFolder();
  const typed: [name: string, typed: string[], sentence: string][] = [
    ['audit', ['--only', 'x'], "Unknown option '--only'. --help says what there is.\n"],
    ['mails', ['again'], "Unexpected argument 'again'. --help says what there is.\n"],
    ['mails', ['--kind', 'receipt'], '--kind: it belongs to --again.\n'],
    ['keys', ['--replace=yes'], "Option '--replace' does not take an argument. --help says what there is.\n"],
    ['reconcile', ['--only', 'x'], "Unknown option '--only'. --help says what there is.\n"],
    ['agency', ['list', '--slugg', 'x'], "Unknown option '--slugg'. --help says what there is.\n"],
  ];
  for (const [name, words, sentence] of typed) assert.deepEqual(await runCommand(name, words, dataDir), { code: 1, text: sentence }, name);
  for (const name of ['audit', 'mails', 'keys', 'reconcile', 'agency']) {
    const { code, text } = await runCommand(name, ['--help'], dataDir);
    assert.deepEqual({ code, isHelp: text.includes(`npm run ${name}`) }, { code: 0, isHelp: true }, text);
  }
  assert.deepEqual(await readdir(dataDir), [], 'no database was opened');
});

test('commands SX40 SX41: the state file of a killed API, whole or truncated, blocks no command', async () => {
  const dataDir = await dataFolder();
  const file = join(dataDir, 'api.json');
  const api = spawnApi({ DATA_DIR: dataDir, PORT: String(await freePort()), LIVERY_SANDBOX: '1' });
  await ready(api);
  const listed = { code: 0, text: 'No mail waits, and none was given up.\n' };
  assert.deepEqual(await runCommand('mails', [], dataDir), listed, 'beside the API');
  assert.equal((await runCommand('agency', ['list'], dataDir)).code, 0, 'it finds the API by DATA_DIR');
  assert.deepEqual(
    (await readdir(dataDir)).filter((name) => name.startsWith('api.json')),
    ['api.json'],
  );
  api.child.kill('SIGKILL');
  await api.ended;
  const left = await readFile(file, 'utf8');
  // Another process has got its number.
  await writeFile(file, JSON.stringify({ ...JSON.parse(left), pid: process.pid }));
  assert.deepEqual(await runCommand('mails', [], dataDir), listed, 'the number of another process');
  await writeFile(file, left.slice(0, 40));
  assert.deepEqual(await runCommand('mails', [], dataDir), listed, 'truncated');
  assert.deepEqual(await runCommand('agency', ['list'], dataDir), {
    code: 1,
    text: `No API runs on ${dataDir}. Start it first, or give --data, or --api and --platform-key.\n`,
  });
});

test('commands SX38: a folder that can never be created is reported at once', async () => {
  const { code, text } = await runCommand('mails', [], '/proc/livery');
  assert.equal(code, 1);
  assert.match(text, /\/proc\/livery.*\(ENOENT\)/);
  assert.doesNotMatch(text, /^\s+at /m);
});

test('commands: without dependencies, or while they are installed, the command says so in one sentence', async () => {
  const folder = await dataFolder();
  for (const file of ['scripts/command.mjs', 'demo-site/prepare/node-version.mjs', 'api/commands/agency.ts'])
    await cp(join(import.meta.dirname, '../..', file), join(folder, file), { recursive: true });
  const start = () =>
    promisify(execFile)(process.execPath, [join(folder, 'scripts/command.mjs'), 'agency', '--help']).then(
      ({ stdout }) => stdout,
      ({ stderr }: { stderr: string }) => stderr,
    );
  const sentence = /^The dependencies are not installed, or not all of them\. Run "npm ci", .*\n$/;
  assert.match(await start(), sentence, 'nothing is there');
  await mkdir(join(folder, 'node_modules'), { recursive: true });
  assert.match(await start(), sentence, 'npm is still at work');
  await writeFile(join(folder, 'node_modules/.package-lock.json'), '{}');
  assert.match(await start(), sentence, 'something is missing');
});

test('commands: npm hands each command its own words', async () => {
  const scripts = JSON.parse(await readFile(join(import.meta.dirname, '../../package.json'), 'utf8')).scripts as Record<string, string>;
  for (const name of ['agency', 'audit', 'reconcile', 'keys', 'mails']) assert.equal(scripts[name], `node scripts/command.mjs ${name}`);
  const root = join(import.meta.dirname, '../..');
  const { stderr } = await promisify(execFile)(process.execPath, ['scripts/command.mjs', 'mails', 'again'], { cwd: root }).catch(
    (error: { stderr: string }) => error,
  );
  assert.equal(stderr, "Unexpected argument 'again'. --help says what there is.\n");
});
