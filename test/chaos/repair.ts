import { setTimeout as wait } from 'node:timers/promises';
import mongoose from 'mongoose';
import { NumberModel } from '../../api/models/number.ts';
import { OrderModel } from '../../api/models/order.ts';
import { PurchaseModel } from '../../api/models/purchase.ts';
import { SourceModel } from '../../api/models/source.ts';
import { later } from '../../api/rules/time.ts';
import type { ChaosWorld } from './world.ts';

/** Rounds of the jobs until nothing may be open any more. */
const TICKS = 3;
const TICK_MS = 60_000;
const UNDER_WAY_MS = 5_000;
/** Longer than the lease of a mail. */
const MAIL_WAIT_MS = 130_000;
/** Longer than the lease of a rent. */
const RENT_LEASE_MS = 150_000;

/**
 * Ends all faults: decides undecided payments, advances the clock, and waits until everything has finished. Reconcile finds unreported
 * events, and its repetition finds nothing.
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

/**
 * Waits longer than any work may wait.
 * @returns all that is still unfinished
 */
export async function comeToRest(world: ChaosWorld): Promise<string[]> {
  let left: string[] = [];
  for (let tick = 1; tick <= TICKS; tick += 1) {
    await pass(world, (tick === 1 ? 26 : 2) * 3600);
    // Work that a process is handling is neither due nor finished.
    for (const until = performance.now() + UNDER_WAY_MS; performance.now() < until; await wait(100)) {
      left = await stillOpen(world.sandbox.clock.now());
      if (left.length === 0) return [];
    }
  }
  return left.map((one) => `after ${TICKS} rounds it is still open: ${one}`);
}

/** Advances the clock, and waits until all due work is handled. */
export async function pass({ sandbox: { clock } }: ChaosWorld, seconds: number): Promise<void> {
  clock.advance(seconds);
  await passForMails();
  for (const until = performance.now() + TICK_MS; performance.now() < until; await wait(100)) {
    const now = clock.now();
    if ((await stillOpen(now, { checkAt: { $lte: now } })).length === 0) return;
  }
}

/** Mails wait in real time, so this makes a dead process's mails due again. */
const passForMails = () =>
  mongoose.connection.collection('mails').updateMany({ state: 'waiting' }, [{ $set: { dueAt: { $subtract: ['$dueAt', MAIL_WAIT_MS] } } }]);

/**
 * Lists unfinished work.
 * @param due only work that should be handled by now
 */
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

/** Tells whether the bank has not decided a debit yet. */
function isUndecided(stripe: ChaosWorld['sandbox']['stripe'], session: { id: string; status: unknown; payment_intent: unknown }): boolean {
  if (session.status !== 'complete') return false;
  const isCharged = stripe.charges().some((charge) => charge.payment_intent === session.payment_intent);
  const told = stripe.events().filter(({ data }) => data.object.id === session.id);
  return !isCharged && !told.some(({ type }) => type.includes('async_payment'));
}
