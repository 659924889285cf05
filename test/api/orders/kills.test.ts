import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { audit } from '../../../api/domain/audit/audit.ts';
import { readStatement } from '../../../api/domain/credits/statement.ts';
import { advanceDueOrders } from '../../../api/domain/orders/orders.ts';
import { readBalance } from '../../../api/ledger/transfers/grants.ts';
import { readOrder } from '../../../api/models/order.ts';
import type { CrashPoint } from '../../../api/ports/index.ts';
import { type Writer, Writers } from '../../ledger/processes.ts';
import { openEngine } from '../../support/engine.ts';
import type { Shopping } from './buyer.ts';
import { depsAt, isOver, openClient, PRICE, type Script, soldTo } from './script.ts';

const engine = await openEngine();
after(() => engine.close());

const buyers = new Writers(engine.uri, 'test/api/orders/buyer.ts');

/** Starts a process that places all orders, and whose power is cut at a point. */
const startBuyer = (orders: Shopping['orders'], crash: Shopping['crash']): Writer => buyers.start({ name: 'kills', orders, crash });

const view = { meter: { lowPermille: 250, criticalPermille: 100 }, waiting: 0 };
const points: CrashPoint[] = ['order.after_insert', 'order.after_hold', 'order.after_fulfil', 'order.after_settle', 'order.after_undo'];

test('orders.read N7: killed at every step with 10 of 50 refused, 40 are settled and 10 returned', {
  timeout: 120_000,
}, async () => {
  const { client } = await openClient('kills', 50 * PRICE);
  const scriptOf = (index: number): Script => (index % 5 === 0 ? 'refuses' : index % 7 === 0 ? 'silent-1' : 'delivers');
  const orders = Array.from({ length: 50 }, (_, index) => ({ orderId: `ord_kills-${index}`, script: scriptOf(index) }));
  let cuts = 0;
  for (const at of [1, 4]) {
    for (const point of points) {
      const buyer = startBuyer(orders, { point, at });
      await buyer.done();
      if (buyer.outcomes.size < orders.length) cuts += 1;
    }
  }
  assert(cuts >= points.length, `the power was cut ${cuts} times`);
  const last = startBuyer(orders, { point: 'order.after_insert', at: 1000 });
  await last.done();
  assert.equal(last.outcomes.size, 50, 'every attempt was answered in the end');

  const readEnded = async () =>
    (await Promise.all(orders.map(({ orderId }) => readOrder(client, orderId)))).filter((order) => order !== null && isOver(order));
  let ended = await readEnded();
  for (let hours = 1; ended.length < 50; hours += 1) {
    assert(hours <= 10, 'some order never ends');
    await advanceDueOrders(depsAt(() => new Date(Date.now() + hours * 3_600_000)));
    ended = await readEnded();
  }
  const done = ended.flatMap((order) => (order?.state === 'done' ? [order._id] : [])).sort();
  assert.deepEqual(
    { doneLength: done.length, endedLength: ended.filter((order) => order?.state === 'undone').length },
    { doneLength: 40, endedLength: 10 },
  );
  assert.deepEqual(await soldTo(client.agencyId), done, 'who pays has a number, and who has none pays nothing');
  const { available, held } = await readBalance(client, view);
  assert.deepEqual(
    { available, held, used: (await readStatement(client, { limit: 1 })).lifetime.used },
    { available: 10 * PRICE, held: 0, used: 40 * PRICE },
  );
  const report = await audit();
  assert.equal(report.violations, 0, JSON.stringify(report.checks.filter(({ ok }) => !ok)));
});
