import { refuse } from '../../contract/refusal.ts';
import type { Mode } from '../../models/agency.ts';
import { findPurchaseByPayment, findPurchaseBySession, noteSession, type Purchase, readPurchase } from '../../models/purchase.ts';
import type { AgencyScope, World } from '../../models/scope.ts';
import type { CheckoutSession, Deps, Payment } from '../../ports/index.ts';
import type { PaymentSettings } from './prices.ts';

/** One of an agency's accounts at Stripe. */
export interface PaymentAccount {
  mode: Mode;
  scope: AgencyScope;
  settings: PaymentSettings;
}

/** What a session or a payment belongs to. `ignored`: to the agency's other business · `quarantined`: it does not add up */
export type Found =
  | { purchase: Purchase }
  | {
      outcome: 'ignored' | 'quarantined';
      reason: string;
      /** It names another agency, which may share the account. */
      isForeign?: true;
    };

/**
 * The purchase that a session was made for. Refuses with `webhook.not_ready` where it cannot be seen yet.
 * @param noted the one that has this session noted, where it was looked up already
 */
export async function findBySession(account: PaymentAccount, session: CheckoutSession, noted?: Purchase | null): Promise<Found> {
  const known = noted ?? (await findPurchaseBySession(account.scope, session.id));
  if (!known && session.metadata.wl_purchase === undefined) return notOurs;
  const scope = scopeOf(session, account);
  if (!scope) return { outcome: 'quarantined', reason: 'a session made out to somebody else', isForeign: true };
  const purchase = known ?? (await purchaseOf(scope, session));
  return purchase.sessionId === session.id ? { purchase } : { outcome: 'quarantined', reason: 'a second session for one purchase' };
}

/** The purchase that was paid by a payment, with its session noted. Refuses as above. */
export async function findByPayment(account: PaymentAccount, paymentId: string, { payments }: Pick<Deps, 'payments'>): Promise<Found> {
  const known = await findPurchaseByPayment(account.scope, paymentId);
  if (known) return { purchase: known };
  const payment = await payments.readPayment(account.settings, paymentId);
  if (!payment) return { outcome: 'quarantined', reason: 'a payment that the account does not have' };
  if (payment.metadata.wl_purchase === undefined) return notOurs;
  if (!scopeOf(payment, account)) return { outcome: 'quarantined', reason: 'a payment made out to somebody else', isForeign: true };
  const session = await payments.findCheckoutOf(account.settings, paymentId);
  return session ? findBySession(account, session) : { outcome: 'quarantined', reason: 'a payment without a session' };
}

const notOurs = { outcome: 'ignored', reason: "the agency's own business" } as const;

/** The world that it was made in, which may be a test world that has been left since. Never another agency's or mode's. */
function scopeOf({ metadata }: Pick<CheckoutSession | Payment, 'metadata'>, { mode, scope }: PaymentAccount): AgencyScope | undefined {
  const { wl_agency: agencyId, wl_world: world = '' } = metadata;
  const isOfMode = mode === 'live' ? world === 'live' : /^test\.\d+$/.test(world);
  return agencyId === scope.agencyId && isOfMode ? { agencyId, world: world as World } : undefined;
}

/** The purchase that a session names. A crash may have come before the session was noted on it; then it is noted now. */
async function purchaseOf(scope: AgencyScope, session: CheckoutSession): Promise<Purchase> {
  const purchase = await readPurchase(scope, session.metadata.wl_purchase ?? '');
  if (!purchase) return refuse('webhook.not_ready');
  return purchase.sessionId === undefined ? noteSession(scope, purchase._id, session) : purchase;
}
