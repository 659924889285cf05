import type { ErrorEntry, ErrorType } from './entry.ts';
import { providerErrors } from './numbers.ts';

/** Every error the API can answer. The code is stable; the sentence may be improved. */
export const errors = {
  ...providerErrors,
  'agency.minutes_exhausted': { status: 403, type: 'permission', message: 'Calls are not possible at the moment. Please contact support.' },
  'agency.keys_rotated': {
    status: 409,
    type: 'conflict',
    message: 'This agency was made, and its keys were changed since. Make new ones with agencies.rotateKey.',
  },
  'agency.not_found': { status: 404, type: 'not_found', message: 'There is no such agency.' },
  'agency.not_parent': { status: 403, type: 'permission', message: 'Only the agency itself can do this.' },
  'agency.suspended': { status: 403, type: 'permission', message: 'This service is not available at the moment.' },
  'agency.unavailable': { status: 403, type: 'permission', message: '{notice}' },
  'agency.test_left': { status: 409, type: 'conflict', message: 'That test world is not the current one. Read the settings again.' },
  'body.malformed': { status: 400, type: 'invalid_request', message: 'The body is not valid JSON.' },
  'body.too_deep': { status: 400, type: 'invalid_request', message: 'The body is nested too deeply.' },
  'body.too_many_values': {
    status: 400,
    type: 'invalid_request',
    message: 'The body has more than {max} values. Send less at a time.',
  },
  'body.too_large': { status: 413, type: 'invalid_request', message: 'The body is larger than {max} bytes.' },
  'body.unsupported': { status: 415, type: 'invalid_request', message: 'Send the body as application/json.' },
  'brand.color_invalid': { status: 422, type: 'invalid_request', message: 'A color is written as # and six hex digits, such as #2563eb.' },
  'brand.url_invalid': { status: 422, type: 'invalid_request', message: 'Give a full https address without a user name or password.' },
  'call.not_found': { status: 404, type: 'not_found', message: 'There is no such call.' },
  'call.over': { status: 409, type: 'conflict', message: 'This call is over already, in another way.' },
  'calls.too_many': { status: 429, type: 'rate_limit', message: 'Too many calls are running. Try again when one has ended.' },
  'client.not_found': { status: 404, type: 'not_found', message: 'There is no such client.' },
  'client.disabled': { status: 403, type: 'permission', message: 'This account is disabled. Please contact support.' },
  'consent.missing': { status: 422, type: 'invalid_request', message: 'Please accept the terms to continue.' },
  'credits.insufficient': { status: 402, type: 'payment', message: 'There are not enough credits for this. Buy more to go on.' },
  'credits.too_many': { status: 422, type: 'invalid_request', message: 'No account can hold that many credits. Choose a smaller amount.' },
  'email.invalid': { status: 422, type: 'invalid_request', message: 'Please enter an e-mail address such as name@example.com.' },
  'email.taken': { status: 409, type: 'conflict', message: 'There is already an account with this e-mail address. Sign in instead.' },
  'external_id.taken': { status: 409, type: 'conflict', message: 'Another client has this external id.' },
  'idempotency.key_invalid': {
    status: 422,
    type: 'invalid_request',
    message: 'An idempotency key has 8 to 200 letters, digits, dashes or underscores.',
  },
  'idempotency.mismatch': {
    status: 409,
    type: 'conflict',
    message: 'This was already sent with other content. Use a new idempotency key for a new attempt.',
  },
  'idempotency.in_progress': {
    status: 409,
    type: 'conflict',
    message: 'The same request is still being worked on. Try again in a moment.',
  },
  'input.invalid': { status: 422, type: 'invalid_request', message: '{sentence}' },
  internal: { status: 500, type: 'internal', message: 'Something went wrong on our side. Nothing was charged twice; please try again.' },
  'key.refused': { status: 401, type: 'authentication', message: 'This key is not valid.' },
  'key.rotating': { status: 409, type: 'conflict', message: 'Another change of the keys is under way. Please try again.' },
  'key.in_browser': { status: 403, type: 'permission', message: 'A secret key belongs on a server, never in a page.' },
  'login.refused': { status: 401, type: 'authentication', message: 'The e-mail or password is not right.' },
  'name.invalid': { status: 422, type: 'invalid_request', message: 'Please enter a name of at most 80 characters.' },
  'operation.not_found': { status: 404, type: 'not_found', message: 'There is nothing at this address.' },
  'operation.wrong_method': { status: 405, type: 'invalid_request', message: 'This address is used with {method}.' },
  'origin.refused': { status: 403, type: 'permission', message: 'This page may not use this key.' },
  'package.not_found': { status: 404, type: 'not_found', message: 'There is no such package.' },
  'package.amount_out_of_range': { status: 422, type: 'invalid_request', message: 'Choose between {min} and {max} credits.' },
  'package.price_unusual': {
    status: 422,
    type: 'invalid_request',
    message: 'A credit would cost {price}; 1 credit is 1000 in creditsMillis. Send priceConfirmed with the package if that is meant.',
  },
  'package.too_many': {
    status: 422,
    type: 'invalid_request',
    message: 'There can be {offered} packages on offer, and {all} with the retired ones. Name one that is there by its id.',
  },
  'package.currency_mixed': { status: 422, type: 'invalid_request', message: 'All packages and the plan use one currency.' },
  'password.mismatch': { status: 422, type: 'invalid_request', message: 'The two passwords are not the same.' },
  'password.no_digit': { status: 422, type: 'invalid_request', message: 'The password needs at least one number.' },
  'password.no_lower': { status: 422, type: 'invalid_request', message: 'The password needs at least one lowercase letter.' },
  'password.no_special': { status: 422, type: 'invalid_request', message: 'The password needs at least one special character.' },
  'password.no_upper': { status: 422, type: 'invalid_request', message: 'The password needs at least one uppercase letter.' },
  'password.too_common': { status: 422, type: 'invalid_request', message: 'This password is too easy to guess. Please choose another.' },
  'password.too_long': { status: 422, type: 'invalid_request', message: 'The password is too long.' },
  'password.too_short': { status: 422, type: 'invalid_request', message: 'The password is too short.' },
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
  },
  'payments.declined': {
    status: 402,
    type: 'payment',
    message: 'The bank declined this payment. Nothing was charged; please pay another way.',
  },
  'payments.key_kind': { status: 422, type: 'invalid_request', message: '{sentence}' },
  'payments.key_refused': {
    status: 422,
    type: 'invalid_request',
    message: 'Stripe does not accept this secret key. Copy it anew in Stripe, under Developers > API keys.',
  },
  'payments.key_rights': {
    status: 422,
    type: 'invalid_request',
    message: 'This key may not do all that is needed. Allow it in Stripe, under Developers > API keys: {rights}.',
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
  'proof.refused': { status: 401, type: 'authentication', message: 'Please sign in again.' },
  'purchase.expired': { status: 409, type: 'conflict', message: 'This attempt is too old to go on with. Please start again.' },
  'purchase.not_found': { status: 404, type: 'not_found', message: 'There is no such purchase.' },
  'rate.limited': { status: 429, type: 'rate_limit', message: 'That was a lot at once. Please wait {seconds} seconds.' },
  'reset.refused': { status: 422, type: 'invalid_request', message: 'This link was used already or has expired. Request a new one.' },
  'return_url.refused': { status: 422, type: 'invalid_request', message: 'The page to return to must be on one of the allowed origins.' },
  'scope.missing': { status: 403, type: 'permission', message: 'This session may not do that.' },
  'server.busy': { status: 503, type: 'unavailable', message: 'The service is busy. Please try again in a moment.' },
  'server.disk_full': {
    status: 503,
    type: 'unavailable',
    message: 'Nothing can be saved at the moment. Nothing was charged; please try again later.',
  },
  'server.keys_replaced': {
    status: 503,
    type: 'unavailable',
    message: 'The access to this provider has to be entered anew. Please contact support.',
  },
  'server.no_database': { status: 503, type: 'unavailable', message: 'The service is not available at the moment. Please try again.' },
  'session.missing': { status: 401, type: 'authentication', message: 'Please sign in again.' },
  'session.not_found': { status: 404, type: 'not_found', message: 'There is no such session.' },
  'settings.changed': {
    status: 409,
    type: 'conflict',
    message: 'Somebody else changed {settings} meanwhile. Read the settings again, then send what is still wanted.',
  },
  'settings.live_key_needed': {
    status: 403,
    type: 'permission',
    message: 'Test and live share {field}. Change it with the live secret key.',
  },
  'signup.refused': { status: 422, type: 'invalid_request', message: 'This sign-up could not be completed. Please contact support.' },
  'slug.invalid': {
    status: 422,
    type: 'invalid_request',
    message: 'A slug has 3 to 50 lowercase letters, digits and single hyphens between them.',
  },
  'slug.renamed_often': {
    status: 409,
    type: 'conflict',
    message: 'An agency keeps {most} former slugs for 90 days each. It can be renamed again from {day} on, or back to one of them now.',
  },
  'slug.reserved': { status: 422, type: 'invalid_request', message: 'This slug is reserved. Please choose another.' },
  'slug.taken': { status: 409, type: 'conflict', message: 'This slug is taken. Please choose another.' },
  'usage.mismatch': {
    status: 409,
    type: 'conflict',
    message: 'This call was already recorded with another duration, or for another client.',
  },
  'username.invalid': {
    status: 422,
    type: 'invalid_request',
    message: 'A username has no @ and no invisible characters. Leave it out to sign in with the e-mail address.',
  },
  'username.taken': { status: 409, type: 'conflict', message: 'This username is taken.' },
  'verification.refused': { status: 422, type: 'invalid_request', message: 'This link has expired. Request a new confirmation e-mail.' },
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

export type { ErrorType };
export type ErrorCode = keyof typeof errors;

export const isErrorCode = (text: string): text is ErrorCode => Object.hasOwn(errors, text);

/** The one shape of every 4xx and 5xx answer. */
export interface ErrorBody {
  error: {
    code: ErrorCode;
    message: string;
    type: ErrorType;
    /** The input field at fault, as a dotted path. */
    param?: string;
    /** The fields at fault, where there is more than one: twenty at most. */
    fields?: { param: string; code: ErrorCode; message: string }[];
    /** How many more fields are at fault than `fields` names. */
    moreFields?: number;
    requestId: string;
  };
}
