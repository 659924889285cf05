import { newId, nowSeconds } from '../ids.ts';
import type { Requests } from '../schemas/requests.ts';
import type { Vault } from '../world.ts';
import type { Call, Core } from './core.ts';
import { emit } from './emit.ts';
import { inRange, type List, page } from './lists.ts';
import { find } from './lookup.ts';
import { metadataOf } from './metadata.ts';
import type { Charge, Refund } from './objects.ts';
import { checkRefund } from './refund-rules.ts';
import { invalid } from './refusals.ts';

type Given = Requests['POST /v1/refunds'];

export function createRefund({ core, vault, parameters }: Call<Given>): Refund {
  const charge = chargeOf(core, vault, parameters);
  // Money from a bank debit returns as slowly as it came.
  const status = charge.payment_method_details?.type === 'card' ? 'succeeded' : 'pending';
  return refundCharge(core, vault, charge, { ...parameters, status });
}

/**
 * Refunds a charge.
 * @param amount in the currency's smallest unit; by default all that is left
 * @throws StripeRefusal if nothing is left, if it exceeds the rest, or if the charge is disputed
 */
export function refundCharge(
  core: Core,
  vault: Vault,
  charge: Charge,
  { amount = charge.amount - charge.amount_refunded, metadata, reason, status }: Given & { status: 'succeeded' | 'pending' },
): Refund {
  checkRefund(vault, charge, amount);
  return addRefund(core, vault, charge, { amount, metadata, reason, status });
}

interface Refunded {
  amount: number;
  metadata?: Given['metadata'] | undefined;
  reason?: Given['reason'] | undefined;
  status: 'succeeded' | 'pending';
}

/** Records a refund. */
export function addRefund(core: Core, vault: Vault, charge: Charge, { amount, metadata, reason, status }: Refunded): Refund {
  const refund: Refund = {
    id: newId('re'),
    object: 'refund',
    amount,
    balance_transaction: null,
    charge: charge.id,
    created: nowSeconds(core.world),
    currency: charge.currency,
    customer: null,
    customer_account: null,
    destination_details: { type: charge.payment_method_details?.type ?? 'card' },
    metadata: metadataOf(metadata),
    payment_intent: charge.payment_intent,
    payment_method: charge.payment_method,
    ...(status === 'pending' && { pending_reason: 'processing' as const }),
    reason: reason ?? null,
    receipt_number: null,
    source_transfer_reversal: null,
    status,
    transfer_reversal: null,
  };
  vault.refunds[refund.id] = refund;
  countRefunds(vault, charge);
  emit(core, vault, 'refund.created', refund);
  emit(core, vault, 'charge.refunded', charge);
  return refund;
}

/**
 * Completes a refund.
 * @throws StripeRefusal if the refund is not pending
 */
export function settleRefund(core: Core, vault: Vault, refund: Refund): Refund {
  if (refund.status !== 'pending') throw invalid(`This refund is not pending but ${refund.status}.`, 'refund');
  refund.status = 'succeeded';
  delete refund.pending_reason;
  emit(core, vault, 'refund.updated', refund);
  return refund;
}

/**
 * Fails a refund, even a succeeded one, when the customer's bank sends the money back. It no longer counts.
 * @throws StripeRefusal if it has failed already
 */
export function failRefund(core: Core, vault: Vault, refund: Refund): Refund {
  if (refund.status === 'failed') throw invalid('This refund has failed already.', 'refund');
  refund.status = 'failed';
  refund.failure_reason = 'lost_or_stolen_card';
  refund.failure_balance_transaction = newId('txn');
  delete refund.pending_reason;
  const charge = find(core.world, vault, 'charges', refund.charge);
  countRefunds(vault, charge);
  emit(core, vault, 'refund.updated', refund);
  emit(core, vault, 'refund.failed', refund);
  return refund;
}

/** Recounts completed and pending refunds of a charge. */
function countRefunds(vault: Vault, charge: Charge): void {
  const counting = Object.values(vault.refunds).filter((refund) => refund.charge === charge.id && refund.status !== 'failed');
  charge.amount_refunded = counting.reduce((sum, refund) => sum + refund.amount, 0);
  charge.refunded = charge.amount_refunded === charge.amount;
}

function chargeOf({ world }: Core, vault: Vault, given: Given): Charge {
  if (given.charge !== undefined) return find(world, vault, 'charges', given.charge, 'charge');
  if (given.payment_intent === undefined) {
    throw invalid('One of the following params should be provided for this request: payment_intent or charge.', 'payment_intent');
  }
  const { id, latest_charge: latest } = find(world, vault, 'paymentIntents', given.payment_intent, 'payment_intent');
  const charge = typeof latest === 'string' ? vault.charges[latest] : undefined;
  if (!charge) throw invalid(`This PaymentIntent (${id}) does not have a successful charge to refund.`, 'payment_intent');
  return charge;
}

export const retrieveRefund = ({ core, vault, id }: Call<unknown>): Refund => find(core.world, vault, 'refunds', id);

export function listRefunds({ vault, parameters }: Call<Requests['GET /v1/refunds']>): List<Refund> {
  const { charge, created, payment_intent: intent } = parameters;
  const matching = Object.values(vault.refunds).filter(
    (refund) =>
      inRange(refund.created, created) &&
      (charge === undefined || refund.charge === charge) &&
      (intent === undefined || refund.payment_intent === intent),
  );
  return page('/v1/refunds', matching, parameters);
}
