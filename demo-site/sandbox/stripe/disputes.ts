import { newId, nowSeconds } from '../ids.ts';
import type { Requests } from '../schemas/requests.ts';
import type { Vault } from '../world.ts';
import type { Call, Core } from './core.ts';
import { emit } from './emit.ts';
import { evidence, evidenceDetails } from './evidence.ts';
import { inRange, type List, page } from './lists.ts';
import { find } from './lookup.ts';
import type { BalanceTransaction, Charge, Dispute } from './objects.ts';
import { invalid } from './refusals.ts';

/**
 * Disputes a charge; its money leaves the account at once.
 * @param amount in the currency's smallest unit; by default all that was not refunded, or everything if all was
 * @param currency of the bank, where it is another one: the amount is one of it
 * @throws StripeRefusal if the charge is disputed already
 */
export function disputeCharge(core: Core, vault: Vault, charge: Charge, amount?: number, currency = charge.currency): Dispute {
  const taken = amount ?? (charge.amount - charge.amount_refunded || charge.amount);
  if (charge.disputed) throw invalid('This charge has been disputed already.', 'charge');
  if (taken < 1 || (taken > charge.amount && currency === charge.currency))
    throw invalid('A dispute is about the charge or a part of it.', 'amount');
  const dispute: Dispute = {
    id: newId('du'),
    object: 'dispute',
    amount: taken,
    balance_transactions: [],
    charge: charge.id,
    created: nowSeconds(core.world),
    currency,
    enhanced_eligibility_types: [],
    evidence,
    evidence_details: evidenceDetails(nowSeconds(core.world)),
    intended_submission_method: null,
    is_charge_refundable: false,
    livemode: vault.livemode,
    metadata: {},
    payment_intent: charge.payment_intent,
    payment_method_details: {
      type: 'card',
      card: { brand: 'visa', case_type: 'chargeback', network: 'visa', network_reason_code: '10.4' },
    },
    reason: 'fraudulent',
    status: 'needs_response',
  };
  vault.disputes[dispute.id] = dispute;
  charge.disputed = true;
  emit(core, vault, 'charge.dispute.created', dispute);
  dispute.balance_transactions.push(adjustment(dispute, -taken, nowSeconds(core.world)));
  emit(core, vault, 'charge.dispute.funds_withdrawn', dispute);
  return dispute;
}

/**
 * Closes a dispute for the bank. A won amount returns.
 * @throws StripeRefusal if it is closed already
 */
export function closeDispute(core: Core, vault: Vault, dispute: Dispute, outcome: 'won' | 'lost'): Dispute {
  if (!isOpen(dispute)) throw invalid(`This dispute is closed already: ${dispute.status}.`, 'dispute');
  dispute.status = outcome;
  dispute.is_charge_refundable = outcome === 'won';
  if (outcome === 'won') {
    dispute.balance_transactions.push(adjustment(dispute, dispute.amount, nowSeconds(core.world)));
    emit(core, vault, 'charge.dispute.funds_reinstated', dispute);
  }
  emit(core, vault, 'charge.dispute.closed', dispute);
  return dispute;
}

/** Returns the dispute that prevents a refund of its charge: one that is not won. */
export const standingDispute = (vault: Vault, charge: Charge): Dispute | undefined =>
  Object.values(vault.disputes).find((dispute) => dispute.charge === charge.id && dispute.status !== 'won');

export const isOpen = ({ status }: Dispute): boolean => status !== 'won' && status !== 'lost';

const adjustment = ({ id, currency }: Dispute, amount: number, at: number): BalanceTransaction => ({
  id: newId('txn'),
  object: 'balance_transaction',
  amount,
  available_on: at,
  balance_type: 'payments',
  created: at,
  currency,
  description: amount < 0 ? 'Chargeback withdrawal' : 'Chargeback reversal',
  exchange_rate: null,
  fee: 0,
  fee_details: [],
  net: amount,
  reporting_category: amount < 0 ? 'dispute' : 'dispute_reversal',
  source: id,
  status: 'available',
  type: 'adjustment',
});

export const retrieveDispute = ({ core, vault, id }: Call<unknown>): Dispute => find(core.world, vault, 'disputes', id);

export function listDisputes({ vault, parameters }: Call<Requests['GET /v1/disputes']>): List<Dispute> {
  const { charge, created, payment_intent: intent } = parameters;
  const matching = Object.values(vault.disputes).filter(
    (dispute) =>
      inRange(dispute.created, created) &&
      (charge === undefined || dispute.charge === charge) &&
      (intent === undefined || dispute.payment_intent === intent),
  );
  return page('/v1/disputes', matching, parameters);
}
