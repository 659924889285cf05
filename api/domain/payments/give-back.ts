import { refuse } from '../../contract/refusal.ts';
import { readReturns } from '../../ledger/transfers/returns.ts';
import { agencyById } from '../../models/agency.ts';
import { claimGiveBack, endGiveBack, isCredited, type Purchase, putOffGiveBack } from '../../models/purchase.ts';
import { modeOf } from '../../models/scope.ts';
import type { Deps } from '../../ports/index.ts';
import { HOUR_MS, MINUTE_MS } from '../../rules/time.ts';
import { backOff, type DueWork } from '../due/due.ts';
import { paymentOf, settleReturns } from './returns.ts';
import { clientOfPurchase, settlePurchase } from './settle.ts';
import { settingsOfPurchase } from './stripe.ts';

type GiveBackDeps = Pick<Deps, 'fulfilments' | 'now' | 'keys' | 'payments' | 'log' | 'reached'>;

/** Longer than Stripe may be silent in total, so that two processes never handle one purchase. */
const LEASE_MS = 2 * MINUTE_MS;

/** The due work of giving back what deleted clients paid and got nothing for. */
export const dueGiveBacks = (deps: GiveBackDeps): DueWork<Purchase> => ({
  name: 'purchase.give_back',
  claim: claimGiveBack,
  leaseMs: LEASE_MS,
  lookAfter: (purchase) => giveBack(purchase, { ...deps, payments: deps.payments.for({ who: 'give back', purpose: 'care' }) }),
  putOff: putOffGiveBack,
  restMs: ({ checks }) => backOff(checks, MINUTE_MS, HOUR_MS),
  about: ({ _id: purchaseId }) => ({ purchaseId }),
});

/**
 * Gives the money of a purchase back at Stripe, and takes its credits back with it. Each step may be repeated. Refuses while the money is
 * not back: a dispute is open, the order that it paid for is not over, or Stripe does not answer or refuses.
 */
export async function giveBack(marked: Purchase, deps: GiveBackDeps): Promise<void> {
  const agency = await agencyById(marked.agencyId);
  const settings = (agency && settingsOfPurchase(agency, modeOf(marked.world), marked, deps)) ?? refuse('payments.not_configured');
  // It was marked before its credits came.
  const paid = await settlePurchase(marked, settings, deps);
  if (!isCredited(paid)) refuse('webhook.not_ready');
  const isBack = async () => {
    await settleReturns(paid, settings, deps);
    const { refundedCents, lostCents } = await readReturns(clientOfPurchase(paid), paid._id);
    return refundedCents + lostCents >= paid.priceCents;
  };
  // The agency may have refunded it by itself.
  if (!(await isBack())) {
    await deps.payments.refundPayment(settings, await paymentOf(paid, settings, deps));
    deps.reached('giveback.after_refund');
    if (!(await isBack())) refuse('webhook.not_ready');
  }
  await endGiveBack(paid);
}
