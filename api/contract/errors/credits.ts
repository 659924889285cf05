import type { ErrorEntry } from './entry.ts';

export const creditErrors = {
  'credits.insufficient': { status: 402, type: 'payment', message: 'There are not enough credits for this. Buy more to go on.' },
  'credits.too_many': { status: 422, type: 'invalid_request', message: 'No account can hold that many credits. Choose a smaller amount.' },
  'package.not_found': { status: 404, type: 'not_found', message: 'There is no such package.' },
  'package.only': { status: 422, type: 'invalid_request', message: 'This plan sells packages only. Choose one of them.' },
  'package.amount_out_of_range': {
    status: 422,
    type: 'invalid_request',
    message: 'Choose between {min} and {max} credits.',
    values: { min: 'credits', max: 'credits' },
  },
  'package.price_unusual': {
    status: 422,
    type: 'invalid_request',
    message: '{price}; 1 credit is 1000 in creditsMillis. Send priceConfirmed with the package if that is meant.',
    values: {
      price: {
        low: 'A credit would cost less than {leastCents currency}',
        high: 'A credit would cost {priceCents currency}',
        far_above: '100 credits would cost {priceCents currency}, more than 5 times the {planCents currency} of the plan',
        far_below: '100 credits would cost {priceCents currency}, less than a fifth of the {planCents currency} of the plan',
      },
      leastCents: 'cents',
      planCents: 'cents',
      priceCents: 'cents',
    },
  },
  'package.too_many': {
    status: 422,
    type: 'invalid_request',
    message: 'There can be {offered} packages on offer, and {all} with the retired ones. Name one that is there by its id.',
    values: { offered: 'count', all: 'count' },
  },
  'package.currency_mixed': { status: 422, type: 'invalid_request', message: 'All packages and the plan use one currency.' },
  'purchase.expired': { status: 409, type: 'conflict', message: 'This attempt is too old to go on with. Please start again.' },
  'receipt.not_paid': {
    status: 409,
    type: 'conflict',
    message: 'A receipt is written once the payment has arrived. Try again when the purchase is paid.',
  },
  'statement.too_long': {
    status: 422,
    type: 'invalid_request',
    message: 'Such a file has room for {most} entries of the account, and this time has {entries}. Choose a shorter time.',
    values: { most: 'count', entries: 'count' },
  },
  'purchase.not_found': { status: 404, type: 'not_found', message: 'There is no such purchase.' },
} as const satisfies Record<string, ErrorEntry>;
