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
  | 'event.shared_account' // of another agency, which gets it as well
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
      /** True if it names another agency or mode. */
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
  if (!scope) return ofAnother(session, account, 'session.foreign');
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
  if (!scopeOf(payment, account)) return ofAnother(payment, account, 'payment.foreign');
  const session = await payments.findCheckoutOf(account.settings, paymentId);
  return session ? findBySession(account, session) : { outcome: 'quarantined', reason: 'payment.without_session' };
}

const notOurs = { outcome: 'ignored', reason: 'event.own_business' } as const;

type Named = Pick<CheckoutSession | Payment, 'metadata'>;

/** Returns the agency and world that a session or payment names, perhaps an abandoned test world. Undefined for another mode. */
function namedScope({ metadata }: Named, { mode }: PaymentAccount): AgencyScope | undefined {
  const { wl_agency: agencyId = '', wl_world: world = '' } = metadata;
  const isOfMode = mode === 'live' ? world === 'live' : /^test\.\d+$/.test(world);
  return isOfMode ? { agencyId, world: world as World } : undefined;
}

/** Returns the same if it is this agency. */
function scopeOf(named: Named, account: PaymentAccount): AgencyScope | undefined {
  const scope = namedScope(named, account);
  return scope?.agencyId === account.scope.agencyId ? scope : undefined;
}

/** Tells apart another agency's purchase from this same Stripe account and what only claims to be another's. */
async function ofAnother(named: Named, account: PaymentAccount, reason: Unsettled): Promise<Found> {
  const scope = namedScope(named, account);
  const purchase = scope && (await readPurchase(scope, named.metadata.wl_purchase ?? ''));
  const { accountId } = account.settings;
  const isShared = accountId !== undefined && purchase?.stripeAccount === accountId;
  return isShared ? { outcome: 'ignored', reason: 'event.shared_account' } : { outcome: 'quarantined', reason, isForeign: true };
}

/** Finds the purchase that a session names. If a crash kept the session from being stored, stores it now. */
async function purchaseOf(scope: AgencyScope, session: CheckoutSession): Promise<Purchase> {
  const purchase = await readPurchase(scope, session.metadata.wl_purchase ?? '');
  if (!purchase) return refuse('webhook.not_ready');
  return purchase.sessionId === undefined ? noteSession(scope, purchase._id, session) : purchase;
}
