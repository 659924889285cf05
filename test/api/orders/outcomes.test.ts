import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { Refusal } from '../../../api/contract/refusal.ts';
import { advanceDueOrders, advanceOrder, placeOrder, refundOrder, type Ware } from '../../../api/domain/orders/orders.ts';
import { readBalance } from '../../../api/ledger/transfers/grants.ts';
import { holdForOrder } from '../../../api/ledger/transfers/orders.ts';
import { readOrder } from '../../../api/models/order.ts';
import type { CrashPoint, Fulfilment } from '../../../api/ports/index.ts';
import { somebody } from '../../ledger/people.ts';
import { openEngine } from '../../support/engine.ts';
import { depsAt, openClient, orderOf, PRICE, type Script } from './script.ts';

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

/** Puts another provider in place while the work runs. */
async function soldBy<Seen>(
  provider: Partial<Pick<Fulfilment, 'fulfil' | 'release' | 'patienceMs'>>,
  work: () => Promise<Seen>,
): Promise<Seen> {
  deps.fulfilments.number = { ...scripted, ...provider };
  return work().finally(() => {
    deps.fulfilments.number = scripted;
  });
}

let buyers = 0;
/** Opens a client of its own, which places orders by their names. */
async function openBuyer(millis: number) {
  buyers += 1;
  const name = `buyer-${buyers}`;
  const { access, client } = await openClient(name, millis);
  const idOf = (order: string) => `ord_${name}-${order}`;
  const find = (order: string) => readOrder(client, idOf(order));
  return {
    client,
    find,
    place: (order: string, script: Script = 'delivers', ware: Partial<Ware> = {}) => {
      const placement = orderOf(idOf(order), script);
      return placeOrder(access, client, { ...placement, ware: { ...placement.ware, ...ware } }, deps);
    },
    refund: (order: string) => refundOrder(client, idOf(order), { code: 'number.unavailable', at: deps.now() }, deps),
    /** Moves on by an hour, and looks after whatever is due. */
    async later(order: string) {
      hours += 1;
      await advanceDueOrders(deps);
      return seen((await find(order)) ?? assert.fail(`no ${order}`));
    },
    async credits() {
      const { available, held, used } = await readBalance(client, { meter: { lowPermille: 250, criticalPermille: 100 }, waiting: 0 });
      return { available, held, used };
    },
  };
}
const seen = ({ state, step, code }: Awaited<ReturnType<typeof placeOrder>>) => ({ state, step, code });
const done = { state: 'done', step: 'settled', code: undefined };
const undone = (code: string) => ({ state: 'undone', step: 'undone', code });

test('numbers.buy N7: credits are held until the number is delivered, and taken then; else all is undone', async () => {
  const { place, credits } = await openBuyer(3 * PRICE);
  reached = [];
  assert.deepEqual(seen(await place('sold')), done);
  assert.deepEqual(reached, ['order.after_insert', 'order.after_hold', 'order.after_fulfil', 'order.after_settle']);
  assert.deepEqual(await credits(), { available: 2 * PRICE, held: 0, used: PRICE });
  reached = [];
  assert.deepEqual(seen(await place('unsold', 'refuses')), undone('number.taken'));
  assert.deepEqual(reached, ['order.after_insert', 'order.after_hold', 'order.after_fulfil', 'order.after_undo']);
  assert.deepEqual(await credits(), { available: 2 * PRICE, held: 0, used: PRICE });
});

test('numbers.buy N7: what costs nothing is delivered or undone without a movement of credits', async () => {
  const { place, credits } = await openBuyer(PRICE);
  assert.deepEqual(seen(await place('gift', 'delivers', { priceMillis: 0 })), done);
  assert.deepEqual(seen(await place('no-gift', 'refuses', { priceMillis: 0 })), undone('number.taken'));
  assert.deepEqual(await credits(), { available: PRICE, held: 0, used: 0 });
});

test('numbers.buy N4: short of credits nothing is stored; spent meanwhile, the order is undone and refused as short', async () => {
  const { place, find, later, credits } = await openBuyer(PRICE);
  crashPoint = 'order.after_insert';
  await assert.rejects(place('first'), /the process died/);
  crashPoint = undefined;
  assert.deepEqual(seen(await place('second')), done);
  await assert.rejects(place('third'), { code: 'credits.insufficient' });
  assert.equal(await find('third'), null);
  const unreleased = await soldBy({ release: silent }, () => place('first'));
  assert.deepEqual(seen(unreleased), { state: 'working', step: 'undoing', code: 'credits.insufficient' }, 'it is not over yet');
  assert.deepEqual(await later('first'), undone('credits.insufficient'));
  await assert.rejects(place('first'), { code: 'credits.insufficient' });
  const { available, held } = await credits();
  assert.deepEqual({ available, held }, { available: 0, held: 0 }, 'the second alone is paid');
});

test('numbers.buy N7: of a client with two hundred orders under way one more is refused and undone', async () => {
  const { client, place, find } = await openBuyer(200 + PRICE);
  const hold = (index: number) => holdForOrder(client, { key: `ord_open-${index}`, millis: 1, takesFree: false, ...somebody });
  await Promise.all(Array.from({ length: 200 }, (_, index) => hold(index)));
  await assert.rejects(place('one-more'), { code: 'order.too_many' });
  assert.deepEqual(seen((await find('one-more')) ?? assert.fail('it is stored')), undone('order.too_many'));
});

test('numbers.buy N7: an order waits for a silent provider, and is given up once its patience is over', async () => {
  const { place, later, credits } = await openBuyer(2 * PRICE);
  const waiting = { state: 'working', step: 'held', code: undefined };
  assert.deepEqual(seen(await place('soon', 'silent-1')), waiting);
  assert.deepEqual(await later('soon'), done);
  await soldBy({ fulfil: silent, patienceMs: 2 * HOUR_MS }, async () => {
    assert.deepEqual(seen(await place('never')), waiting);
    assert.deepEqual(await credits(), { available: 0, held: PRICE, used: PRICE });
    assert.deepEqual(await later('never'), waiting);
    assert.deepEqual(await later('never'), undone('telephony.provider_unavailable'));
  });
  assert.deepEqual(await credits(), { available: PRICE, held: 0, used: PRICE });
  await soldBy({ fulfil: () => Promise.reject(new Error('a bug of ours')), patienceMs: 0 }, () =>
    assert.rejects(place('bug'), /a bug of ours/),
  );
  assert.deepEqual(await later('bug'), done, 'a bug of ours ends no order');
});

test('numbers.buy N7: a delivered order is refunded once; one under way, undone or unknown is not', async () => {
  const { place, find, refund, later, credits } = await openBuyer(2 * PRICE);
  await place('back');
  const refunded = { state: 'refunded', step: 'settled', code: 'number.unavailable' };
  for (let time = 0; time < 2; time += 1) assert.deepEqual(seen(await refund('back')), refunded);
  assert.deepEqual(await credits(), { available: 2 * PRICE, held: 0, used: 0 });
  await place('kept', 'refuses');
  assert.deepEqual(seen(await refund('kept')), undone('number.taken'));
  await soldBy({ fulfil: silent }, async () => {
    await place('open');
    await assert.rejects(refund('open'), { code: 'order.not_done' });
  });
  assert.deepEqual(await later('open'), done);
  await assert.rejects(refund('unknown'), { code: 'order.not_found' });
  assert.deepEqual(seen(await advanceOrder((await find('back')) ?? assert.fail('it is stored'), deps)), refunded, 'nothing moves it');
});
