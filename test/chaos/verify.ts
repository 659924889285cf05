import { auditWhole } from '../../api/domain/audit/whole.ts';
import { readReturns } from '../../api/ledger/transfers/returns.ts';
import { isCredited, type Purchase, PurchaseModel } from '../../api/models/purchase.ts';
import { TransferModel } from '../../api/models/transfer.ts';
import { HOUR_MS, later } from '../../api/rules/time.ts';
import type { Person } from './person.ts';
import type { Tally } from './tally.ts';
import { verifyKnowledge } from './verify-knowledge.ts';
import { verifyNumbers } from './verify-numbers.ts';
import { verifyOrders } from './verify-orders.ts';
import type { ChaosWorld } from './world.ts';

/** Lists everything that is wrong, a sentence each. Call it when no work is in progress. */
export async function verify(world: ChaosWorld, persons: readonly Person[], tally: Tally): Promise<string[]> {
  // Some hours later, so that nothing counts as in progress.
  const [business, real] = [world.sandbox.clock.now(), later(new Date(), 2 * HOUR_MS)];
  const { violations, checks } = await auditWhole({ seals: world.seals, business, real });
  const broken = checks.filter(({ ok }) => !ok).map(({ name, detail }) => `audit: ${name}: ${detail}`);
  if (violations > 0 && broken.length === 0) broken.push(`audit: ${violations} violations`);
  return [
    ...broken,
    ...(await verifyPurchases(world, tally)),
    ...(await verifyOrders(world, persons, tally)),
    ...(await verifyNumbers(world, persons, tally)),
    ...(await verifyKnowledge(world, persons)),
    ...(await verifyAcknowledged(persons)),
  ];
}

async function verifyPurchases({ sandbox: { stripe } }: ChaosWorld, tally: Tally): Promise<string[]> {
  const wrong: string[] = [];
  const purchases = await PurchaseModel.find().lean<Purchase[]>();
  const bySession = new Map(purchases.map((purchase) => [purchase.sessionId ?? purchase._id, purchase]));
  const credited = await TransferModel.find({ kind: 'credits.purchase' }, { _id: 1 }).lean();
  const credits = credited.map(({ _id }) => _id.split('/').at(-1) ?? '');
  const paid = stripe.sessions().filter(({ payment_status }) => payment_status === 'paid');
  for (const { _id, state } of purchases) {
    tally.count(`ended ${state}`);
    if (state === 'open' || state === 'processing' || state === 'review') wrong.push(`${_id} is still ${state}`);
  }
  for (const { id } of paid) {
    const times = credits.filter((sessionId) => sessionId === id).length;
    const purchase = bySession.get(id);
    if (times !== 1) wrong.push(`${id} was paid and credited ${times} times`);
    if (!purchase || !isCredited(purchase)) wrong.push(`${id} was paid, and its purchase is ${purchase?.state}`);
    else wrong.push(...(await verifyReturns(purchase, stripe)));
  }
  if (credits.length !== paid.length) wrong.push(`${credits.length} credits for ${paid.length} paid sessions`);
  const named = new Set(stripe.sessions().map(({ client_reference_id }) => client_reference_id));
  if (named.size !== stripe.sessions().length) wrong.push('a purchase has two sessions');
  return wrong;
}

async function verifyReturns(purchase: Purchase, stripe: ChaosWorld['sandbox']['stripe']): Promise<string[]> {
  const session = stripe.sessions().find(({ id }) => id === purchase.sessionId);
  const charge = stripe.charges().find(({ payment_intent }) => payment_intent === session?.payment_intent);
  const disputes = stripe.disputes().filter(({ payment_intent }) => payment_intent === session?.payment_intent);
  const lost = disputes.filter(({ status }) => status === 'lost').reduce((sum, { amount }) => sum + amount, 0);
  const { refundedCents, lostCents } = await readReturns(purchase, purchase._id);
  const [refunded, isDisputed] = [charge?.amount_refunded ?? 0, disputes.some(({ status }) => status === 'needs_response')];
  return [
    ...(refundedCents === refunded ? [] : [`${purchase._id}: ${refunded} were refunded, ${refundedCents} taken back`]),
    ...(lostCents === lost ? [] : [`${purchase._id}: ${lost} were lost, ${lostCents} taken back`]),
    ...((purchase.state === 'disputed') === isDisputed ? [] : [`${purchase._id} is ${purchase.state}`]),
  ];
}

/** Checks that acknowledged transfers exist, with their amounts. */
async function verifyAcknowledged(persons: readonly Person[]): Promise<string[]> {
  const wrong: string[] = [];
  for (const { acknowledged } of persons) {
    for (const [name, amount] of acknowledged) {
      const [kind = '', cause = ''] = name.split(/\/(.*)/s);
      const found = await TransferModel.find({ kind, _id: new RegExp(`/${cause}$`) }).lean();
      const moved = found.flatMap(({ postings }) => postings).find(({ account }) => account.startsWith('client.'))?.amount;
      if (found.length !== 1) wrong.push(`${name} was acknowledged and is there ${found.length} times`);
      else if (moved !== undefined && Math.abs(moved) > Math.abs(amount)) wrong.push(`${name} moved ${moved} instead of ${amount}`);
    }
  }
  return wrong;
}
