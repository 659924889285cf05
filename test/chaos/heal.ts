import { setTimeout as wait } from 'node:timers/promises';
import mongoose from 'mongoose';
import { OrderModel } from '../../api/models/order.ts';
import { PurchaseModel } from '../../api/models/purchase.ts';
import { SourceModel } from '../../api/models/source.ts';
import type { ChaosWorld } from './world.ts';

/** The janitors' rounds that they may take until nothing is left open. */
const TICKS = 3;
const TICK_MS = 60_000;
/** Longer than one process has a mail for itself. */
const MAIL_WAIT_MS = 130_000;

/**
 * No more faults: what is undecided is decided, time goes on, and everything comes to its end by itself. What no webhook told of is found
 * by comparing, and comparing again finds nothing more.
 */
export async function heal(world: ChaosWorld): Promise<string[]> {
  const open = await closeAll(world);
  const [first, second] = [await world.command('reconcile'), await world.command('reconcile')];
  const wrong = [
    ...(/\b0 not settled\.$/m.test(first) ? [] : [`the first comparison said: ${first}`]),
    ...(/^0 credited, 0 changed, 0 not settled\.$/m.test(second) ? [] : [`the second comparison said: ${second}`]),
  ];
  return [...open, ...wrong];
}

async function closeAll({ sandbox: { stripe, faults, clock } }: ChaosWorld): Promise<string[]> {
  faults.calm();
  for (const { id } of stripe.sessions().filter((session) => isUndecided(stripe, session))) stripe.settle(id, 'succeeded');
  let left: string[] = [];
  for (let tick = 1; tick <= TICKS; tick += 1) {
    clock.advance((tick === 1 ? 26 : 2) * 3600);
    await passForMails();
    for (const until = Date.now() + TICK_MS; Date.now() < until; await wait(100)) {
      if ((await stillOpen(clock.now())).length === 0) break;
    }
    left = await stillOpen();
    if (left.length === 0) return [];
  }
  return left.map((one) => `after ${TICKS} rounds it is still open: ${one}`);
}

/** Mails wait in real time: as if some had gone by, what a dead process had begun to send is due again. */
const passForMails = () =>
  mongoose.connection.collection('mails').updateMany({ state: 'waiting' }, [{ $set: { dueAt: { $subtract: ['$dueAt', MAIL_WAIT_MS] } } }]);

/** Whatever is not over. @param dueAt only what should have been looked after by then */
async function stillOpen(dueAt?: Date): Promise<string[]> {
  const due = dueAt && { checkAt: { $lte: dueAt } };
  const [orders, sources, purchases, mails] = await Promise.all([
    OrderModel.find({ state: { $in: ['open', 'working'] }, ...due }).lean(),
    SourceModel.find({ state: { $nin: ['ready', 'failed', 'quarantined'] }, ...due }).lean(),
    PurchaseModel.find({ state: { $in: ['open', 'processing'] }, ...due }).lean(),
    mongoose.connection
      .collection('mails')
      .find({ state: 'waiting', ...(dueAt && { dueAt: { $lte: dueAt } }) })
      .toArray(),
  ]);
  return [
    ...orders.map(({ _id, kind, pay, state, step }) => `${kind} ${_id}, paid with ${pay}: ${state}, ${step}`),
    ...sources.map(({ _id, state }) => `${_id}: ${state}`),
    ...purchases.map(({ _id, state }) => `${_id}: ${state}`),
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
