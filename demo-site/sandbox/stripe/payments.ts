import { nowSeconds } from '../ids.ts';
import type { Vault } from '../world.ts';
import { releaseOverdue } from './captures.ts';
import { addCharge, type PaidCard } from './charges.ts';
import type { Core } from './core.ts';
import { emit } from './emit.ts';
import type { PaymentIntent, Session } from './objects.ts';
import { newIntent } from './payment-intents.ts';
import { invalid, StripeRefusal } from './refusals.ts';

/** A payment by card, by a bank debit that is confirmed later, or by a card that is declined. */
export type Payment = 'card' | 'delayed' | 'declined';

/** The customer's entries on the page. */
interface Payer {
  email?: string | undefined;
  card?: PaidCard;
}

/**
 * Pays a session on the hosted page. A declined card leaves it open.
 * @throws StripeRefusal if the session is not open
 */
export function paySession(core: Core, vault: Vault, session: Session, payment: Payment, by: Payer = {}): Session {
  assertOpen(core, vault, session);
  if (payment === 'declined') return session;
  const isReserved = vault.paymentData[session.id]?.capture_method === 'manual' && session.amount_total !== 0;
  if (isReserved && payment === 'delayed') throw invalid('A bank debit cannot be authorised first and captured later.', 'payment');
  const address = session.customer_email ?? by.email ?? null;
  session.customer_details = { ...nobody, email: address, tax_ids: [] };
  session.status = 'complete';
  session.url = null;
  if (session.amount_total === 0) {
    session.payment_status = 'no_payment_required';
  } else {
    const settled = isReserved ? 'requires_capture' : 'succeeded';
    const intent = newIntent(core.world, vault, session, payment === 'card' ? settled : 'processing');
    session.payment_intent = intent.id;
    session.payment_status = intent.status === 'succeeded' ? 'paid' : 'unpaid';
    if (payment === 'card') {
      addCharge(core.world, vault, intent, { kind: 'card', email: address, card: by.card });
      emit(core, vault, isReserved ? 'payment_intent.amount_capturable_updated' : 'payment_intent.succeeded', intent);
    }
  }
  emit(core, vault, 'checkout.session.completed', session);
  return session;
}

const nobody = {
  address: null,
  business_name: null,
  individual_name: null,
  name: null,
  phone: null,
  tax_exempt: 'none',
  tax_ids: [],
} as const;

/**
 * Decides a delayed payment, as a bank does days later.
 * @throws StripeRefusal if the session waits for no bank
 */
export function settleSession(core: Core, vault: Vault, session: Session, outcome: 'succeeded' | 'failed'): Session {
  const intent = waitingIntent(vault, session);
  if (!intent) throw invalid('This session does not wait for a bank.', 'session');
  if (outcome === 'succeeded') {
    intent.status = 'succeeded';
    intent.amount_received = intent.amount;
    addCharge(core.world, vault, intent, { kind: 'bank debit', email: session.customer_details?.email ?? null });
    session.payment_status = 'paid';
    emit(core, vault, 'payment_intent.succeeded', intent);
    emit(core, vault, 'checkout.session.async_payment_succeeded', session);
  } else {
    intent.status = 'requires_payment_method';
    emit(core, vault, 'checkout.session.async_payment_failed', session);
  }
  return session;
}

/** Returns the intent of a delayed payment that no bank has decided. */
export function waitingIntent(vault: Vault, session: Session): PaymentIntent | undefined {
  const intent = vault.paymentIntents[session.payment_intent ?? ''];
  return intent?.status === 'processing' ? intent : undefined;
}

/** @throws StripeRefusal if the session is paid or expired already */
export function expireSession(core: Core, vault: Vault, session: Session): Session {
  if (session.status !== 'open') {
    throw new StripeRefusal(
      400,
      `Only Checkout Sessions with a status in ["open"] can be expired. This Checkout Session has a status of \`${session.status}\`.`,
    );
  }
  session.status = 'expired';
  session.url = null;
  emit(core, vault, 'checkout.session.expired', session);
  return session;
}

/** Expires overdue pages and authorisations. Called from time to time, and at each look at sessions. */
export function expireOverdue(core: Core): void {
  releaseOverdue(core);
  for (const vault of core.world.vaults) {
    for (const session of Object.values(vault.sessions)) {
      if (session.status === 'open' && session.expires_at <= nowSeconds(core.world)) expireSession(core, vault, session);
    }
  }
}

function assertOpen(core: Core, vault: Vault, session: Session): void {
  if (session.status === 'open' && session.expires_at <= nowSeconds(core.world)) expireSession(core, vault, session);
  if (session.status === 'expired') throw invalid('This Checkout Session has expired.', 'session');
  if (session.status === 'complete') throw invalid('This Checkout Session is complete already.', 'session');
}
