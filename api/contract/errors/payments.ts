import type { ErrorEntry } from './entry.ts';

export const paymentErrors = {
  'payments.account_inactive': {
    status: 422,
    type: 'invalid_request',
    message: 'This Stripe account cannot take live payments yet. Finish its activation in Stripe.',
  },
  'payments.accounts_too_many': {
    status: 409,
    type: 'conflict',
    message: 'The Stripe account was changed too often in the last months. Save keys of an account that was used before.',
  },
  'payments.amount_mismatch': {
    status: 422,
    type: 'invalid_request',
    message: 'The Stripe price is {found}, but {expected}. Give stripe.priceId a price of that amount.',
    values: {
      found: { amount: '{foundCents currency}', varies: 'not one fixed amount' },
      expected: { price: '{name} costs {expectedCents currency}', fixed: 'it has to be one fixed amount' },
      name: 'text',
      foundCents: 'cents',
      expectedCents: 'cents',
    },
  },
  'payments.busy': {
    status: 503,
    type: 'unavailable',
    message: 'Many people are paying at the moment. Nothing was charged; please try again in a few seconds.',
    retryAfterSeconds: 5,
  },
  'payments.currency_mismatch': {
    status: 422,
    type: 'invalid_request',
    message: 'The Stripe price is in {found}, but the packages are in {expected}.',
    values: { found: 'text', expected: 'text' },
  },
  'payments.declined': {
    status: 402,
    type: 'payment',
    message: 'The bank declined this payment. Nothing was charged; please pay another way.',
  },
  'payments.key_kind': {
    status: 422,
    type: 'invalid_request',
    message: 'Here goes {expected}; this is {found}.',
    values: {
      expected: {
        publishableKey: "Stripe's publishable key (pk_test_… or pk_live_…)",
        secretKey: "Stripe's secret key (sk_… or a restricted rk_…)",
        productId: "a Stripe product's id (prod_…)",
        priceId: "a Stripe price's id (price_…)",
        webhookSecret: "the signing secret of Stripe's webhook endpoint (whsec_…)",
      },
      found: {
        pk: "Stripe's publishable key",
        sk: "Stripe's secret key",
        rk: 'a restricted key of Stripe',
        whsec: "a webhook's signing secret",
        prod: "a product's id",
        price: "a price's id",
        wlp: 'the publishable key of your widgets',
        wls: 'the secret key of your widgets',
        wlk: "the platform's key",
        other: 'something else',
      },
    },
  },
  'payments.key_refused': {
    status: 422,
    type: 'invalid_request',
    message: 'Stripe does not accept this secret key. Copy it anew in Stripe, under Developers > API keys.',
  },
  'payments.key_rights': {
    status: 422,
    type: 'invalid_request',
    message: 'This key may not do all that is needed. Allow it in Stripe, under Developers > API keys: {missing}.',
    values: { missing: { some: '{rights}', all: 'all that a secret key may do' }, rights: 'list' },
  },
  'payments.live_refused': {
    status: 422,
    type: 'invalid_request',
    message: 'Live payments need a MongoDB server: the embedded database is for trying, developing and testing.',
  },
  'payments.mode_mismatch': {
    status: 422,
    type: 'invalid_request',
    message: 'The publishable and the secret key must be of the same mode ({mode}).',
    values: { mode: 'text' },
  },
  'payments.not_configured': { status: 503, type: 'unavailable', message: 'Payments are not set up yet. Please contact support.' },
  'payments.price_inactive': {
    status: 422,
    type: 'invalid_request',
    message: 'This Stripe price is archived. Activate it or use another.',
  },
  'payments.price_not_found': { status: 422, type: 'invalid_request', message: 'Stripe does not know this price.' },
  'payments.price_recurring': {
    status: 422,
    type: 'invalid_request',
    message: 'This Stripe price is a subscription. Credits need a one-time price.',
  },
  'payments.price_of_other_product': { status: 422, type: 'invalid_request', message: 'This Stripe price belongs to another product.' },
  'payments.product_inactive': {
    status: 422,
    type: 'invalid_request',
    message: 'This Stripe product is archived. Activate it in Stripe or use another.',
  },
  'payments.product_not_found': { status: 422, type: 'invalid_request', message: 'Stripe does not know this product.' },
  'payments.provider_unavailable': {
    status: 503,
    type: 'unavailable',
    message: 'The payment provider does not answer. Nothing was charged; please try again.',
  },
  'payments.request_refused': {
    status: 503,
    type: 'unavailable',
    message: 'Stripe did not understand what was asked. Nothing was changed. Please contact support.',
  },
  'payments.webhook_refused': {
    status: 422,
    type: 'invalid_request',
    message: 'Stripe does not take this webhook. Make one in Stripe, under Developers > Webhooks, and give its signing secret here.',
  },
  'payments.webhook_unreachable': {
    status: 422,
    type: 'invalid_request',
    message:
      'Stripe sends nothing to the address of this service, because the internet does not reach it. Give the signing secret of the Stripe CLI that forwards events to it, or have the service put on a public address.',
  },
  'payments.webhooks_full': {
    status: 422,
    type: 'invalid_request',
    message:
      'This Stripe account has as many webhooks as Stripe allows. Delete one that nobody needs in Stripe, under Developers > Webhooks, and save again.',
  },
  'return_url.refused': { status: 422, type: 'invalid_request', message: 'The page to return to must be on one of the allowed origins.' },
  'webhook.not_configured': { status: 503, type: 'unavailable', message: 'No webhook secret is set for this address.' },
  'webhook.not_ready': { status: 503, type: 'unavailable', message: 'This cannot be handled yet. Send it again.' },
  'webhook.event_unreadable': {
    status: 400,
    type: 'invalid_request',
    message: 'The signature is right, but this is not an event of Stripe with an object in it.',
  },
  'webhook.event_thin': {
    status: 400,
    type: 'invalid_request',
    message: 'The signature is right, but this is a thin event. Choose snapshot events for this address in Stripe.',
  },
  'webhook.signature_refused': { status: 400, type: 'invalid_request', message: 'The signature does not match this body.' },
} as const satisfies Record<string, ErrorEntry>;
