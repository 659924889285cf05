import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after } from 'node:test';
import type { DemoAgency } from '../../demo-site/seed.ts';
import { startDemo } from '../../demo-site/start-demo.ts';

export interface RunningDemo {
  api: string;
  demo: string;
  harbor: string;
  sandbox: string;
  mail: string;
  dataDir: string;
  agency: DemoAgency;
  harborAgency: DemoAgency;
}

/** Runs everything that `npm start` starts, on free ports and in a temporary folder. It ends with the test file. */
export async function runDemo(): Promise<RunningDemo> {
  const dataDir = await mkdtemp(join(tmpdir(), 'demo-test-'));
  const stop = new AbortController();
  const env = {
    ...process.env,
    DATA_DIR: dataDir,
    PORT: '0',
    DEMO_PORT: '0',
    SANDBOX_PORT: '0',
    SANDBOX_SMTP_PORT: '0',
    SANDBOX_SIP_PORT: '0',
  };
  const root = resolve(import.meta.dirname, '../..');
  let ended = Promise.resolve();
  await new Promise<void>((resolve, reject) => {
    ended = startDemo({ root, dataDir, env, watch: false, say: () => resolve(), stopAsked: stop.signal });
    ended.catch(reject);
  });
  after(async () => {
    stop.abort();
    await ended;
    process.stderr.write(await readErrors(dataDir));
    await rm(dataDir, { recursive: true, force: true });
  });
  return { dataDir, ...JSON.parse(await readFile(join(dataDir, 'running.json'), 'utf8')) };
}

/** Returns the errors that the API logged, to explain an error on a page. */
async function readErrors(dataDir: string): Promise<string> {
  const lines = (await readFile(join(dataDir, 'api.log'), 'utf8')).split('\n');
  return lines.filter((line) => line.includes('"level":50')).join('\n');
}
