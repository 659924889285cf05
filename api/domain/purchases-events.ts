import { Refusal, refuse } from '../contract/refusal.ts';
import type { Mode } from '../models/agency.ts';
import { findPurchaseBySession, noteSession, type Purchase, readPurchase } from '../models/purchase.ts';
import type { AgencyScope, World } from '../models/scope.ts';
import type { PaymentSettings } from './payments.ts';
import type { CheckoutSession, Deps, PaymentEvent } from './ports.ts';
import { isSettled, settleBy } from './purchases-settle.ts';

/** An agency as its webhook address finds it. Both modes share the address; the secret tells them apart. */
export interface Receiver {
  agencyId: string;
  accounts: readonly { mode: Mode; scope: AgencyScope; settings: PaymentSettings }[];
}

type Account = Receiver['accounts'][number];
type EventDeps = Pick<Deps, 'now' | 'payments' | 'log' | 'reached'>;

/** settled: durable · ignored: not about a purchase of ours · quarantined: signed, but it does not add up; somebody was told */
export type Outcome = 'settled' | 'ignored' | 'quarantined';

const settling = new Set([
  'checkout.session.completed',
  'checkout.session.async_payment_succeeded',
  'checkout.session.async_payment_failed',
  'checkout.session.expired',
]);

/**
 * Stripe's signed word that something happened. It is only a hint: what counts is the session as Stripe tells it when asked.
 * Returns when the effect is durable. Whatever is refused with a 5xx is sent again by Stripe, for up to three days.
 */
export async function handleStripeEvent(
  receiver: Receiver,
  body: Buffer,
  signature: string | undefined,
  deps: EventDeps,
): Promise<Outcome> {
  const { account, event } = verify(receiver, body, signature, deps);
  deps.reached('webhook.verified');
  const about = { agencyId: receiver.agencyId, eventId: event.id, type: event.type };
  if (!settling.has(event.type)) return ignore('an event of another kind', about, deps);
  if (event.livemode !== (account.mode === 'live')) return quarantine('an event of the other mode', about, deps);

  const known = await findPurchaseBySession(account.scope, event.objectId);
  if (known && isSettled(known)) return 'settled';
  const session = await readBack(event, account, deps);
  deps.reached('webhook.read_back');
  if (!session) {
    // Our own session that this key cannot see: the agency changed its Stripe account, and may yet change it back.
    return known ? refuse('webhook.not_ready') : quarantine('an event about a session that the account does not have', about, deps);
  }
  if (!known && session.metadata.wl_purchase === undefined) return ignore("an event of the agency's own business", about, deps);
  const scope = scopeOf(session, account);
  if (!scope) return quarantine('a session made out to somebody else', about, deps);

  const purchase = known ?? (await purchaseOf(scope, session));
  if (purchase.sessionId !== session.id) return quarantine('a second session for one purchase', about, deps);
  await settleBy(purchase, session, deps);
  return 'settled';
}

function verify(
  { accounts }: Receiver,
  body: Buffer,
  signature: string | undefined,
  { payments }: EventDeps,
): { account: Account; event: PaymentEvent } {
  const ready = accounts.filter(({ settings }) => settings.webhookSecret.trim() !== '');
  if (ready.length === 0) refuse('webhook.not_configured');
  let cause: unknown;
  for (const account of ready) {
    try {
      return { account, event: payments.verifyEvent(body, signature, account.settings.webhookSecret) };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      cause = error;
    }
  }
  return refuse('webhook.signature_refused', { cause });
}

/** Whatever keeps us from reading it back now, a revoked key included, may be over when Stripe sends the event again. */
async function readBack({ objectId }: PaymentEvent, { settings }: Account, { payments }: EventDeps): Promise<CheckoutSession | undefined> {
  try {
    return await payments.readCheckout(settings, objectId);
  } catch (error) {
    if (error instanceof Refusal) refuse('webhook.not_ready', { cause: error });
    throw error;
  }
}

/** The world that the session was made in, which may be a test world that has been left since. Never another agency's or mode's. */
function scopeOf({ metadata }: CheckoutSession, { mode, scope }: Account): AgencyScope | undefined {
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

function ignore(reason: string, about: object, { log }: EventDeps): Outcome {
  log.info({ ...about, reason }, 'a webhook event was ignored');
  return 'ignored';
}

function quarantine(reason: string, about: object, { log }: EventDeps): Outcome {
  log.error({ ...about, reason }, 'a webhook event does not add up; nothing was credited');
  return 'quarantined';
}
