import assert from 'node:assert/strict';
import test from 'node:test';
import { draw } from '../support/runs.ts';
import { runChaos } from './run.ts';
import { points, sometimesWith } from './schedule.ts';

/** Any seed works; a fixed one repeats the same choices. */
const SEED = 20_260_601;

/** The run continues until everything has happened, longer on a busy machine. */
const TIMEOUT_MS = 580_000;

// Two processes share one database. In the end every payment is credited once, every order is delivered and charged or neither, each month of
// rent is paid once, and nothing is left at a provider.
test('system.ready F29 F31 F41 I16 N7 N9 N10 N13 K6 K8 K10: killed under load, all is paid once or not at all', {
  timeout: TIMEOUT_MS,
}, async () => {
  // A crash takes some seconds. `npm run chaos` crashes at all of them.
  const crashes = draw(points, 6);
  const { wrong, tally, seed, complaints } = await runChaos({ seed: SEED, crashes });
  process.stdout.write(`seed ${seed}\n${tally.lines().join('\n')}\n`);
  if (wrong.length > 0) process.stderr.write(`${complaints.join('\n')}\n`);
  assert.deepEqual(wrong, []);
  assert.deepEqual(tally.missing(sometimesWith(crashes)), [], 'each of these was met at least once');
});
