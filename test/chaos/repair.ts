import { setTimeout as wait } from 'node:timers/promises';
import mongoose from 'mongoose';
import { NumberModel } from '../../api/models/number.ts';
import { OrderModel } from '../../api/models/order.ts';
import { PurchaseModel } from '../../api/models/purchase.ts';
import { SourceModel } from '../../api/models/source.ts';
import { later } from '../../api/rules/time.ts';
import type { ChaosWorld } from './world.ts';

/** The janitors' rounds that they may take until nothing is left open. */
const TICKS = 3;
const TICK_MS = 60_000;
const UNDER_WAY_MS = 5_000;
/** Longer than one process has a mail for itself. */
const MAIL_WAIT_MS = 130_000;
/** Longer than one process has the rent of a number for itself. */
const RENT_LEASE_MS = 150_000;

/**
 * No more faults: what is undecided is decided, time goes on, and everything comes to its end by itself. What no webhook told of is found
 * by comparing, and comparing again finds nothing more.
 */
export async function repair(world: ChaosWorld): Promise<string[]> {
  const { stripe, faults } = world.sandbox;
  faults.calm();
  for (const { id } of stripe.sessions().filter((session) => isUndecided(stripe, session))) stripe.settle(id, 'succeeded');
  const open = await comeToRest(world);
  const [first, second] = [await world.command('reconcile'), await world.command('reconcile')];
  const wrong = [
    ...(/\b0 not settled\.$/m.test(first) ? [] : [`the first comparison said: ${first}`]),
    ...(/^0 credited, 0 changed, 0 not settled\.$/m.test(second) ? [] : [`the second comparison said: ${second}`]),
  ];
  return [...open, ...wrong];
}

/** Longer than anything waits for anybody. @returns what is still not over then */
export async function comeToRest(world: ChaosWorld): Promise<string[]> {
  let left: string[] = [];
  for (let tick = 1; tick <= TICKS; tick += 1) {
    await pass(world, (tick === 1 ? 26 : 2) * 3600);
    // What somebody is at is not due, and not over either.
    for (const until = Date.now() + UNDER_WAY_MS; Date.now() < until; await wait(100)) {
      left = await stillOpen(world.sandbox.clock.now());
      if (left.length === 0) return [];
    }
  }
  return left.map((one) => `after ${TICKS} rounds it is still open: ${one}`);
}

/** Time goes on, and whatever is due then is looked after. */
export async function pass({ sandbox: { clock } }: ChaosWorld, seconds: number): Promise<void> {
  clock.advance(seconds);
  await passForMails();
  for (const until = Date.now() + TICK_MS; Date.now() < until; await wait(100)) {
    const now = clock.now();
    if ((await stillOpen(now, { checkAt: { $lte: now } })).length === 0) return;
  }
}

/** Mails wait in real time: as if some had gone by, what a dead process had begun to send is due again. */
const passForMails = () =>
  mongoose.connection.collection('mails').updateMany({ state: 'waiting' }, [{ $set: { dueAt: { $subtract: ['$dueAt', MAIL_WAIT_MS] } } }]);

/** Whatever is not over. @param due only what should have been looked after by now */
async function stillOpen(now: Date, due?: { checkAt: { $lte: Date } }): Promise<string[]> {
  const [orders, sources, purchases, rents, mails] = await Promise.all([
    OrderModel.find({ state: { $in: ['open', 'working'] }, ...due }).lean(),
    SourceModel.find({ state: { $nin: ['ready', 'failed', 'quarantined'] }, ...due }).lean(),
    PurchaseModel.find({ state: { $in: ['open', 'processing'] }, ...due }).lean(),
    NumberModel.find({ rentAt: due?.checkAt ?? { $lte: later(now, RENT_LEASE_MS) } }).lean(),
    mongoose.connection
      .collection('mails')
      .find({ state: 'waiting', ...(due && { dueAt: due.checkAt }) })
      .toArray(),
  ]);
  return [
    ...orders.map(({ _id, kind, pay, state, step }) => `${kind} ${_id}, paid with ${pay}: ${state}, ${step}`),
    ...sources.map(({ _id, state }) => `${_id}: ${state}`),
    ...purchases.map(({ _id, state }) => `${_id}: ${state}`),
    ...rents.map(({ _id, state }) => `the rent of ${_id}, ${state}`),
    ...mails.map(({ _id }) => `mail ${String(_id)}`),
  ];
}

/** A bank debit of which the bank has not said how it ended. */
function isUndecided(stripe: ChaosWorld['sandbox']['stripe'], session: { id: string; status: unknown; payment_intent: unknown }): boolean {
  if (session.status !== 'complete') return false;
  const isCharged = stripe.charges().some((charge) => charge.payment_intent === session.payment_intent);
  const told = stripe.events().filter(({ data }) => data.object.id === session.id);
  return !isCharged && !told.some(({ type }) => type.includes('async_payment'));
}
