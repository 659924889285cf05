import type { Request } from './parameters.ts';

/** Stripe's names of the things that a restricted key may read or write, by the first part of a path. */
const things: Record<string, string> = {
  account: 'accounts_kyc_basic',
  balance: 'balance',
  charges: 'charge',
  checkout: 'checkout_session',
  disputes: 'dispute',
  events: 'event',
  payment_intents: 'payment_intent',
  prices: 'plan',
  products: 'product',
  refunds: 'charge',
  webhook_endpoints: 'webhook',
};

/** Returns the permission that a request needs, without Stripe's prefix `rak_`: `checkout_session_write`. */
export function rightFor(request: Request): string {
  const [method = '', path = ''] = request.split(' ');
  return `${things[path.split('/')[2] ?? '']}_${method === 'GET' ? 'read' : 'write'}`;
}
