import assert from 'node:assert/strict';
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { freePort } from '../../demo-site/free-port.ts';
import { dataFolder } from '../support/process.ts';
import { until } from '../support/until.ts';

const START_SECONDS = 90;

interface Start {
  child: ChildProcess;
  output(): string;
  ended: Promise<{ code: number | null }>;
}

const starts: Start[] = [];
after(async () => {
  for (const { child, ended } of starts) {
    child.kill('SIGTERM');
    await ended;
  }
});

/** `npm start` as a person types it. */
function start(env: Record<string, string>): Start {
  const child = spawn(process.execPath, ['demo-site/start.mjs'], { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const pipe of [child.stdout, child.stderr]) pipe?.on('data', (chunk) => (output += String(chunk)));
  const ended = once(child, 'close').then(([code]) => ({ code }));
  const one = { child, output: () => output, ended };
  starts.push(one);
  return one;
}

const runs = ({ child, output }: Start) =>
  until(
    async () => output().includes('Everything runs.') || (child.exitCode !== null && assert.fail(output())),
    'the start',
    START_SECONDS,
  );

const names = ['PORT', 'DEMO_PORT', 'SANDBOX_PORT', 'SANDBOX_SMTP_PORT', 'SANDBOX_SIP_PORT'];
const freePorts = async () => Object.fromEntries(await Promise.all(names.map(async (name) => [name, String(await freePort())] as const)));
const apiOf = async (dataDir: string) => (JSON.parse(await readFile(join(dataDir, 'api.json'), 'utf8')) as { pid: number }).pid;

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

test('npm start SX41 SX40: of two starts on one folder one runs; if it is killed its API ends and the next starts', async () => {
  const dataDir = await dataFolder();
  const ports = [await freePorts(), await freePorts()];
  const both = ports.map((those) => start({ DATA_DIR: dataDir, ...those }));
  const loser = await Promise.race(both.map(async (one) => (await one.ended) && one));
  const winner = both.find((one) => one !== loser) ?? assert.fail('both ended');
  assert.equal(loser.child.exitCode, 1);
  assert.equal(
    loser.output().trim(),
    `This is already being started (process ${winner.child.pid}). Wait for it, or set DATA_DIR to another folder.`,
  );
  await runs(winner);
  const before = { log: (await stat(join(dataDir, 'api.log'))).ino, api: await apiOf(dataDir) };
  const late = start({ DATA_DIR: dataDir, ...(await freePorts()) });
  assert.equal((await late.ended).code, 1);
  assert.match(
    late.output(),
    new RegExp(`^This is already running \\(process ${winner.child.pid}\\): http://northwind\\.localhost:\\d+$`, 'm'),
  );
  assert.deepEqual({ log: (await stat(join(dataDir, 'api.log'))).ino, api: await apiOf(dataDir) }, before);
  assert.match(await readFile(join(dataDir, 'api.log'), 'utf8'), /"server\.ready: /);

  winner.child.kill('SIGKILL');
  await winner.ended;
  const next = start({ DATA_DIR: dataDir, ...ports[both.indexOf(winner)] });
  await runs(next);
  assert.ok(!isAlive(before.api), 'nobody has to look for it and end it');
  assert.notEqual(await apiOf(dataDir), before.api);
});

const isRoot = process.getuid?.() === 0 && process.platform === 'linux';

test('npm start SX17: where the API ends because the disk is full, that is what is said', {
  skip: !isRoot && 'only root can make a small disk',
}, async () => {
  const disk = await mkdtemp(join(tmpdir(), 'starter-disk-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=640m', 'tmpfs', disk]);
  after(async () => {
    execFileSync('umount', ['-l', disk]);
    await rm(disk, { recursive: true, force: true });
  });
  const dataDir = join(disk, 'data');
  const one = start({ DATA_DIR: dataDir, ...(await freePorts()) });
  await runs(one);
  const api = await apiOf(dataDir);
  await writeFile(join(disk, 'filler'), Buffer.alloc(640_000_000)).catch(({ code }) => assert.equal(code, 'ENOSPC'));
  process.kill(api, 'SIGABRT'); // as the engine does it, within a minute
  assert.equal((await one.ended).code, 1);
  const said = one.output().trim().split('\n').at(-1);
  assert.equal(
    said,
    `The API stopped because the disk is full. Make room where ${dataDir} is, then start again: everything that was answered is there.`,
  );
});

test('npm start F35: where the API cannot start, it says why and ends with 1', async () => {
  const dataDir = await dataFolder();
  await writeFile(join(dataDir, 'keys.json'), 'garbage');
  const { child, output, ended } = start({ DATA_DIR: dataDir, ...(await freePorts()) });
  await until(async () => output().includes('The API stopped (exit code 1).'), 'what became of the API', START_SECONDS);
  const toldAt = performance.now();
  assert.deepEqual(await ended, { code: 1 });
  assert.ok(performance.now() - toldAt < 5000, `it ended ${performance.now() - toldAt} ms after it had said so`);
  assert.match(output(), /keys\.json: not a set of keys/);
  assert.equal(child.exitCode, 1);
});
