import { nowSeconds } from '../ids.ts';
import type { Requests } from '../schemas/requests.ts';
import type { Vault } from '../world.ts';
import type { Call, Core } from './core.ts';
import { emit } from './emit.ts';
import { find } from './lookup.ts';
import { metadataOf } from './metadata.ts';
import type { Charge, PaymentIntent } from './objects.ts';
import { addRefund } from './refunds.ts';
import { invalid, StripeRefusal } from './refusals.ts';

/** How long a card's bank keeps an authorisation. */
export const keptSeconds = 7 * 24 * 3600;

/** Captures an authorisation, or a part of it; the rest is returned. */
export function captureIntent({ core, vault, id, parameters }: Call<Requests['POST /v1/payment_intents/:id/capture']>): PaymentIntent {
  const intent = find(core.world, vault, 'paymentIntents', id);
  const charge = authorised(vault, intent);
  if (!charge) throw notCapturable(intent);
  const amount = parameters.amount_to_capture ?? intent.amount_capturable;
  if (amount < 1) throw invalid('Invalid positive integer', 'amount_to_capture', 'parameter_invalid_integer');
  if (amount > intent.amount_capturable) {
    throw invalid('The amount to capture is greater than the amount authorized.', 'amount_to_capture', 'amount_too_large');
  }
  const rest = intent.amount - amount;
  Object.assign(charge, { captured: true, amount_captured: amount });
  Object.assign(intent, { status: 'succeeded', amount_received: amount, amount_capturable: 0 });
  intent.metadata = metadataOf(parameters.metadata, intent.metadata);
  for (const session of Object.values(vault.sessions)) if (session.payment_intent === intent.id) session.payment_status = 'paid';
  if (rest > 0) addRefund(core, vault, charge, { amount: rest, status: 'succeeded' });
  emit(core, vault, 'charge.captured', charge);
  emit(core, vault, 'payment_intent.succeeded', intent);
  return intent;
}

/** Cancels an authorisation. */
export function cancel({ core, vault, id, parameters }: Call<Requests['POST /v1/payment_intents/:id/cancel']>): PaymentIntent {
  const intent = find(core.world, vault, 'paymentIntents', id);
  if (!cancelable.includes(intent.status)) {
    throw unexpected(
      `You cannot cancel this PaymentIntent because it has a status of ${intent.status}. Only a PaymentIntent with one of the following ` +
        `statuses may be canceled: ${cancelable.join(', ')}.`,
    );
  }
  return cancelIntent(core, vault, intent, parameters.cancellation_reason ?? null);
}

const cancelable: string[] = ['requires_payment_method', 'requires_capture', 'requires_confirmation', 'requires_action', 'processing'];

function cancelIntent(core: Core, vault: Vault, intent: PaymentIntent, reason: PaymentIntent['cancellation_reason']): PaymentIntent {
  const charge = authorised(vault, intent);
  Object.assign(intent, { status: 'canceled', amount_capturable: 0, canceled_at: nowSeconds(core.world), cancellation_reason: reason });
  // A canceled hold appears as a refund of a charge that was never captured.
  if (charge) addRefund(core, vault, charge, { amount: charge.amount, status: 'succeeded' });
  emit(core, vault, 'payment_intent.canceled', intent);
  return intent;
}

/** Cancels overdue authorisations. Called from time to time, and at each look. */
export function releaseOverdue(core: Core): void {
  for (const vault of core.world.vaults) {
    for (const intent of Object.values(vault.paymentIntents)) {
      const isOverdue = intent.status === 'requires_capture' && intent.created + keptSeconds <= nowSeconds(core.world);
      if (isOverdue) cancelIntent(core, vault, intent, 'automatic');
    }
  }
}

function authorised(vault: Vault, { status, latest_charge: latest }: PaymentIntent): Charge | undefined {
  return status === 'requires_capture' && typeof latest === 'string' ? vault.charges[latest] : undefined;
}

const notCapturable = ({ status }: PaymentIntent): StripeRefusal =>
  unexpected(
    status === 'succeeded'
      ? 'This PaymentIntent could not be captured because it has already been captured.'
      : `This PaymentIntent could not be captured because it has a status of ${status}. Only a PaymentIntent with one of the following ` +
          'statuses may be captured: requires_capture.',
  );

const unexpected = (message: string): StripeRefusal => new StripeRefusal(400, message, { code: 'payment_intent_unexpected_state' });
