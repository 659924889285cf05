import { nowSeconds, randomText } from '../ids.ts';
import type { Requests } from '../schemas/requests.ts';
import type { Call } from './core.ts';
import { lineItemsOf } from './line-items.ts';
import { inRange, type List, page } from './lists.ts';
import { find } from './lookup.ts';
import { metadataOf } from './metadata.ts';
import type { LineItem, Session } from './objects.ts';
import { expireSession } from './payments.ts';
import { notActivated } from './refusals.ts';
import { checkSession, totalOf } from './session-rules.ts';

type Given = Requests['POST /v1/checkout/sessions'];

export function createSession({ core, vault, parameters }: Call<Given>): Session {
  checkSession(core.world, parameters);
  if (vault.livemode && core.world.accounts.find(({ id }) => id === vault.accountId)?.isActive === false) throw notActivated();
  const metadata = metadataOf(parameters.metadata);
  metadataOf(parameters.payment_intent_data?.metadata);
  const items = lineItemsOf(core.world, vault, parameters.line_items);
  const id = `cs_${vault.livemode ? 'live' : 'test'}_${randomText(58)}`;
  const amounts = { total: totalOf(items), currency: items[0]?.currency ?? 'usd' };
  const session: Session = { ...blank, ...asked(parameters, amounts.currency), ...money(amounts), id, metadata, livemode: vault.livemode };
  session.created = nowSeconds(core.world);
  session.expires_at = parameters.expires_at ?? session.created + 24 * 3600;
  if (parameters.ui_mode === 'embedded_page') session.client_secret = `${id}_secret_${randomText(40)}`;
  else session.url = `${core.url}/c/pay/${id}`;
  vault.sessions[id] = session;
  vault.lineItems[id] = items;
  if (parameters.payment_intent_data) vault.paymentData[id] = parameters.payment_intent_data;
  return session;
}

const asked = (given: Given, currency: string) => ({
  adaptive_pricing: { enabled: given.adaptive_pricing?.enabled ?? false },
  allowed_payment_method_types: given.allowed_payment_method_types ?? null,
  billing_address_collection: given.billing_address_collection ?? null,
  cancel_url: given.cancel_url ?? null,
  client_reference_id: given.client_reference_id ?? null,
  custom_text: { ...blank.custom_text, submit: given.custom_text?.submit || null },
  customer_creation: given.customer_creation ?? ('if_required' as const),
  customer_email: given.customer_email ?? null,
  locale: given.locale ?? null,
  payment_method_types: given.allowed_payment_method_types ?? ['card', bankDebits[currency] ?? 'sepa_debit'],
  ...(given.ui_mode === 'embedded_page' && {
    redirect_on_completion: given.redirect_on_completion ?? ('always' as const),
    ...(given.return_url !== undefined && { return_url: given.return_url }),
  }),
  submit_type: given.submit_type ?? null,
  success_url: given.success_url ?? null,
  ui_mode: given.ui_mode ?? ('hosted_page' as const),
});

const bankDebits: Record<string, string> = { usd: 'us_bank_account', gbp: 'bacs_debit' };

const money = ({ total, currency }: { total: number; currency: string }) => ({
  amount_subtotal: total,
  amount_total: total,
  currency,
  total_details: { amount_discount: 0, amount_shipping: 0, amount_tax: 0 },
});

/** A new hosted session with default fields. */
const blank: Session = {
  id: '',
  object: 'checkout.session',
  adaptive_pricing: { enabled: false },
  after_expiration: null,
  allow_promotion_codes: null,
  allowed_payment_method_types: null,
  amount_subtotal: 0,
  amount_total: 0,
  automatic_tax: { enabled: false, liability: null, provider: null, status: null },
  billing_address_collection: null,
  cancel_url: null,
  client_reference_id: null,
  client_secret: null,
  collected_information: null,
  consent: null,
  consent_collection: null,
  created: 0,
  currency: null,
  currency_conversion: null,
  custom_fields: [],
  custom_text: { after_submit: null, shipping_address: null, submit: null, terms_of_service_acceptance: null },
  customer: null,
  customer_account: null,
  customer_creation: 'if_required',
  customer_details: null,
  customer_email: null,
  discounts: [],
  expires_at: 0,
  integration_identifier: null,
  invoice: null,
  invoice_creation: null,
  livemode: false,
  locale: null,
  managed_payments: null,
  metadata: {},
  mode: 'payment',
  origin_context: null,
  payment_intent: null,
  payment_link: null,
  payment_method_collection: 'if_required',
  payment_method_configuration_details: null,
  payment_method_options: null,
  payment_method_types: [],
  payment_status: 'unpaid',
  permissions: null,
  recovered_from: null,
  saved_payment_method_options: null,
  setup_intent: null,
  shipping_address_collection: null,
  shipping_cost: null,
  shipping_options: [],
  status: 'open',
  submit_type: null,
  subscription: null,
  success_url: null,
  total_details: null,
  ui_mode: 'hosted_page',
  url: null,
  wallet_options: null,
};

export const retrieveSession = ({ core, vault, id }: Call<unknown>): Session => find(core.world, vault, 'sessions', id);

export function listSessions({ vault, parameters }: Call<Requests['GET /v1/checkout/sessions']>): List<Session> {
  const { created, payment_intent: intent, status } = parameters;
  const matching = Object.values(vault.sessions).filter(
    (session) =>
      inRange(session.created, created) &&
      (intent === undefined || session.payment_intent === intent) &&
      (status === undefined || session.status === status),
  );
  return page('/v1/checkout/sessions', matching, parameters);
}

export function listLineItems({ core, vault, id, parameters }: Call<Requests['GET /v1/checkout/sessions/:id/line_items']>): List<LineItem> {
  find(core.world, vault, 'sessions', id);
  return page(`/v1/checkout/sessions/${id}/line_items`, [...(vault.lineItems[id] ?? [])].reverse(), parameters);
}

export function expire({ core, vault, id }: Call<unknown>): Session {
  return expireSession(core, vault, find(core.world, vault, 'sessions', id));
}
