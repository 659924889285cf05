import { setTimeout as wait } from 'node:timers/promises';
import mongoose from 'mongoose';
import type { Input } from '../../../api/contract/index.ts';
import { send } from '../load.ts';
import { percentile, three } from '../numbers.ts';
import { signedInClient } from '../people.ts';
import type { Measured } from '../process.ts';
import type { Stage } from '../stage.ts';
import { bounded, type Row } from '../table.ts';

const APART_MS = 60;

interface Call {
  key: string;
  at: number;
  tookMillis: number;
}

/** Opening a checkout where Stripe takes 300 ms: what we add, how often Stripe is asked, and that nobody is refused in a rush. */
export async function checkout(stage: Stage): Promise<Row[]> {
  const sandbox = await stage.sandbox();
  const api = await stage.api('checkout', { STRIPE_API_URL: sandbox.url });
  const agency = await stage.agency(api, 'checkout');
  await agency.call('agency.update', { stripe: await sandbox.ask<NonNullable<Input<'agency.update'>['stripe']>>('account') });
  const { token } = await signedInClient(agency);
  const { packages } = await agency.call('credits.packages', {});
  const body = JSON.stringify({ packageId: packages[0]?.id, returnUrl: `${agency.origin}/account` });
  const headers = { authorization: `Bearer ${token}`, origin: agency.origin, 'content-type': 'application/json' };
  const path = `/v1/credits.checkout?key=${agency.keys.test.publishable}`;
  const buy = (count: number, atOnce: number) =>
    send({ url: api.url, count, atOnce, ask: () => ({ path, method: 'POST', headers, body }) });
  await wait(1000); // the settings asked Stripe, too, and share the allowance
  await buy(stage.pick(2, 5, 5), 1);
  await sandbox.ask('calls');
  return [...(await ownTime(stage, sandbox, buy)), ...(await rush(stage, sandbox, buy))];
}

type Buy = (count: number, atOnce: number) => ReturnType<typeof send>;

/** One begins every 60 ms, which is less often than Stripe allows: nothing waits for its turn. */
async function ownTime(stage: Stage, sandbox: Measured, buy: Buy): Promise<Row[]> {
  const count = stage.pick(20, 150, 500);
  const one = async (index: number) => {
    await wait(index * APART_MS);
    const { millis, lastBody } = await buy(1, 1);
    return { key: `${(JSON.parse(lastBody) as { purchaseId: string }).purchaseId}.checkout`, millis: millis[0] ?? Number.NaN };
  };
  const mine = await Promise.all(Array.from({ length: count }, (_, index) => one(index)));
  const calls = await sandbox.ask<Call[]>('calls');
  const own = mine.map(({ key, millis }) => millis - (calls.find((call) => call.key === key)?.tookMillis ?? Number.NaN));
  const median = three(percentile(own, 50));
  const floor = `${three(await twoSyncs(stage))} ms for 2 durable inserts`;
  return [
    bounded('Q12', 'upstream calls per checkout', { measured: calls.length / count, unit: 'calls', atMost: 1, isExact: true }),
    bounded('Q12', `own time of a checkout on 300 ms: p99 of ${count} (median ${median})`, {
      measured: percentile(own, 99),
      unit: 'ms',
      floor,
      atMost: 5,
    }),
  ];
}

/** A purchase is stored before Stripe is asked, and its session after; both wait for the disk. Median, in milliseconds. */
async function twoSyncs(stage: Stage): Promise<number> {
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

/** Everybody at once: they queue, and Stripe sees no more than it allows in any second. */
async function rush(stage: Stage, sandbox: Measured, buy: Buy): Promise<Row[]> {
  // About 105 get their turn within the 5 s that anybody waits for one.
  const count = stage.pick(40, 100, 100);
  await wait(1000);
  await buy(count, count);
  const times = (await sandbox.ask<Call[]>('calls')).map(({ at }) => at).sort((a, b) => a - b);
  const most = Math.max(...times.map((start) => times.filter((at) => at >= start && at < start + 1000).length));
  return [bounded('Q12', `${count} checkouts at once, none refused: most in any second`, { measured: most, unit: 'calls', atMost: 25 })];
}
