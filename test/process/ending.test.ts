import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import test from 'node:test';
import { until } from '../support/until.ts';

async function end(how: string, ask: (child: ReturnType<typeof spawn>) => void = () => {}) {
  const program = ['--import', 'tsx', 'test/process/faulty.ts', how];
  const child = spawn(process.execPath, program, { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
  let output = '';
  child.stdout?.on('data', (chunk) => {
    output += String(chunk);
  });
  const exited = once(child, 'exit');
  await until(async () => output.includes('ready') || child.exitCode !== null, 'the first line');
  ask(child);
  const [code] = await exited;
  const lines = output.trim().split('\n');
  const logged = lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line));
  return { code, steps: lines.filter((line) => !line.startsWith('{')), logged };
}

const inOrder = ['took nothing more', 'finished what was under way', 'closed the database'];

for (const [how, words] of [
  ['rejection', 'nobody waits for me'],
  ['exception', 'nobody catches me'],
] as const) {
  test(`a fault nobody caught SX1: after an ${how === 'rejection' ? 'unhandled rejection' : 'uncaught exception'} the process reports it and exits with 1`, async () => {
    const { code, steps, logged } = await end(how);
    assert.equal(code, 1);
    assert.deepEqual(
      steps.filter((step) => step !== 'ready'),
      inOrder,
    );
    const [fault, ...others] = logged.filter(({ level }) => level === 60);
    assert.deepEqual(others, []);
    assert.match(fault.msg, /^process\.fault: /);
    assert.equal(fault.err.message, words);
    assert.match(fault.err.stack, /faulty\.ts/);
  });
}

for (const [how, ask] of [
  ['a signal', (child) => child.kill('SIGTERM')],
  ['the end of who started it', (child) => child.disconnect()],
] as [string, Parameters<typeof end>[1]][]) {
  test(`the process SX40: it ends in order after ${how}, with 0`, async () => {
    const { code, steps } = await end('asked', ask);
    assert.equal(code, 0);
    assert.deepEqual(steps, ['ready', ...inOrder]);
  });
}
