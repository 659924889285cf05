import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import fc from 'fast-check';
import mongoose from 'mongoose';
import { Refusal } from '../../../api/contract/refusal.ts';
import { audit } from '../../../api/domain/audit/audit.ts';
import { readStatement } from '../../../api/domain/credits/statement.ts';
import { advanceDueOrders, advanceOrder, placeOrder, refundOrder } from '../../../api/domain/orders/orders.ts';
import { readBalance } from '../../../api/ledger/transfers/grants.ts';
import { readOrder } from '../../../api/models/order.ts';
import type { ClientScope } from '../../../api/models/scope.ts';
import type { Transfer } from '../../../api/models/transfer.ts';
import type { CrashPoint } from '../../../api/ports/index.ts';
import { openEngine } from '../../support/engine.ts';
import { runs } from '../../support/runs.ts';
import { depsAt, isOver, openClient, orderOf, PRICE, type Script, soldTo } from './script.ts';

const engine = await openEngine();
after(() => engine.close());

const ORDERS = 6;
const points: (CrashPoint | undefined)[] = [
  undefined,
  'order.after_insert',
  'order.after_hold',
  'order.after_fulfil',
  'order.after_settle',
  'order.after_undo',
];
const view = { meter: { lowPermille: 250, criticalPermille: 100 }, waiting: 0 };

const scripts = fc.array(fc.constantFrom<Script>('delivers', 'refuses', 'silent-1', 'silent-2'), { minLength: ORDERS, maxLength: ORDERS });
/** An action on one order, run beside two others, and its crash point. Every step is an hour later. */
const command = fc.record({
  what: fc.constantFrom('place', 'place', 'advance', 'look after', 'refund'),
  order: fc.nat(ORDERS - 1),
  crash: fc.constantFrom(...points),
});
type Command = typeof command extends fc.Arbitrary<infer Value> ? Value : never;

/** Accepts a refusal or the requested crash; nothing else may go wrong. */
const isExpected = (error: unknown) => error instanceof Refusal || (error instanceof Error && error.message === 'the process died');

let histories = 0;
async function openRun(script: readonly Script[]) {
  histories += 1;
  const name = `run-${histories}`;
  // Too few for all, so that some are refused.
  const { access, client } = await openClient(name, (ORDERS - 1) * PRICE);
  let hours = 0;
  const idOf = (order: number) => `ord_${name}-${order}`;
  const depsFor = (crash?: CrashPoint) =>
    depsAt(
      () => new Date(Date.now() + hours * 3_600_000),
      (point) => {
        if (point === crash) throw new Error('the process died');
      },
    );
  const run = async ({ what, order, crash }: Command) => {
    const deps = depsFor(crash);
    if (what === 'place') return placeOrder(access, client, orderOf(idOf(order), script[order] ?? 'delivers'), deps);
    if (what === 'look after') return advanceDueOrders(deps, 2);
    if (what === 'refund') return refundOrder(client, idOf(order), { code: 'number.unavailable', at: deps.now() }, deps);
    const found = await readOrder(client, idOf(order));
    return found && advanceOrder(found, deps);
  };
  return {
    client,
    idOf,
    /** Runs several at once. */
    async runTogether(commands: readonly Command[]) {
      hours += 1;
      const ends = await Promise.allSettled(commands.map(run));
      for (const end of ends) if (end.status === 'rejected') assert(isExpected(end.reason), String(end.reason?.stack));
    },
    async finish() {
      for (let looked = 1, rounds = 0; looked > 0; rounds += 1) {
        assert(rounds < 20, 'some order never ends');
        hours += 1;
        looked = await advanceDueOrders(depsFor());
      }
    },
  };
}

async function sumOf({ agencyId }: ClientScope): Promise<number> {
  let sum = 0;
  for await (const { postings } of mongoose.connection.collection<Transfer>('transfers').find({ agencyId }))
    for (const { amount } of postings) sum += amount;
  return sum;
}

test('orders.read N7 C4: in any history of crashes and refunds, only delivered and kept orders are paid', {
  timeout: 120_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(scripts, fc.array(command, { minLength: 10, maxLength: 40 }), async (script, commands) => {
      const { client, idOf, runTogether, finish } = await openRun(script);
      for (let start = 0; start < commands.length; start += 3) await runTogether(commands.slice(start, start + 3));
      await finish();
      const orders = (await Promise.all(Array.from({ length: ORDERS }, (_, order) => readOrder(client, idOf(order))))).filter(
        (order) => order !== null,
      );
      assert(orders.every(isOver));
      const idsIn = (...states: string[]) => orders.flatMap(({ _id, state }) => (states.includes(state) ? [_id] : [])).sort();
      assert.deepEqual(await soldTo(client.agencyId), idsIn('done', 'refunded'));
      const { available, held } = await readBalance(client, view);
      const paid = idsIn('done').length * PRICE;
      assert.deepEqual({ available, held }, { available: (ORDERS - 1) * PRICE - paid, held: 0 });
      assert.equal((await readStatement(client, { limit: 1 })).lifetime.used, paid);
      assert.equal(await sumOf(client), 0);
    }),
    { numRuns: runs(8) },
  );
  const report = await audit();
  assert.equal(report.violations, 0, JSON.stringify(report.checks.filter(({ ok }) => !ok)));
});
