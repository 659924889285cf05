import type { Advice } from './advice.ts';

/** Advice on calls, credits, payments, plans and orders. */
export const moneyAdvice = {
  'call.not_found': {
    cause: 'No call of this client was started under this id.',
    cure: 'Start it with `calls.start`, or record it with `usage.record`.',
  },
  'call.over': {
    cause: 'The call ended before, by a charge, a cancellation or its time.',
    cure: 'Nothing is left to do; read the statement.',
  },
  'calls.too_many': {
    cause: 'The client has as many running calls as are let through.',
    cure: 'End those that are over with `calls.end`.',
  },
  'usage.mismatch': {
    cause: 'The call id came before with another duration or client.',
    cure: 'Give every call an id of its own, and repeat with the same values.',
  },
  'credits.insufficient': {
    cause: 'The client has too few credits for this, or only free ones that may not be spent on it.',
    cure: 'Sell it credits, or allocate some.',
  },
  'credits.too_many': { cause: 'The balance would exceed what an account can hold.', cure: 'Give less at once.' },
  'package.not_found': { cause: 'No package on offer has this id in the mode of the key.', cure: 'Read `credits.packages`.' },
  'package.only': {
    cause: "An amount was sent, and the client's plan has no `customAmount`.",
    cure: 'Send a `packageId` of `credits.packages`, or give the plan a `customAmount`.',
  },
  'package.amount_out_of_range': {
    cause: "The amount lies outside of the plan's `customAmount`.",
    cure: 'Choose one within the values of the message.',
  },
  'package.price_unusual': {
    cause:
      'A credit would cost far less or more than usual, or than in the first plan, mostly because credits were sent as thousandths or the other way.',
    cure: 'Check `creditsMillis`, or send `priceConfirmed`.',
  },
  'package.too_many': { cause: 'The agency has as many packages as it can have.', cure: 'Retire some, or change one by its id.' },
  'package.currency_mixed': { cause: 'A package has another currency than the plan.', cure: 'Sell all in one currency.' },
  'purchase.expired': { cause: 'The attempt was made too long ago.', cure: 'Begin a new one with a new `Idempotency-Key`.' },
  'purchase.not_found': { cause: 'The client has no purchase with this id.', cure: 'Use the id that `credits.checkout` answered.' },
  'receipt.not_paid': {
    cause: 'The payment of this purchase has not arrived.',
    cure: 'Read the receipt once `purchases.list` says `receipt: true`.',
  },
  'statement.too_long': {
    cause: 'The account has more entries in this time than one file holds.',
    cure: 'Ask for months or days with `from` and `to`, for `csv`, which has room for more, or page through `credits.history`.',
  },
  'payments.account_inactive': {
    cause: 'Stripe does not let this account take live payments.',
    cure: "Finish the activation in Stripe's dashboard.",
  },
  'payments.accounts_too_many': {
    cause: 'The agency has changed its Stripe account as often as former ones are kept.',
    cure: 'Go back to one that it had.',
  },
  'payments.amount_mismatch': {
    cause: 'The pasted price costs something else than the package.',
    cure: 'Paste the id of a price of that amount, or change the package.',
  },
  'payments.busy': {
    cause: 'More payments at once than the Stripe account is asked for in a second.',
    cure: 'Repeat with the same `Idempotency-Key` after `Retry-After` seconds.',
  },
  'payments.currency_mismatch': {
    cause: 'The pasted price is in another currency than the packages.',
    cure: 'Paste a price in the currency of the packages.',
  },
  'payments.declined': { cause: 'The bank refused the payment.', cure: 'The client pays another way.' },
  'payments.key_kind': {
    cause: 'A key stands in the field of another, such as a secret key as publishable one.',
    cure: 'Put each key in the field that the message names.',
  },
  'payments.key_refused': { cause: 'Stripe does not know the secret key.', cure: 'Copy it again from Stripe, Developers > API keys.' },
  'payments.key_rights': { cause: 'A restricted key of Stripe lacks rights.', cure: 'Allow in Stripe what the message names.' },
  'payments.live_refused': { cause: 'Live keys with the embedded database.', cure: 'Start the API with `MONGODB_URI`.' },
  'payments.mode_mismatch': { cause: 'A test key beside a live one.', cure: 'Paste both of one mode.' },
  'payments.not_configured': { cause: 'The agency has no Stripe account in this mode.', cure: 'Save its keys with `agency.update`.' },
  'payments.price_inactive': { cause: 'The price is archived at Stripe.', cure: 'Activate it, or paste another.' },
  'payments.price_not_found': {
    cause: 'The Stripe account has no price with this id.',
    cure: 'Copy the id of a price of the same account and mode.',
  },
  'payments.price_recurring': { cause: 'The price is a subscription.', cure: 'Make a one-time price at Stripe.' },
  'payments.price_of_other_product': {
    cause: 'The price is not one of the pasted product.',
    cure: 'Paste product and price that belong together.',
  },
  'payments.product_inactive': { cause: 'The product is archived at Stripe.', cure: 'Activate it, or paste another.' },
  'payments.product_not_found': {
    cause: 'The Stripe account has no product with this id.',
    cure: 'Copy the id of a product of the same account and mode.',
  },
  'payments.provider_unavailable': {
    cause: 'Stripe did not answer in time.',
    cure: 'Repeat with the same `Idempotency-Key`: nothing is charged twice.',
  },
  'payments.request_refused': { cause: 'Stripe refused a request of the API.', cure: 'Give the platform the `requestId`.' },
  'payments.webhook_refused': {
    cause: 'Stripe does not make the webhook endpoint with this key.',
    cure: 'Make it in Stripe and save its signing secret as `webhookSecret`.',
  },
  'payments.webhook_unreachable': {
    cause: "The API's address is not one that the internet reaches.",
    cure: 'Forward events with the Stripe CLI and save its signing secret, or use a public address.',
  },
  'payments.webhooks_full': {
    cause: 'The Stripe account has as many endpoints as Stripe allows.',
    cure: 'Delete one in Stripe and save again.',
  },
  'return_url.refused': { cause: 'The page to return to is not on a listed origin.', cure: 'Add its origin to `origins`.' },
  'webhook.not_configured': {
    cause: 'Stripe reports to an agency whose webhook secret is not saved.',
    cure: 'Save the signing secret with `agency.update`.',
  },
  'webhook.not_ready': { cause: 'The event is about something that is not stored yet.', cure: 'Nothing: Stripe sends it again.' },
  'webhook.event_unreadable': { cause: 'The signed body is no event of Stripe.', cure: 'Send to this address only what Stripe signs.' },
  'webhook.event_thin': { cause: 'The endpoint sends thin events.', cure: 'Choose snapshot events for it in Stripe.' },
  'webhook.signature_refused': {
    cause: 'The signature was made with another secret, or the body was changed on its way.',
    cure: 'Save the signing secret of this endpoint, and let no proxy change the body.',
  },
  'feature.locked': { cause: "The client's plan does not include the feature.", cure: 'Offer a plan that does, or add it to `features`.' },
  'plan.currency_mixed': { cause: 'A plan has another currency than the others.', cure: 'Sell all in one currency.' },
  'plan.current': { cause: 'The client has the plan.', cure: 'Nothing is left to do.' },
  'plan.limit': { cause: "The client has as much as its plan's `limits` allow.", cure: 'Offer a larger plan, or raise the limit.' },
  'plan.first': { cause: 'The first plan was named by its id.', cure: 'Change it as `plan` with `agency.update`.' },
  'plan.too_many': { cause: 'The agency has as many plans as it can have.', cure: 'Retire some, or change one by its id.' },
  'plan.not_found': { cause: 'No plan on offer has this id in the mode of the key.', cure: 'Read `plans.list`.' },
  'order.became_credits': {
    cause: 'What was bought could not be delivered, and its money became credits.',
    cure: 'Nothing is left to do; the client may buy again with them.',
  },
  'order.money_returned': { cause: 'The payment was refunded or disputed.', cure: 'Nothing is left to do.' },
  'order.not_found': { cause: 'The client has no order with this id.', cure: 'Use the id that the purchase answered.' },
  'order.not_done': { cause: 'The order is being worked on.', cure: 'Read `orders.read` until it is done.' },
  'order.payment_differs': { cause: 'The paid amount is not the price of the order.', cure: 'Give the platform the `requestId`.' },
  'order.payment_expired': { cause: 'Nobody paid on the payment page.', cure: 'Order again.' },
  'order.payment_failed': { cause: 'The payment was refused.', cure: 'Order again, and pay another way.' },
  'order.too_many': { cause: 'The client has as many open orders as are let through.', cure: 'Wait until one is done, or cancel one.' },
  'quote.changed': { cause: 'The price is another one than was sent.', cure: 'Show the new price and send it.' },
} as const satisfies Record<string, Advice>;
