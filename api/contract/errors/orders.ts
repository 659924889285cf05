import type { ErrorEntry } from './entry.ts';

export const orderErrors = {
  'order.became_credits': {
    status: 409,
    type: 'conflict',
    message: 'This could not be delivered. What you paid for it is yours as credits.',
  },
  'order.money_returned': {
    status: 409,
    type: 'conflict',
    message: 'The payment for this was returned, so what it paid for has ended.',
  },
  'order.not_found': { status: 404, type: 'not_found', message: 'There is no such order.' },
  'order.not_done': { status: 409, type: 'conflict', message: 'This order is still under way. Try again in a moment.' },
  'order.payment_differs': {
    status: 409,
    type: 'conflict',
    message: 'What was paid is not what this costs, so nothing was delivered. Please contact support.',
  },
  'order.payment_expired': {
    status: 409,
    type: 'conflict',
    message: 'The payment page was left or has expired. Nothing was charged; please start again.',
  },
  'order.payment_failed': {
    status: 409,
    type: 'conflict',
    message: 'The payment did not go through. Nothing was charged; please try again.',
  },
  'order.too_many': { status: 429, type: 'rate_limit', message: 'Too many orders are under way. Try again when one is done.' },
  'quote.changed': { status: 409, type: 'conflict', message: 'The price has changed since it was shown. Look at the new one.' },
} as const satisfies Record<string, ErrorEntry>;
