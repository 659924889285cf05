import { agencyById } from '../../models/agency.ts';
import { claimUnsettled, movePurchase, noteSession, type Purchase, putOff } from '../../models/purchase.ts';
import { modeOf } from '../../models/scope.ts';
import type { Deps } from '../../ports/index.ts';
import { HOUR_MS, later, MINUTE_MS } from '../../rules/time.ts';
import { backOff, type DueWork, workThrough } from '../due/due.ts';
import type { PaymentSettings } from './prices.ts';
import { isTooLate, settleBy } from './settle.ts';
import { settingsOfPurchase } from './stripe.ts';

type JanitorDeps = Pick<Deps, 'now' | 'draining' | 'keys' | 'payments' | 'log' | 'reached'>;

/** Longer than Stripe may be silent in total, so that two processes never handle one purchase. */
const LEASE_MS = 2 * MINUTE_MS;
const BACKOFF_MAX_MS = HOUR_MS;

/** Stripe forgets an idempotency key after 24 h. Well before that, an intent without a session is only looked up, not sent again. */
const RESENT_MS = 20 * HOUR_MS;
/** Life of an order's checkout page, because its reservations last less than a day. Stripe requires at least 30 minutes. */
const ORDER_PAGE_MS = 2 * HOUR_MS;
const ORDER_RESENT_MS = HOUR_MS;
/** A session lives at most 24 h. One that the account does not have by then looks like an expired one. */
const UNSEEN_MS = 48 * HOUR_MS;
/** Allowed difference between Stripe's clock and ours. */
const CLOCKS_MS = 5 * MINUTE_MS;

/** Time of the first check: a buyer needs a while, and the webhook usually comes first. */
export const firstCheckAt = (createdAt: Date): Date => later(createdAt, MINUTE_MS);

const age = ({ createdAt }: Purchase, { now }: Pick<Deps, 'now'>): number => now().getTime() - createdAt.getTime();

/** Returns when the checkout page closes; undefined if Stripe decides. */
export const closesAt = ({ orderId, createdAt }: Purchase): Date | undefined =>
  orderId === undefined ? undefined : later(createdAt, ORDER_PAGE_MS);

/** Tells whether it is too late to send a purchase's intent to Stripe again. */
export const isTooOld = (purchase: Purchase, deps: Pick<Deps, 'now'>): boolean =>
  age(purchase, deps) > (purchase.orderId === undefined ? RESENT_MS : ORDER_RESENT_MS);

/** The due work of settling open purchases by reading them back. If Stripe cannot be asked, the next attempt comes later and later. */
export const openPurchases = (deps: JanitorDeps): DueWork<Purchase> => ({
  name: 'purchase.care',
  claim: claimUnsettled,
  leaseMs: LEASE_MS,
  lookAfter: (purchase) => lookAfter(purchase, { ...deps, payments: deps.payments.for({ who: 'janitor', purpose: 'care' }) }),
  putOff,
  restMs: ({ checks }) => backOff(checks, MINUTE_MS, BACKOFF_MAX_MS),
  about: ({ _id: purchaseId }) => ({ purchaseId }),
});

/**
 * Handles all due purchases of all agencies.
 * @returns the number of purchases handled
 */
export const settleLeftOpen = (deps: JanitorDeps, most?: number): Promise<number> => workThrough(openPurchases(deps), deps, most);

async function lookAfter(purchase: Purchase, deps: JanitorDeps): Promise<void> {
  const { _id: id, agencyId, world } = purchase;
  const agency = await agencyById(agencyId);
  const settings = agency ? settingsOfPurchase(agency, modeOf(world), purchase, deps) : undefined;
  const known = settings ? await lookUpSession(purchase, settings, deps) : purchase;
  const session = settings && known.sessionId !== undefined ? await deps.payments.readCheckout(settings, known.sessionId) : undefined;
  if (settings && session) {
    const { state, paymentId } = await settleBy(known, session, deps);
    // Nobody will capture it, and whoever gave the order up could not cancel it.
    if (state === 'processing' && paymentId !== undefined && (await isTooLate(purchase)))
      await deps.payments.cancelPayment(settings, paymentId);
    return;
  }
  // An expired purchase can still be credited if it turns out to be paid.
  const isOver = known.sessionId === undefined && settings ? isTooOld(purchase, deps) : age(purchase, deps) > UNSEEN_MS;
  if (!isOver || !(await movePurchase(purchase, id, 'expired'))) return;
  if (known.sessionId === undefined)
    deps.log.info({ agencyId, purchaseId: id }, 'purchase.over: a purchase never got a page to pay on; it is over');
  else
    deps.log.error(
      { agencyId, purchaseId: id, sessionId: known.sessionId },
      "purchase.session_missing: the agency's Stripe account does not have this session",
    );
}

/** Looks for the session of a purchase without a stored one by the session's metadata, without creating a new one. */
export async function lookUpSession(
  purchase: Purchase,
  settings: PaymentSettings,
  { payments }: Pick<Deps, 'payments'>,
): Promise<Purchase> {
  if (purchase.sessionId !== undefined) return purchase;
  const { _id: id, agencyId, createdAt } = purchase;
  const seconds = (ms: number) => Math.floor((createdAt.getTime() + ms) / 1000);
  for await (const session of payments.listCheckouts(settings, { from: seconds(-CLOCKS_MS), to: seconds(RESENT_MS + CLOCKS_MS) })) {
    const isIts = session.clientReferenceId === id && session.metadata.wl_purchase === id && session.metadata.wl_agency === agencyId;
    if (isIts) return noteSession(purchase, id, session);
  }
  return purchase;
}
