import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { after } from 'node:test';
import { makeSandbox, type Sandbox } from './sandbox.ts';

const root = resolve(import.meta.dirname, '../..');
const tool = [
  ...['worker', 'node-test', 'browser-worker', 'browser-test', 'jobs', 'trial'].map((name) => `test/mutants/${name}.ts`),
  'test/support/browser.ts',
  'test/support/chromium.mjs',
  'demo-site/prepare/commands.mjs',
];

type File = readonly [path: string, text: string];

/** Makes a project of two files, with the tool itself, and its sandbox. Both end with the test file. */
export async function makeSmallSandbox(source: File, test: File): Promise<Sandbox> {
  const folder = await mkdtemp(join(tmpdir(), 'mutants-test-'));
  after(() => rm(folder, { recursive: true, force: true }));
  for (const [path, text] of [source, test]) {
    await mkdir(join(folder, dirname(path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  const copied = [...tool, 'package.json', 'tsconfig.json'];
  for (const path of copied) await cp(join(root, path), join(folder, path));
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  const sandbox = await makeSandbox(folder, { paths: [source[0], test[0], ...copied], sources: [source[0]], tests: [test[0]] });
  after(() => sandbox.remove());
  return sandbox;
}
