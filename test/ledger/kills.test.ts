import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { audit } from '../../api/domain/audit/audit.ts';
import { allocateCredits, creditPurchase, readBalance, readFees, readMinutes } from '../../api/ledger/transfers/grants.ts';
import { expireHolds } from '../../api/ledger/transfers/holds.ts';
import { loseFreeze } from '../../api/ledger/transfers/returns.ts';
import { insertPurchase, noteSession } from '../../api/models/purchase.ts';
import { openEngine } from '../support/engine.ts';
import { newClient, noErrors, somebody } from './people.ts';
import { Writers } from './processes.ts';

const engine = await openEngine();
after(() => engine.close());
const writers = new Writers(engine.uri);
const view = { meter: { lowPermille: 250, criticalPermille: 100 }, waiting: 0 };
const KILLS = 6;

test('calls.end C10: after kills while holding and settling, unended holds return and no charge is partial', {
  timeout: 60_000,
}, async () => {
  const client = newClient();
  await allocateCredits(client, { requestId: 'start', millis: 10_000_000, description: 'Enough', ...somebody });
  const settled = new Set<string>();
  for (let run = 0; run < KILLS; run += 1) {
    const calls = Array.from({ length: 300 }, (_, index) => ({ client, callId: `run-${run}-${index}`, seconds: 6, isHeld: true }));
    const writer = writers.start({ calls, atOnce: 8 });
    await writer.saying(1 + run * 3);
    await writer.kill();
    for (const [callId, outcome] of writer.outcomes) if (outcome === 'settled-100') settled.add(callId);
  }
  const before = await readBalance(client, view);
  assert(before.held > 0, 'some were killed between the two');
  const expired = await expireHolds(new Date(Date.now() + 3_600_000), noErrors);
  const { available, held, used } = await readBalance(client, view);
  assert.deepEqual({ held, returned: expired * 1000 }, { held: 0, returned: before.held });
  assert.equal(available, 10_000_000 - used);
  assert(used >= settled.size * 100 && used % 100 === 0, 'what was acknowledged is charged');
  assert.equal((await readMinutes(client)).available, -used);
  assert.equal((await audit()).violations, 0);
});

test('credits.statement F14 F13: after kills while disputes are lost, each repeat takes its purchase back once', {
  timeout: 60_000,
}, async () => {
  const client = newClient();
  const purchases = Array.from({ length: 40 }, (_, index) => ({ sessionId: `cs_${index}`, purchaseId: `pur_${index}` }));
  const sold = { priceCents: 4000, currency: 'EUR' } as const;
  for (const { sessionId, purchaseId } of purchases) {
    const offer = { _id: purchaseId, memberId: 'mem_1', item: { priceId: 'price_1' }, name: '1 credit', credits: 1000, ...sold };
    await insertPurchase(client, { ...offer, createdAt: somebody.at, checkAt: somebody.at });
    await noteSession(client, purchaseId, { id: sessionId, url: null });
    await creditPurchase(client, { paymentStatus: 'paid', sessionId, purchaseId, millis: 1000, ...sold, ...somebody });
  }
  const lost = purchases.map((about, index) => ({ client, about: { ...about, cause: `dp_${index}`, disputedCents: 4000 } }));
  for (let run = 0; run < KILLS; run += 1) {
    const writer = writers.start({ calls: [], lost: lost.slice(run * 6), atOnce: 3 });
    await writer.saying(1 + (run % 3));
    await writer.kill();
  }
  for (const { about } of lost) await loseFreeze(client, { ...about, ...somebody });
  const { available, held, debt = 0 } = await readBalance(client, view);
  assert.deepEqual({ available, held, debt }, { available: 0, held: 0, debt: 0 });
  assert.deepEqual(await readFees(client), [{ currency: 'EUR', owedCents: 0 }]);
  const report = await audit();
  assert.equal(report.violations, 0, JSON.stringify(report.checks.filter(({ ok }) => !ok)));
});
