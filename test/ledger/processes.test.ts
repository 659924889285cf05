import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import mongoose from 'mongoose';
import { audit } from '../../api/domain/audit/audit.ts';
import { chargeCall } from '../../api/ledger/transfers/calls.ts';
import { allocateCredits, readBalance, readMinutes } from '../../api/ledger/transfers/grants.ts';
import { holdCredits } from '../../api/ledger/transfers/holds.ts';
import type { ClientScope } from '../../api/models/scope.ts';
import type { Transfer } from '../../api/models/transfer.ts';
import { openEngine } from '../support/engine.ts';
import { runs } from '../support/runs.ts';
import { bySecond, newClient, somebody } from './people.ts';
import { type Writer, Writers } from './processes.ts';

const engine = await openEngine();
after(() => engine.close());
const writers = new Writers(engine.uri);
/** How often a process is killed as it writes. */
const KILLS = runs(25);
const start = (client: ClientScope, holdId: string, millis: number) =>
  holdCredits(client, { holdId, millis, expiresAt: new Date('2100-01-01'), policy: { kind: 'unlimited' }, ...somebody });
const view = { meter: { lowPermille: 250, criticalPermille: 100 }, waiting: 0 };

test('calls.start F23: two processes start 200 calls in parallel, and a balance of 100 credits never goes below zero', {
  timeout: 30_000,
}, async () => {
  const client = newClient();
  await allocateCredits(client, { requestId: 'start', millis: 100_000, description: 'To be spent', ...somebody });
  // 0.05 to 10 credits, three times as much as the balance.
  const starts = Array.from({ length: 200 }, (_, index) => ({ client, callId: `call-${index}`, millis: 50 + ((index * 7) % 200) * 50 }));
  const both = [0, 1].map((half) => writers.start({ calls: [], starts: starts.filter((_, index) => index % 2 === half), atOnce: 100 }));
  await Promise.all(both.map((writer) => writer.done()));
  const outcomes = new Map(both.flatMap((writer) => [...writer.outcomes]));

  const accepted = starts.filter(({ callId }) => outcomes.get(callId) === 'held');
  const refused = starts.filter(({ callId }) => outcomes.get(callId) === 'credits.insufficient');
  assert.equal(accepted.length + refused.length, 200, JSON.stringify([...outcomes]));
  assert(accepted.length > 0 && refused.length > 0, 'both outcomes were met');
  const { available, held } = await readBalance(client, view);
  assert.equal(
    held,
    accepted.reduce((sum, { millis }) => sum + millis, 0),
  );
  assert.equal(available, 100_000 - held);
  assert(available >= 0);
  assert(
    refused.every(({ millis }) => millis > available),
    'nobody was refused what was there to the end',
  );

  await allocateCredits(client, { requestId: 'more', millis: 1_000_000, description: 'More', ...somebody });
  for (const { callId, millis } of refused.slice(0, 20))
    await assert.rejects(start(client, callId, millis), { code: 'credits.insufficient' });
  assert.deepEqual((await audit()).violations, 0);
});

test('calls.start F23: a call is not refused when another process has brought the credits meanwhile', {
  timeout: 20_000,
}, async () => {
  const client = newClient();
  await allocateCredits(client, { requestId: 'little', millis: 1000, description: 'Soon gone', ...somebody });
  await chargeCall(client, { callId: 'first', seconds: 57, rounding: bySecond, ...somebody });
  await writers.start({ gifts: [{ client, requestId: 'much', millis: 100_000 }], calls: [], atOnce: 0 }).done();
  const { state } = await start(client, 'second', 10_000);
  assert.equal(state.available, 1000 - 950 + 100_000 - 10_000);
});

test('usage.record C9: killed again and again while it writes, a process debits client and agency, or neither', {
  timeout: 150_000,
}, async () => {
  const agencyId = newClient().agencyId;
  const clients = Array.from({ length: 10 }, () => newClient(agencyId));
  for (const client of clients)
    await allocateCredits(client, { requestId: client.clientId, millis: 1_000_000, description: 'Enough', ...somebody });
  const acknowledged: string[] = [];
  let [cutShort, kills] = [0, 0];

  const killOne = async () => {
    for (let run = kills++; run < KILLS; run = kills++) {
      const calls = Array.from({ length: 200 }, (_, index) => ({
        client: clients[(run + index) % 10]!,
        callId: `run-${run}-${index}`,
        seconds: 6,
      }));
      const writer: Writer = writers.start({ calls, atOnce: 8 });
      await writer.saying(1 + ((run * 7) % 40));
      await delay((run % 10) / 4); // a moment between two answers
      await writer.kill();
      for (const [callId, outcome] of writer.outcomes) {
        assert.equal(outcome, 'charged');
        acknowledged.push(callId);
      }
      if (writer.outcomes.size < calls.length) cutShort += 1;
    }
  };
  await Promise.all([killOne(), killOne(), killOne()]);
  assert(cutShort > 0.9 * KILLS, `only ${cutShort} processes were killed as they wrote`);

  const charged = await mongoose.connection.collection<Transfer>('transfers').find({ agencyId, kind: 'usage.record' }).toArray();
  const ids = new Set(charged.map(({ _id }) => _id.split('/').at(-1)));
  assert.deepEqual(
    acknowledged.filter((callId) => !ids.has(callId)),
    [],
    'what was acknowledged is there',
  );
  for (const { postings } of charged) assert.equal(postings.filter(({ amount }) => amount === -100).length, 2, 'both or neither');
  const balances = await Promise.all(clients.map(async (client) => (await readBalance(client, view)).used));
  assert.equal(
    balances.reduce((sum, used) => sum + used),
    charged.length * 100,
  );
  assert.equal((await readMinutes(clients[0]!)).available, charged.length * -100);
  const report = await audit();
  assert.equal(report.violations, 0, JSON.stringify(report));
});
