import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import test from 'node:test';
import { programOf } from '../support/programs.ts';
import { until } from '../support/until.ts';

/**
 * Starts a process that has a fault or is asked to end, and waits for its end.
 * @param ask asks it once it is ready
 */
async function runToEnd(how: string, ask: (child: ReturnType<typeof spawn>) => void = () => {}) {
  const program = [...programOf('test/process/faulty.ts'), how];
  const child = spawn(process.execPath, program, { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
  let output = '';
  child.stdout?.on('data', (chunk) => {
    output += String(chunk);
  });
  const ended = Promise.all([once(child, 'exit'), child.stdout && once(child.stdout, 'close')]);
  await until(async () => output.includes('ready') || child.exitCode !== null, 'the first line');
  ask(child);
  const [[code]] = await ended;
  const lines = output.trim().split('\n');
  const logged = lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line));
  return { code, steps: lines.filter((line) => !line.startsWith('{')), logged };
}

const inOrder = ['took nothing more', 'finished its work', 'closed the database'];

for (const [how, words] of [
  ['rejection', 'nobody waits for me'],
  ['exception', 'nobody catches me'],
] as const) {
  test(`an uncaught fault SX1: after an ${how === 'rejection' ? 'unhandled rejection' : 'uncaught exception'} the process reports it and exits with 1`, async () => {
    const { code, steps, logged } = await runToEnd(how);
    assert.equal(code, 1);
    assert.deepEqual(
      steps.filter((step) => step !== 'ready'),
      inOrder,
    );
    const [fault, ...others] = logged.filter(({ level }) => level === 60);
    assert.deepEqual(others, []);
    assert.match(fault.msg, /^process\.fault: /);
    assert.equal(fault.err.message, words);
    assert.match(fault.err.stack, /faulty\.[jt]s/);
  });
}

for (const [how, ask] of [
  ['a signal', (child) => child.kill('SIGTERM')],
  ['the end of its parent', (child) => child.disconnect()],
] as [string, Parameters<typeof runToEnd>[1]][]) {
  test(`the process SX40: after ${how} it ends in order, with 0`, async () => {
    const { code, steps } = await runToEnd('asked', ask);
    assert.equal(code, 0);
    assert.deepEqual(steps, ['ready', ...inOrder]);
  });
}
