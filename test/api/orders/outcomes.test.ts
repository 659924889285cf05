import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { Refusal } from '../../../api/contract/refusal.ts';
import { advanceDueOrders, advanceOrder, placeOrder, refundOrder } from '../../../api/domain/orders/orders.ts';
import { readBalance } from '../../../api/ledger/transfers/grants.ts';
import { readOrder } from '../../../api/models/order.ts';
import type { ClientScope, CrashPoint, Fulfilment } from '../../../api/ports/index.ts';
import { openEngine } from '../../support/engine.ts';
import { depsAt, openClient, orderOf, PRICE } from './script.ts';

const engine = await openEngine();
after(() => engine.close());

const HOUR_MS = 3_600_000;
const START = Date.now();
let hours = 0;
let reached: CrashPoint[] = [];
let crashPoint: CrashPoint | undefined;
const deps = depsAt(
  () => new Date(START + hours * HOUR_MS),
  (point) => {
    reached.push(point);
    if (point === crashPoint) throw new Error('the process died');
  },
);
deps.log.error = (about: unknown) => assert.fail(`nothing fails here: ${JSON.stringify(about)}`);
const scripted = deps.fulfilments.number;
const silent = () => Promise.reject(new Refusal('telephony.provider_unavailable'));

/** Sells by another provider for a while. */
async function soldBy<Seen>(
  provider: Partial<Pick<Fulfilment, 'fulfil' | 'release' | 'patienceMs'>>,
  work: () => Promise<Seen>,
): Promise<Seen> {
  deps.fulfilments.number = { ...scripted, ...provider };
  return work().finally(() => {
    deps.fulfilments.number = scripted;
  });
}

async function creditsOf(client: ClientScope) {
  const { available, held, used } = await readBalance(client, { meter: { lowPermille: 250, criticalPermille: 100 }, waiting: 0 });
  return { available, held, used };
}
const seen = ({ state, step, code }: Awaited<ReturnType<typeof placeOrder>>) => ({ state, step, code });
const later = async (client: ClientScope, orderId: string) => {
  hours += 1;
  await advanceDueOrders(deps);
  return seen((await readOrder(client, orderId)) ?? assert.fail(`no ${orderId}`));
};
const done = { state: 'done', step: 'settled', code: undefined };
const undone = (code: string) => ({ state: 'undone', step: 'undone', code });

test('numbers.buy N7: credits are held until the number is delivered, and taken then; else all is undone', async () => {
  const { access, client } = await openClient('steps', 3 * PRICE);
  reached = [];
  assert.deepEqual(seen(await placeOrder(access, client, orderOf('ord_steps', 'delivers'), deps)), done);
  assert.deepEqual(reached, ['order.after_insert', 'order.after_hold', 'order.after_fulfil', 'order.after_settle']);
  assert.deepEqual(await creditsOf(client), { available: 2 * PRICE, held: 0, used: PRICE });
  reached = [];
  assert.deepEqual(seen(await placeOrder(access, client, orderOf('ord_none', 'refuses'), deps)), undone('number.taken'));
  assert.deepEqual(reached, ['order.after_insert', 'order.after_hold', 'order.after_fulfil', 'order.after_undo']);
  assert.deepEqual(await creditsOf(client), { available: 2 * PRICE, held: 0, used: PRICE });
});

test('numbers.buy N7: what costs nothing is delivered or undone without a movement of credits', async () => {
  const { access, client } = await openClient('free', PRICE);
  const gift = (orderId: string, script: 'delivers' | 'refuses') => {
    const { ware, ...placement } = orderOf(orderId, script);
    return placeOrder(access, client, { ...placement, ware: { ...ware, priceMillis: 0 } }, deps);
  };
  assert.deepEqual(seen(await gift('ord_gift', 'delivers')), done);
  assert.deepEqual(seen(await gift('ord_no_gift', 'refuses')), undone('number.taken'));
  assert.deepEqual(await creditsOf(client), { available: PRICE, held: 0, used: 0 });
});

test('numbers.buy N4: short of credits nothing is stored; spent meanwhile, the order is undone and refused as short', async () => {
  const { access, client } = await openClient('short', PRICE);
  const place = (orderId: string) => placeOrder(access, client, orderOf(orderId, 'delivers'), deps);
  crashPoint = 'order.after_insert';
  await assert.rejects(place('ord_first'), /the process died/);
  crashPoint = undefined;
  assert.deepEqual(seen(await place('ord_second')), done);
  await assert.rejects(place('ord_third'), { code: 'credits.insufficient' });
  assert.equal(await readOrder(client, 'ord_third'), null);
  const unreleased = await soldBy({ release: silent }, () => place('ord_first'));
  assert.deepEqual(seen(unreleased), { state: 'working', step: 'undoing', code: 'credits.insufficient' }, 'it is not over yet');
  assert.deepEqual(await later(client, 'ord_first'), undone('credits.insufficient'));
  await assert.rejects(place('ord_first'), { code: 'credits.insufficient' });
  const { available, held } = await creditsOf(client);
  assert.deepEqual({ available, held }, { available: 0, held: 0 }, 'the second alone is paid');
});

test('numbers.buy N7: an order waits for a silent provider, and is given up once its patience is over', async () => {
  const { access, client } = await openClient('silent', 2 * PRICE);
  const waiting = { state: 'working', step: 'held', code: undefined };
  assert.deepEqual(seen(await placeOrder(access, client, orderOf('ord_soon', 'silent-1'), deps)), waiting);
  assert.deepEqual(await later(client, 'ord_soon'), done);
  await soldBy({ fulfil: silent, patienceMs: 2 * HOUR_MS }, async () => {
    assert.deepEqual(seen(await placeOrder(access, client, orderOf('ord_never', 'delivers'), deps)), waiting);
    assert.deepEqual(await creditsOf(client), { available: 0, held: PRICE, used: PRICE });
    assert.deepEqual(await later(client, 'ord_never'), waiting);
    assert.deepEqual(await later(client, 'ord_never'), undone('telephony.provider_unavailable'));
  });
  assert.deepEqual(await creditsOf(client), { available: PRICE, held: 0, used: PRICE });
  await soldBy({ fulfil: () => Promise.reject(new Error('a bug of ours')), patienceMs: 0 }, () =>
    assert.rejects(placeOrder(access, client, orderOf('ord_bug', 'delivers'), deps), /a bug of ours/),
  );
  assert.deepEqual(await later(client, 'ord_bug'), done, 'a bug of ours ends no order');
});

test('numbers.buy N7: a delivered order is refunded once; one under way, undone or unknown is not', async () => {
  const { access, client } = await openClient('refunds', 2 * PRICE);
  const place = (orderId: string, script: Parameters<typeof orderOf>[1]) => placeOrder(access, client, orderOf(orderId, script), deps);
  const refund = (orderId: string) => refundOrder(client, orderId, { code: 'number.unavailable', at: deps.now() }, deps);
  await place('ord_back', 'delivers');
  const refunded = { state: 'refunded', step: 'settled', code: 'number.unavailable' };
  for (let time = 0; time < 2; time += 1) assert.deepEqual(seen(await refund('ord_back')), refunded);
  assert.deepEqual(await creditsOf(client), { available: 2 * PRICE, held: 0, used: 0 });
  await place('ord_kept', 'refuses');
  assert.deepEqual(seen(await refund('ord_kept')), undone('number.taken'));
  await soldBy({ fulfil: silent }, async () => {
    const { _id } = await place('ord_open', 'delivers');
    await assert.rejects(refund(_id), { code: 'order.not_done' });
  });
  await assert.rejects(refund('ord_unknown'), { code: 'order.not_found' });
  const order = (await readOrder(client, 'ord_back')) ?? assert.fail('it is stored');
  assert.deepEqual(seen(await advanceOrder(order, deps)), refunded, 'nothing moves it any more');
});
