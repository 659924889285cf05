import { newId, nowSeconds } from '../ids.ts';
import type { Requests } from '../schemas/requests.ts';
import type { Vault, World } from '../world.ts';
import type { Call } from './core.ts';
import { inRange, type List, page } from './lists.ts';
import { find } from './lookup.ts';
import type { Charge, PaymentIntent } from './objects.ts';

/** The card that paid, as Stripe keeps it. */
export interface PaidCard {
  brand: string;
  network: string;
  last4: string;
  exp_month: number;
  exp_year: number;
}

/** Adds the charge of a succeeded payment. It gets the payment's present metadata, and becomes its latest charge. */
export function addCharge(
  world: World,
  vault: Vault,
  intent: PaymentIntent,
  paid: { kind: 'card' | 'bank debit'; email: string | null; card?: PaidCard | undefined },
): Charge {
  const type = paid.kind === 'card' ? 'card' : (intent.payment_method_types.find((one) => one !== 'card') ?? 'sepa_debit');
  const charge: Charge = {
    ...nothing,
    id: newId(paid.kind === 'card' ? 'ch' : 'py'),
    amount: intent.amount,
    amount_captured: intent.amount_received,
    captured: intent.status !== 'requires_capture',
    application_fee_amount: intent.application_fee_amount,
    billing_details: { address: null, email: paid.email, name: null, phone: null, tax_id: null },
    created: nowSeconds(world),
    currency: intent.currency,
    description: intent.description,
    livemode: vault.livemode,
    metadata: { ...intent.metadata },
    payment_intent: intent.id,
    payment_method: typeof intent.payment_method === 'string' ? intent.payment_method : null,
    payment_method_details: type === 'card' ? { type, card: { ...visa, ...paid.card } } : { type },
    receipt_email: intent.receipt_email,
  };
  vault.charges[charge.id] = charge;
  intent.latest_charge = charge.id;
  return charge;
}

const visa = {
  amount_authorized: null,
  authorization_code: null,
  brand: 'visa',
  checks: { address_line1_check: null, address_postal_code_check: null, cvc_check: 'pass' },
  country: 'US',
  electronic_commerce_indicator: null,
  exp_month: 12,
  exp_year: 2034,
  fingerprint: null,
  funding: 'credit',
  installments: null,
  last4: '4242',
  mandate: null,
  moto: null,
  network: 'visa',
  network_token: null,
  network_transaction_id: null,
  regulated_status: null,
  three_d_secure: null,
  transaction_link_id: null,
  wallet: null,
} as const;

const nothing = {
  object: 'charge',
  amount_refunded: 0,
  application: null,
  application_fee: null,
  balance_transaction: null,
  calculated_statement_descriptor: null,
  customer: null,
  disputed: false,
  failure_balance_transaction: null,
  failure_code: null,
  failure_message: null,
  fraud_details: {},
  on_behalf_of: null,
  outcome: {
    advice_code: null,
    network_advice_code: null,
    network_decline_code: null,
    network_status: 'approved_by_network',
    reason: null,
    seller_message: 'Payment complete.',
    type: 'authorized',
  },
  paid: true,
  receipt_number: null,
  receipt_url: null,
  refunded: false,
  review: null,
  shipping: null,
  source: null,
  source_transfer: null,
  statement_descriptor: null,
  statement_descriptor_suffix: null,
  status: 'succeeded',
  transfer_data: null,
  transfer_group: null,
} as const;

export const retrieveCharge = ({ core, vault, id }: Call<unknown>): Charge => find(core.world, vault, 'charges', id);

export function listCharges({ vault, parameters }: Call<Requests['GET /v1/charges']>): List<Charge> {
  const { created, payment_intent: intent } = parameters;
  const matching = Object.values(vault.charges).filter(
    (charge) => inRange(charge.created, created) && (intent === undefined || charge.payment_intent === intent),
  );
  return page('/v1/charges', matching, parameters);
}
