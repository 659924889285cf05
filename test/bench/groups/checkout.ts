import { setTimeout as wait } from 'node:timers/promises';
import mongoose from 'mongoose';
import type { Input } from '../../../api/contract/index.ts';
import { send } from '../load.ts';
import { formatFigure, percentile } from '../numbers.ts';
import { openSignedIn } from '../people.ts';
import type { Measured } from '../process.ts';
import type { Stage } from '../stage.ts';
import { boundRow, type Row } from '../table.ts';

const APART_MS = 60;

interface Call {
  key: string;
  at: number;
  tookMillis: number;
}

/** Measures checkouts while Stripe takes 300 ms: our added time, the requests to Stripe, and that a rush refuses nobody. */
export async function checkout(stage: Stage): Promise<Row[]> {
  const sandbox = await stage.sandbox();
  const api = await stage.api('checkout', { STRIPE_API_URL: sandbox.url });
  const agency = await stage.agency(api, 'checkout');
  await agency.call('agency.update', { stripe: await sandbox.ask<NonNullable<Input<'agency.update'>['stripe']>>('account') });
  const { token } = await openSignedIn(agency);
  const { packages } = await agency.call('credits.packages', {});
  const body = JSON.stringify({ packageId: packages[0]?.id, returnUrl: `${agency.origin}/account` });
  const headers = { authorization: `Bearer ${token}`, origin: agency.origin, 'content-type': 'application/json' };
  const path = `/v1/credits.checkout?key=${agency.keys.test.publishable}`;
  const buy = (count: number, atOnce: number) =>
    send({ url: api.url, count, atOnce, ask: () => ({ path, method: 'POST', headers, body }) });
  await wait(1000); // the agency's setup asked Stripe too, and shares its rate limit
  await buy(stage.pick(2, 5, 5), 1);
  await sandbox.ask('calls');
  return [...(await measureOwnTime(stage, sandbox, buy)), ...(await measureRush(stage, sandbox, buy))];
}

type Buy = (count: number, atOnce: number) => ReturnType<typeof send>;

/** Measures our own time. A checkout begins every 60 ms, below Stripe's rate limit, so that none waits for its turn. */
async function measureOwnTime(stage: Stage, sandbox: Measured, buy: Buy): Promise<Row[]> {
  const count = stage.pick(20, 150, 500);
  const one = async (index: number) => {
    await wait(index * APART_MS);
    const { millis, lastBody } = await buy(1, 1);
    return { key: `${(JSON.parse(lastBody) as { purchaseId: string }).purchaseId}.checkout`, millis: millis[0] ?? Number.NaN };
  };
  const mine = await Promise.all(Array.from({ length: count }, (_, index) => one(index)));
  const calls = await sandbox.ask<Call[]>('calls');
  const own = mine.map(({ key, millis }) => millis - (calls.find((call) => call.key === key)?.tookMillis ?? Number.NaN));
  const median = formatFigure(percentile(own, 50));
  const floor = `${formatFigure(await measureTwoWrites(stage))} ms for 2 durable inserts`;
  return [
    boundRow('Q12', 'upstream calls per checkout', { measured: calls.length / count, unit: 'calls', atMost: 1, isExact: true }),
    boundRow('Q12', `own time of a checkout on 300 ms: p99 of ${count} (median ${median})`, {
      measured: percentile(own, 99),
      unit: 'ms',
      floor,
      atMost: 5,
    }),
  ];
}

/** Measures the median milliseconds of two writes, as a checkout stores a purchase before it asks Stripe, and the session after. */
async function measureTwoWrites(stage: Stage): Promise<number> {
  const connection = await mongoose.createConnection(await stage.database('syncs')).asPromise();
  const millis: number[] = [];
  for (let index = 0; index < 30; index += 1) {
    const startedAt = performance.now();
    for (const part of [0, 1]) {
      await connection.collection('syncs').insertOne({ index, part }, { writeConcern: { w: 1, journal: true } });
    }
    millis.push(performance.now() - startedAt);
  }
  await connection.close();
  return percentile(millis, 50);
}

/** Measures a rush: checkouts queue, and Stripe gets no more requests than it allows in any second. */
async function measureRush(stage: Stage, sandbox: Measured, buy: Buy): Promise<Row[]> {
  // About 105 get their turn within the 5 s that each waits at most.
  const count = stage.pick(40, 100, 100);
  await wait(1000);
  await buy(count, count);
  const times = (await sandbox.ask<Call[]>('calls')).map(({ at }) => at).sort((a, b) => a - b);
  const most = Math.max(...times.map((start) => times.filter((at) => at >= start && at < start + 1000).length));
  return [boundRow('Q12', `${count} checkouts at once, none refused: most in any second`, { measured: most, unit: 'calls', atMost: 25 })];
}
