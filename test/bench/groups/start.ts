import { execFileSync } from 'node:child_process';
import { cp, mkdir, readFile, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { median } from '../numbers.ts';
import { Measured, root } from '../process.ts';
import { runRounds } from '../rounds.ts';
import type { Stage } from '../stage.ts';
import { boundRow, compareRow, type Row } from '../table.ts';

/** Measures the time until the product answers, and the cost of the API's start. */
export async function start(stage: Stage): Promise<Row[]> {
  await stage.database('start'); // runs before anything is measured
  const cost = async (begin: () => Promise<Measured>) => {
    const started = await begin();
    const micros = await started.cpuMicros();
    await started.stop();
    return micros / 1000;
  };
  const empty = async () => Measured.start(['--eval', 'setInterval(() => {}, 1000)']);
  const { api, embedded, node } = await runRounds(stage.rounds, {
    api: () => cost(() => stage.api('start')),
    embedded: () => cost(() => stage.api(undefined)),
    node: () => cost(empty),
  });
  const clone = await copySources(stage);
  const first = await measureStart(stage, clone);
  const later = [];
  for (let turn = 0; turn < stage.pick(1, 3, 5); turn += 1) later.push(await measureStart(stage, clone));
  return [
    boundRow('Q14', 'npm start on an installed clone, builds included: first answer', { measured: first, unit: 's', atMost: 4 }),
    boundRow('Q14', 'the same when built', { measured: median(later), unit: 's', atMost: 4 }),
    compareRow('Q14', 'start of the built API (database elsewhere), by an empty Node program', {
      ours: api,
      floors: node,
      unit: 'ms CPU',
      atMost: 5,
    }),
    compareRow('Q14', 'the same with the embedded database (no bar)', { ours: embedded, floors: node, unit: 'ms CPU' }),
  ];
}

/** Copies the present sources into a new folder, with the packages installed here. */
async function copySources(stage: Stage): Promise<string> {
  const folder = stage.folder('clone');
  const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { cwd: root, encoding: 'utf8' });
  for (const path of listed.split('\n').filter((line) => line !== '' && line !== 'node_modules')) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await cp(join(root, path), join(folder, path)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error; // deleted, but not yet for git
    });
  }
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  return folder;
}

async function measureStart(stage: Stage, folder: string): Promise<number> {
  const dataDir = stage.folder('start');
  const startedAt = performance.now();
  const environment = { DATA_DIR: dataDir, PORT: '0', DEMO_PORT: '0', SANDBOX_PORT: '0', SANDBOX_SMTP_PORT: '0', SANDBOX_SIP_PORT: '0' };
  const started = Measured.start([join(folder, 'demo-site/start.mjs')], environment);
  try {
    for (const deadline = performance.now() + 60_000; performance.now() < deadline; await wait(20)) {
      await started.cpuMicros(); // throws its output if it has ended
      const running = await readFile(join(dataDir, 'running.json'), 'utf8').catch(() => ''); // not there yet
      if (running !== '' && (await answers((JSON.parse(running) as { demo: string }).demo))) return (performance.now() - startedAt) / 1000;
    }
    throw new Error('Nothing answered within a minute.');
  } finally {
    await started.stop();
  }
}

/** Asks the loopback address, because not every machine resolves names below localhost. */
const answers = (url: string): Promise<boolean> =>
  fetch(`http://127.0.0.1:${new URL(url).port}`, { redirect: 'manual' }).then(
    (reply) => reply.status < 500,
    () => false,
  );
