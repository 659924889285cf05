import assert from 'node:assert/strict';
import test from 'node:test';
import { crashPoints, runChaos } from './run.ts';

/** Another one would do as well; this one is the same every time. */
const SEED = 20_260_601;

/** What it has to have met, or it has shown nothing. */
const sometimes = [
  ...[
    'signed up',
    'confirmed',
    'paid, or not',
    'called',
    'event three times at once',
    'credits.checkout repeated',
    'killed',
    'database cut',
  ],
  ...['refunded in part', 'refunded in full', 'refund failed', 'disputed', 'dispute won', 'dispute lost'],
  ...crashPoints.map((point) => `crashed at ${point}`),
];

test('system.ready F41 I16: two processes on one database, killed again and again under load with faults all around, end with every payment credited once', async () => {
  const { wrong, tally, seed, complaints } = await runChaos({ seed: SEED, seconds: 30, wanted: sometimes });
  process.stdout.write(`seed ${seed}\n${tally.lines().join('\n')}\n`);
  if (wrong.length > 0) process.stderr.write(`${complaints.join('\n')}\n`);
  assert.deepEqual(wrong, []);
  assert.deepEqual(tally.missing(sometimes), [], 'each of these was met at least once');
});
