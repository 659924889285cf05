import { type DocumentedError, type PersonCode, rowsByCode, rowsByStatus } from '../../ports/index.ts';

/** Our names of calls to Stripe. */
export type StripeCall =
  | 'readAccount'
  | 'tryRight'
  | 'readProduct'
  | 'readPrice'
  | 'createWebhook'
  | 'removeWebhook'
  | 'createCheckout'
  | 'readCheckout'
  | 'listCheckouts'
  | 'expireCheckout'
  | 'readPayment'
  | 'capturePayment'
  | 'cancelPayment'
  | 'refundPayment'
  | 'listRefunds'
  | 'listDisputes';

type Row = DocumentedError<StripeCall>;

/** Our codes for errors that Stripe distinguishes only by words, and those words. */
export const codesByWords = [
  { code: 'webhooks_full', words: /maximum of \d+ .*webhook endpoints/ },
  { code: 'nameless', words: /must set an account or business name/ },
  { code: 'methodless', words: /No valid payment method types/ },
  { code: 'archived', words: /\b(inactive|not active)\b/ },
] as const;

/** Stripe's description of each status. */
const words = {
  400: 'The request was unacceptable, often due to missing a required parameter.',
  401: 'No valid API key provided.',
  402: 'The parameters were valid but the request failed.',
  403: 'The API key does not have permissions to perform the request.',
  404: 'The requested resource does not exist.',
  409: 'The request conflicts with another request (perhaps due to using the same idempotent key).',
  424: 'The request could not be completed due to a failure in a dependency external to Stripe.',
  429: 'Too many requests hit the API too quickly.',
  500: 'Something went wrong on the side of Stripe.',
  502: 'Something went wrong on the side of Stripe.',
  503: 'Something went wrong on the side of Stripe.',
  504: 'Something went wrong on the side of Stripe.',
} as const;
type Status = keyof typeof words;

const rows = rowsByStatus<StripeCall, Status>(words);

const mistakes = (calls: readonly StripeCall[], person: PersonCode): Row[] =>
  rows([400, 404], { calls, lasts: 'definite', fault: 'platform', person, undone: 'nothing' });

/** Calls while an agency saves its settings: the caller reads the mistake. */
const saving = ['readAccount', 'readProduct', 'readPrice', 'createWebhook'] as const;
/** Calls that read the state at Stripe. Webhooks, jobs and people repeat them. */
const looking = ['readCheckout', 'listCheckouts', 'readPayment', 'listRefunds', 'listDisputes'] as const;
/** If it is too late for these, nothing is left to do. An authorisation expires by itself. */
const lettingGo = ['expireCheckout', 'cancelPayment'] as const;
/** Repeated until the money is back: the agency may mend its key, its balance or the payment itself. */
const givingBack = ['refundPayment'] as const;
/** Old endpoints. One that stays sends its events twice, and their signature is refused. */
const tidying = ['removeWebhook'] as const;
const every = ['tryRight', ...saving, 'createCheckout', ...looking, ...lettingGo, 'capturePayment', ...givingBack, ...tidying] as const;

/** The agency's key is invalid, or lacks a permission. */
const keyRows: Row[] = ([401, 403] as const).flatMap((status) => {
  const agency = status === 401 ? 'payments.key_refused' : 'payments.key_rights';
  const refused = { lasts: 'definite', fault: 'agency', undone: 'nothing' } as const;
  return [
    ...rows([status], { ...refused, calls: ['tryRight', ...saving], person: agency }),
    ...rows([status], { ...refused, calls: ['createCheckout'], person: 'payments.not_configured', agency }),
    ...rows([status], { ...refused, calls: ['capturePayment'], person: 'order.payment_failed', agency, undone: 'order' }),
    ...rows([status], { ...refused, calls: [...looking, ...givingBack], lasts: 'passing', person: 'payments.not_configured', agency }),
    ...rows([status], { ...refused, calls: lettingGo, person: 'payments.not_configured', agency }),
    ...rows([status], { ...refused, calls: tidying, person: null, agency }),
  ];
});

/** The item cannot be sold like this, although the settings were right when they were saved. */
const sellingRows: Row[] = [
  ...rowsByCode(
    400,
    { resource_missing: 'The ID provided is not valid.', archived: 'The price or its product is not active.' },
    {
      calls: ['createCheckout'],
      lasts: 'definite',
      fault: 'agency',
      person: 'payments.not_configured',
      agency: 'payments.product_gone',
      undone: 'nothing',
    },
  ),
  ...rowsByCode(
    400,
    {
      amount_too_small: 'The specified amount is less than the minimum amount allowed.',
      amount_too_large: 'The specified amount is greater than the maximum amount allowed.',
    },
    {
      calls: ['createCheckout'],
      lasts: 'definite',
      fault: 'agency',
      person: 'payments.not_configured',
      agency: 'payments.amount_refused',
      undone: 'nothing',
    },
  ),
  ...rowsByCode(
    400,
    {
      account_invalid: 'The account is invalid.',
      testmode_charges_only: 'Your account has not been activated and can only make test charges.',
    },
    {
      calls: ['createCheckout'],
      lasts: 'definite',
      fault: 'agency',
      person: 'payments.not_configured',
      agency: 'payments.account_inactive',
      undone: 'nothing',
    },
  ),
  // A new account lacks what Checkout needs. Test mode refuses as well.
  ...rowsByCode(
    400,
    {
      nameless: 'In order to use Checkout, you must set an account or business name.',
      methodless: 'No valid payment method types for this Checkout Session.',
    },
    {
      calls: ['createCheckout'],
      lasts: 'definite',
      fault: 'agency',
      person: 'payments.not_configured',
      agency: 'payments.checkout_unready',
      undone: 'nothing',
    },
  ),
  // It is repeated without the address.
  ...rowsByCode(
    400,
    { email_invalid: 'The email address is invalid.' },
    { calls: ['createCheckout'], lasts: 'definite', fault: 'client', person: null, undone: 'nothing' },
  ),
];

/** Captures of authorised cards. */
const takingRows: Row[] = [
  ...rowsByCode(
    402,
    { processing_error: 'An error occurred while processing the card. Try again later.' },
    {
      calls: ['capturePayment'],
      lasts: 'passing',
      fault: 'provider',
      person: 'payments.provider_unavailable',
      undone: 'nothing',
    },
  ),
  ...rows([402], { calls: ['capturePayment'], lasts: 'definite', fault: 'client', person: 'payments.declined', undone: 'order' }),
  // It was captured or canceled before; the payment tells which.
  ...rowsByCode(
    400,
    {
      payment_intent_unexpected_state: 'The PaymentIntent is in a state incompatible with the operation.',
      charge_already_captured: 'The charge has already been captured.',
      charge_expired_for_capture: 'The charge cannot be captured as the authorization has expired.',
      capture_charge_authorization_expired: 'The charge cannot be captured as the authorization has expired.',
      capture_unauthorized_payment: 'The payment has not been authorized.',
    },
    { calls: ['capturePayment'], lasts: 'definite', fault: 'provider', person: null, undone: 'nothing' },
  ),
  ...rows([400, 404], {
    calls: ['capturePayment'],
    lasts: 'definite',
    fault: 'platform',
    person: 'order.payment_failed',
    undone: 'order',
  }),
];

/** Refunds of payments that nobody may keep. */
const givingBackRows: Row[] = [
  // It went back before, or is in the bank's hands; the payment tells which.
  ...rowsByCode(
    400,
    {
      charge_already_refunded: 'The charge has already been refunded.',
      charge_disputed: 'The charge has been charged back.',
      refund_disputed_payment: 'A disputed payment cannot be refunded.',
    },
    { calls: givingBack, lasts: 'definite', fault: 'provider', person: null, undone: 'nothing' },
  ),
  ...rows([400, 402, 404], {
    calls: givingBack,
    lasts: 'passing',
    fault: 'agency',
    person: 'payments.provider_unavailable',
    agency: 'payments.refund_refused',
    undone: 'nothing',
  }),
];

/** Every error in Stripe's documentation for our calls. Cards are declined on Stripe's own page, which we do not see. */
export const stripeErrors: readonly Row[] = [
  ...keyRows,

  ...rowsByCode(
    404,
    { resource_missing: 'The ID provided is not valid.' },
    { calls: ['readProduct'], lasts: 'definite', fault: 'agency', person: 'payments.product_not_found', undone: 'nothing' },
  ),
  ...rowsByCode(
    404,
    { resource_missing: 'The ID provided is not valid.' },
    { calls: ['readPrice'], lasts: 'definite', fault: 'agency', person: 'payments.price_not_found', undone: 'nothing' },
  ),
  ...rowsByCode(
    400,
    { url_invalid: 'The URL provided is invalid. URL must be publicly accessible.' },
    { calls: ['createWebhook'], lasts: 'definite', fault: 'platform', person: 'payments.webhook_unreachable', undone: 'nothing' },
  ),
  ...rowsByCode(
    400,
    { webhooks_full: 'You have reached the maximum of 16 webhook endpoints.' },
    { calls: ['createWebhook'], lasts: 'definite', fault: 'agency', person: 'payments.webhooks_full', undone: 'nothing' },
  ),
  ...rows([400, 404], {
    calls: ['createWebhook'],
    lasts: 'definite',
    fault: 'platform',
    person: 'payments.webhook_refused',
    undone: 'nothing',
  }),

  ...sellingRows,
  ...takingRows,
  ...givingBackRows,

  ...rows([400, 404], {
    calls: [...lettingGo, ...tidying, 'tryRight'],
    lasts: 'definite',
    fault: 'provider',
    person: null,
    undone: 'nothing',
  }),
  // An object that is gone: the caller decides what that means.
  ...rowsByCode(
    404,
    { resource_missing: 'The ID provided is not valid.' },
    { calls: ['readCheckout', 'readPayment'], lasts: 'definite', fault: 'agency', person: null, undone: 'nothing' },
  ),
  // A meaningless request is our own mistake.
  ...mistakes(['readAccount', 'readProduct', 'readPrice'], 'payments.request_refused'),
  ...mistakes(['createCheckout'], 'payments.not_configured'),
  ...mistakes(looking, 'payments.provider_unavailable'),

  ...rows([402], {
    calls: every.filter((call) => call !== 'capturePayment' && call !== 'refundPayment'),
    lasts: 'passing',
    fault: 'provider',
    person: 'payments.provider_unavailable',
    undone: 'nothing',
  }),
  ...rows([409, 424, 429, 500, 502, 503, 504], {
    calls: every,
    lasts: 'passing',
    fault: 'provider',
    person: 'payments.provider_unavailable',
    undone: 'nothing',
  }),
];
