import { Refusal, refuse } from '../../contract/refusal.ts';
import { findPurchaseBySession, type Purchase } from '../../models/purchase.ts';
import { type Deps, type PaymentEvent, paymentEvents } from '../../ports/index.ts';
import { alertOfProvider } from '../journal/alerts.ts';
import { type Found, findByPayment, findBySession, type PaymentAccount, type Unsettled } from './find.ts';
import { settleReturns } from './returns.ts';
import { isSettled, settleBy, settlePurchase } from './settle.ts';

type EventDeps = Pick<Deps, 'fulfilments' | 'now' | 'payments' | 'log' | 'reached'>;

/**
 * Outcome of an event.
 * - settled: durable
 * - ignored: not about our purchases
 * - quarantined: signed, but inconsistent; operators were told
 */
export type Outcome = 'settled' | 'ignored' | 'quarantined';

const settlers: readonly { types: readonly string[]; settle: typeof settleSession }[] = [
  { types: paymentEvents.session, settle: settleSession },
  { types: paymentEvents.payment, settle: settlePayment },
  { types: paymentEvents.return, settle: settleReturn },
];

/** Goes on with what a settled purchase was for. */
export type OnSettled = (purchase: Purchase) => Promise<void>;

/**
 * Handles Stripe's signed event. It is only a hint: Stripe's answer when asked is what counts. Returns when the effect is durable. Stripe
 * repeats an event refused with a 5xx for up to three days.
 * @param accounts that the address may belong to: both modes share it, and several agencies may have had its slug
 * @param settled runs for each settled purchase
 */
export async function handleStripeEvent(
  accounts: readonly PaymentAccount[],
  body: Buffer,
  signature: string | undefined,
  deps: EventDeps,
  settled: OnSettled = async () => {},
): Promise<Outcome> {
  const { account, event } = verify(accounts, body, signature, deps);
  deps.reached('webhook.verified');
  const about = { agencyId: account.scope.agencyId, eventId: event.id, type: event.type };
  const settler = settlers.find(({ types }) => types.includes(event.type));
  if (!settler) return ignore('event.other_kind', about, deps);
  if (event.livemode !== (account.mode === 'live')) return quarantine('event.other_mode', about, deps);
  try {
    const found = await settler.settle(account, event, deps);
    if (found && 'purchase' in found) await settled(found.purchase);
    if (!found || 'purchase' in found) return 'settled';
    return found.outcome === 'ignored' ? ignore(found.reason, about, deps) : quarantine(found.reason, about, deps);
  } catch (error) {
    // Any obstacle, even a revoked key, may be gone when Stripe repeats the event.
    await alertOfProvider(account.scope, error, deps);
    if (error instanceof Refusal) refuse('webhook.not_ready', { cause: error });
    throw error;
  }
}

function verify(
  accounts: readonly PaymentAccount[],
  body: Buffer,
  signature: string | undefined,
  { payments }: EventDeps,
): { account: PaymentAccount; event: PaymentEvent } {
  const ready = accounts.filter(({ settings }) => settings.webhookSecret.trim() !== '');
  if (ready.length === 0) refuse('webhook.not_configured');
  let cause: unknown;
  for (const account of ready) {
    try {
      return { account, event: payments.verifyEvent(body, signature, account.settings.webhookSecret) };
    } catch (error) {
      if (!(error instanceof Refusal && error.code === 'webhook.signature_refused')) throw error;
      cause = error;
    }
  }
  return refuse('webhook.signature_refused', { cause });
}

/** @returns undefined if it was settled before */
async function settleSession(account: PaymentAccount, { objectId }: PaymentEvent, deps: EventDeps): Promise<Found | undefined> {
  if (objectId === '') return { outcome: 'quarantined', reason: 'session.unnamed' };
  const known = await findPurchaseBySession(account.scope, objectId);
  if (known && isSettled(known)) return undefined;
  const session = await deps.payments.readCheckout(account.settings, objectId);
  deps.reached('webhook.read_back');
  if (!session) {
    // Our own session that this key cannot see: the agency changed its Stripe account, and may change it back.
    return known ? refuse('webhook.not_ready') : { outcome: 'quarantined', reason: 'session.unknown' };
  }
  const found = await findBySession(account, session, known);
  if ('purchase' in found) await settleBy(found.purchase, session, deps);
  return found;
}

async function settleReturn(account: PaymentAccount, { paymentId }: PaymentEvent, deps: EventDeps): Promise<Found> {
  if (paymentId === null) return { outcome: 'ignored', reason: 'return.without_payment' };
  const found = await findByPayment(account, paymentId, deps);
  if ('purchase' in found) await settleReturns(found.purchase, account.settings, deps);
  return found;
}

/** Handles an authorisation that began or ended. */
async function settlePayment(account: PaymentAccount, { paymentId }: PaymentEvent, deps: EventDeps): Promise<Found> {
  if (paymentId === null) return { outcome: 'ignored', reason: 'payment.unnamed' };
  const found = await findByPayment(account, paymentId, deps);
  if ('purchase' in found) await settlePurchase(found.purchase, account.settings, deps);
  return found;
}

function ignore(reason: Unsettled, about: object, { log }: EventDeps): Outcome {
  log.info({ ...about, reason }, 'webhook.ignored: a webhook event was ignored');
  return 'ignored';
}

function quarantine(reason: Unsettled, about: object, { log }: EventDeps): Outcome {
  log.error({ ...about, reason }, 'webhook.quarantined: a webhook event does not add up; nothing was credited');
  return 'quarantined';
}
