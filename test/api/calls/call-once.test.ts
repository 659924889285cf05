import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import fc from 'fast-check';
import mongoose from 'mongoose';
import { audit } from '../../../api/domain/audit/audit.ts';
import { amountOn } from '../../../api/ledger/reading.ts';
import { settleCall } from '../../../api/ledger/transfers/calls.ts';
import { grantFree, readBalance, readMinutes, rechargeCredits } from '../../../api/ledger/transfers/grants.ts';
import { expireHolds } from '../../../api/ledger/transfers/holds.ts';
import type { Transfer } from '../../../api/models/transfer.ts';
import { callCostMillis } from '../../../api/rules/rounding.ts';
import { bySecond, newClient, noErrors, somebody } from '../../ledger/people.ts';
import { type Writer, Writers } from '../../ledger/processes.ts';
import type { Tell } from '../../ledger/teller.ts';
import { openEngine } from '../../support/engine.ts';
import { runs } from '../../support/runs.ts';

const engine = await openEngine();
after(() => engine.close());
const tellers = new Writers(engine.uri, 'test/ledger/teller.ts');
const view = { meter: { lowPermille: 250, criticalPermille: 100 }, waiting: 0 };
const muchLater = new Date(somebody.at.getTime() + 3_600_000);

/** A report of one call: its kind, the process that gets it, and the delay after the first. */
const tell = fc.record({
  what: fc.constantFrom<Tell['what'][]>('start', 'start', 'record', 'record', 'end', 'cancel', 'expire'),
  seconds: fc.constantFrom(60, 60, 60, 90),
  process: fc.nat(1),
  after: fc.nat(6),
});
const told = fc.record({
  tells: fc.array(tell, { minLength: 2, maxLength: 8 }),
  free: fc.constantFrom(0, 300),
  promised: fc.constantFrom(0, 700, 1000, 5000),
});
type Told = typeof told extends fc.Arbitrary<infer Value> ? Value : never;

/** Reads the transfers that charged the calls of an agency. */
async function chargesOf(agencyId: string): Promise<Transfer[]> {
  const all = await mongoose.connection.collection<Transfer>('transfers').find({ agencyId }).toArray();
  return all.filter((transfer) => amountOn(transfer, 'used.test.0') > 0);
}

/** Processes that are killed, and the calls that each is told about. */
const RUNS = 5;
const AT_ONCE = 12;

let calls = 0;

/** Reports a call to both processes at once, and checks the result. */
async function chargedOnce(processes: Writer[], { tells, free, promised }: Told): Promise<void> {
  const client = newClient();
  calls += 1;
  const callId = `call-${calls}`;
  if (free > 0) await grantFree(client, { millis: free, ...somebody });
  if (promised > 0) await rechargeCredits(client, { requestId: callId, millis: promised, ...somebody });
  const outcomes = await Promise.all(
    tells.map(async ({ process, ...one }, index) => {
      const outcome = await processes[process]!.tell(`${callId}-${index}`, { ...one, client, callId });
      return { ...one, outcome };
    }),
  );
  await expireHolds(muchLater, noErrors);

  const charges = await chargesOf(client.agencyId);
  const about = JSON.stringify({ outcomes, charges: charges.map(({ _id }) => _id) });
  assert(charges.length <= 1, `charged twice: ${about}`);
  const cost = charges[0] ? amountOn(charges[0], 'used.test.0') : 0;
  const charging = outcomes.filter(({ what, outcome }) => (what === 'record' || what === 'end') && /^(done|repeated):/.test(outcome));
  for (const { seconds, outcome } of charging) {
    assert.equal(callCostMillis(seconds, bySecond), cost, `another duration was charged: ${about}`);
    assert.equal(Number(outcome.split(':')[1]), cost, `another cost was told: ${about}`);
  }
  assert.equal(charging.filter(({ outcome }) => outcome.startsWith('done')).length, charges.length, `one of them did it: ${about}`);
  const isVoided = outcomes.some(({ what, outcome }) => what === 'cancel' && outcome === 'done');
  const isRecorded = outcomes.some(({ what }) => what === 'record');
  if (isVoided) assert.equal(charges.length, 0, `given up and charged: ${about}`);
  else if (isRecorded) assert.equal(charges.length, 1, `told, and not charged: ${about}`);

  const { available, held } = await readBalance(client, view);
  const had = free + promised;
  assert.deepEqual({ available, held }, { available: Math.max(0, had - cost), held: 0 }, about);
  const overrun = Math.max(0, cost - had);
  const ofPromised = Math.max(0, Math.min(cost, had) - free);
  assert.equal((await readMinutes(client)).available, 0 - free - ofPromised - overrun, `the agency paid another amount: ${about}`);
}

test('usage.record SX3 I10: however reports of a call meet in two processes, it is charged once and no hold stays', {
  timeout: 120_000,
}, async () => {
  const processes = [tellers.start(), tellers.start()];
  try {
    await fc.assert(
      fc.asyncProperty(told, (all) => chargedOnce(processes, all)),
      { numRuns: runs(40) },
    );
  } finally {
    for (const process of processes) await process.kill();
  }
  const report = await audit();
  assert.equal(report.violations, 0, JSON.stringify(report.checks.filter(({ ok }) => !ok)));
});

test('usage.record SX3 F07: calls reported to a killed process and again to another are charged once, no hold stays', {
  timeout: 60_000,
}, async () => {
  const client = newClient();
  await rechargeCredits(client, { requestId: 'much', millis: 10_000_000, ...somebody });
  const callIds = Array.from({ length: RUNS * AT_ONCE }, (_, index) => `killed-${index}`);
  for (let run = 0; run < RUNS; run += 1) {
    const process = tellers.start();
    const mine = callIds.slice(run * AT_ONCE, (run + 1) * AT_ONCE);
    for (const callId of mine) {
      for (const what of ['start', 'record'] as const)
        void process.tell(`${what}-${callId}`, { what, client, callId, seconds: 60, after: 0 });
    }
    await process.saying(1 + run * 4);
    await process.kill();
  }
  for (const callId of callIds) await settleCall(client, { callId, seconds: 60, rounding: bySecond, ...somebody });
  await expireHolds(muchLater, noErrors);
  const charged = (await chargesOf(client.agencyId)).map(({ _id }) => _id.slice(_id.lastIndexOf('/') + 1));
  assert.deepEqual(charged.toSorted(), callIds.toSorted());
  const { available, held } = await readBalance(client, view);
  assert.deepEqual({ available, held }, { available: 10_000_000 - callIds.length * 1000, held: 0 });
  assert.equal((await readMinutes(client)).available, -callIds.length * 1000);
  const report = await audit();
  assert.equal(report.violations, 0, JSON.stringify(report.checks.filter(({ ok }) => !ok)));
});
