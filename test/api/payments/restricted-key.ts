/** All that a restricted key at Stripe must be allowed, so that payments are taken and given back and the webhook is made. */
export const neededRights = [
  'checkout_session_write',
  'payment_intent_write',
  'charge_write',
  'dispute_read',
  'product_read',
  'plan_read',
  'webhook_write',
];
