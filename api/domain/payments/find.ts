import { refuse } from '../../contract/refusal.ts';
import type { Mode } from '../../models/agency.ts';
import { findPurchaseByPayment, findPurchaseBySession, noteSession, type Purchase, readPurchase } from '../../models/purchase.ts';
import type { AgencyScope, World } from '../../models/scope.ts';
import type { CheckoutSession, Deps, Payment } from '../../ports/index.ts';
import type { PaymentSettings } from './prices.ts';

/** One of an agency's Stripe accounts. */
export interface PaymentAccount {
  mode: Mode;
  scope: AgencyScope;
  settings: PaymentSettings;
}

/** Why an event settled nothing, for the log. */
export type Unsettled =
  | 'event.other_kind' // of those that are acted on
  | 'event.other_mode'
  | 'event.own_business' // of the agency: no purchase of ours
  | 'payment.foreign' // it names another agency or world
  | 'payment.unknown' // to the account
  | 'payment.unnamed'
  | 'payment.without_session'
  | 'return.without_payment'
  | 'session.foreign'
  | 'session.second' // of one purchase
  | 'session.unknown'
  | 'session.unnamed';

/**
 * The owner of a session or payment.
 * - `ignored`: the agency's other business
 * - `quarantined`: inconsistent
 */
export type Found =
  | { purchase: Purchase }
  | {
      outcome: 'ignored' | 'quarantined';
      reason: Unsettled;
      /** True if it names another agency, which may share the account. */
      isForeign?: true;
    };

/**
 * Finds the purchase of a session. Refuses with `webhook.not_ready` if it is not visible yet.
 * @param noted the purchase with this session, if it was looked up already
 */
export async function findBySession(account: PaymentAccount, session: CheckoutSession, noted?: Purchase | null): Promise<Found> {
  const known = noted ?? (await findPurchaseBySession(account.scope, session.id));
  if (!known && session.metadata.wl_purchase === undefined) return notOurs;
  const scope = scopeOf(session, account);
  if (!scope) return { outcome: 'quarantined', reason: 'session.foreign', isForeign: true };
  const purchase = known ?? (await purchaseOf(scope, session));
  return purchase.sessionId === session.id ? { purchase } : { outcome: 'quarantined', reason: 'session.second' };
}

/** Finds the purchase of a payment, and stores its session. Refuses as above. */
export async function findByPayment(account: PaymentAccount, paymentId: string, { payments }: Pick<Deps, 'payments'>): Promise<Found> {
  const known = await findPurchaseByPayment(account.scope, paymentId);
  if (known) return { purchase: known };
  const payment = await payments.readPayment(account.settings, paymentId);
  if (!payment) return { outcome: 'quarantined', reason: 'payment.unknown' };
  if (payment.metadata.wl_purchase === undefined) return notOurs;
  if (!scopeOf(payment, account)) return { outcome: 'quarantined', reason: 'payment.foreign', isForeign: true };
  const session = await payments.findCheckoutOf(account.settings, paymentId);
  return session ? findBySession(account, session) : { outcome: 'quarantined', reason: 'payment.without_session' };
}

const notOurs = { outcome: 'ignored', reason: 'event.own_business' } as const;

/** Returns the world of a session or payment, perhaps an abandoned test world. Undefined for another agency or mode. */
function scopeOf({ metadata }: Pick<CheckoutSession | Payment, 'metadata'>, { mode, scope }: PaymentAccount): AgencyScope | undefined {
  const { wl_agency: agencyId, wl_world: world = '' } = metadata;
  const isOfMode = mode === 'live' ? world === 'live' : /^test\.\d+$/.test(world);
  return agencyId === scope.agencyId && isOfMode ? { agencyId, world: world as World } : undefined;
}

/** Finds the purchase that a session names. If a crash kept the session from being stored, stores it now. */
async function purchaseOf(scope: AgencyScope, session: CheckoutSession): Promise<Purchase> {
  const purchase = await readPurchase(scope, session.metadata.wl_purchase ?? '');
  if (!purchase) return refuse('webhook.not_ready');
  return purchase.sessionId === undefined ? noteSession(scope, purchase._id, session) : purchase;
}
