import { newId, nowSeconds, randomText } from '../ids.ts';
import type { Vault, World } from '../world.ts';
import type { Call } from './core.ts';
import { find } from './lookup.ts';
import { metadataOf } from './metadata.ts';
import type { PaymentIntent, Session } from './objects.ts';

/** Creates the payment of a session, as Stripe does when the customer pays. */
export function newIntent(
  world: World,
  vault: Vault,
  session: Session,
  status: 'succeeded' | 'processing' | 'requires_capture',
): PaymentIntent {
  const id = newId('pi');
  const amount = session.amount_total ?? 0;
  const paid = status === 'succeeded';
  const given = vault.paymentData[session.id] ?? {};
  const intent: PaymentIntent = {
    ...nothing,
    id,
    allowed_payment_method_types: null,
    amount,
    amount_capturable: status === 'requires_capture' ? amount : 0,
    amount_received: paid ? amount : 0,
    application_fee_amount: given.application_fee_amount ?? null,
    capture_method: given.capture_method ?? 'automatic_async',
    client_secret: `${id}_secret_${randomText(25)}`,
    created: nowSeconds(world),
    currency: session.currency ?? 'usd',
    description: given.description ?? null,
    latest_charge: null,
    livemode: vault.livemode,
    metadata: metadataOf(given.metadata),
    payment_method: newId('pm'),
    payment_method_types: session.payment_method_types,
    receipt_email: given.receipt_email ?? null,
    status,
  };
  vault.paymentIntents[id] = intent;
  return intent;
}

const nothing = {
  object: 'payment_intent',
  application: null,
  automatic_payment_methods: null,
  canceled_at: null,
  cancellation_reason: null,
  confirmation_method: 'automatic',
  customer: null,
  customer_account: null,
  excluded_payment_method_types: null,
  last_payment_error: null,
  managed_payments: null,
  next_action: null,
  on_behalf_of: null,
  payment_method_configuration_details: null,
  payment_method_options: {},
  payment_record: null,
  processing: null,
  review: null,
  setup_future_usage: null,
  shipping: null,
  source: null,
  statement_descriptor: null,
  statement_descriptor_suffix: null,
  transfer_group: null,
} as const;

export const retrieveIntent = ({ core, vault, id }: Call<unknown>): PaymentIntent => find(core.world, vault, 'paymentIntents', id);
