import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { programOf } from '../../support/programs.ts';
import { runs } from '../../support/runs.ts';

test('webhooks.stripe F12 I14: six events in any order, one of them repeated, end the same', async () => {
  const program = [...programOf('test/api/payments/orders.ts'), String(runs(120))];
  const { stdout } = await promisify(execFile)(process.execPath, program);
  const end = { held: 0, debt: 0, assigned: 100_000, refundedCents: 1000 };
  const won = { ...end, state: 'part_refunded', available: 75_000, lostCents: 0, reversed: 25_000, reversedFeeCents: 20 };
  const lost = { ...end, state: 'charged_back', available: 0, lostCents: 3000, reversed: 100_000, reversedFeeCents: 80 };
  assert.deepEqual(JSON.parse(stdout), { won: [won], lost: [lost], unlike: [], violations: 0 });
});
