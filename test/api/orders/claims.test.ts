import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { advanceDueOrders, advanceOrder, placeOrder } from '../../../api/domain/orders/orders.ts';
import { readBalance } from '../../../api/ledger/transfers/grants.ts';
import { claimDueOrder, claimOrder, readOrder, releaseClaim } from '../../../api/models/order.ts';
import { openEngine } from '../../support/engine.ts';
import { depsAt, openClient, orderOf, PRICE } from './script.ts';

const engine = await openEngine();
after(() => engine.close());

const START = Date.now();
let seconds = 0;
let names = 0;
const newName = () => {
  names += 1;
  return `claims-${names}`;
};
const deps = depsAt(() => new Date(START + seconds * 1000));
const at = (more: number) => new Date(START + (seconds + more) * 1000);

/** A provider whose answers wait until the test releases them. */
function slowProvider() {
  const waiting: (() => void)[] = [];
  let called = () => {};
  deps.fulfilments.number = {
    delivered: 'before payment',
    fulfil: () =>
      new Promise((resolve) => {
        waiting.push(() => resolve({ delivered: true }));
        called();
      }),
    release: () => assert.fail('nothing is undone here'),
  };
  return {
    /** Resolves at its nth call. */
    asked: (times: number) =>
      new Promise<void>((resolve) => {
        called = () => waiting.length >= times && resolve();
        called();
      }),
    get times() {
      return waiting.length;
    },
    answer: (time: number) => waiting[time - 1]?.(),
  };
}

const figures = async (client: Parameters<typeof readBalance>[0]) => {
  const { available, held } = await readBalance(client, { meter: { lowPermille: 250, criticalPermille: 100 }, waiting: 0 });
  return { available, held };
};

test('orders.read N7: an order that one process handles is taken by the next only after its claim expires', {
  timeout: 60_000,
}, async () => {
  const name = newName();
  const { access, client } = await openClient(name, 2 * PRICE);
  const provider = slowProvider();
  const first = placeOrder(access, client, orderOf(`ord_${name}`, 'delivers'), deps);
  await provider.asked(1);
  seconds += 119;
  const order = await readOrder(client, `ord_${name}`);
  assert(order);
  const seen = await advanceOrder(order, deps);
  assert.deepEqual({ step: seen.step, asked: provider.times }, { step: 'held', asked: 1 }, 'whoever asks for it sees it, and leaves it');

  seconds += 2;
  const second = advanceDueOrders(deps);
  await provider.asked(2);
  provider.answer(1);
  assert.equal((await first).state, 'done', 'the slow one ends as well');
  provider.answer(2);
  assert.equal(await second, 1);
  assert.equal(provider.times, 2);
  assert.deepEqual(await figures(client), { available: PRICE, held: 0 });
});

test('orders.read N7: one of many processes takes a due order, and a late release frees no other claim', async () => {
  const name = newName();
  const { access, client } = await openClient(name, PRICE);
  const provider = slowProvider();
  const first = placeOrder(access, client, orderOf(`ord_${name}`, 'delivers'), deps);
  await provider.asked(1);
  seconds += 121;
  const takenBy = async (ways: (() => ReturnType<typeof claimDueOrder>)[]) =>
    (await Promise.all(ways.map((take) => take()))).filter((order) => order !== null);
  const [before] = await takenBy([() => claimDueOrder(at(0), at(120), [])]);
  assert(before, 'its claim ran out');
  seconds += 121;
  const due = () => claimDueOrder(at(0), at(120), []);
  const asked = () => claimOrder(before, at(0), at(120));
  const taken = await takenBy([due, asked, due, asked, due, asked]);
  assert.deepEqual(
    taken.map(({ _id, checks }) => ({ _id, checks })),
    [{ _id: before._id, checks: before.checks + 1 }],
  );

  await releaseClaim(before, at(0));
  assert.deepEqual(await takenBy([due, asked]), [], 'it is still taken');
  await releaseClaim(taken[0] ?? before, at(0));
  assert.equal((await takenBy([due])).length, 1, 'who has it lets go of it');
  provider.answer(1);
  assert.equal((await first).state, 'done');
});
