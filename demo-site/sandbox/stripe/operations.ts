import type { Requests } from '../schemas/requests.ts';
import { merchantOf } from '../world.ts';
import { cancel, captureIntent } from './captures.ts';
import { listCharges, retrieveCharge } from './charges.ts';
import type { Call } from './core.ts';
import { listDisputes, retrieveDispute } from './disputes.ts';
import { createEndpoint, deleteEndpoint, listEndpoints, retrieveEndpoint, updateEndpoint } from './endpoints.ts';
import { listEvents, retrieveEvent } from './events.ts';
import { retrieveIntent } from './payment-intents.ts';
import { createPrice, listPrices, retrievePrice } from './prices.ts';
import { createProduct, listProducts, retrieveProduct, updateProduct } from './products.ts';
import { createRefund, listRefunds, retrieveRefund } from './refunds.ts';
import { createSession, expire, listLineItems, listSessions, retrieveSession } from './sessions.ts';

type Operations = { [R in keyof Requests]: (call: Call<Requests[R]>) => object };

/** Returns the account of the key, and whether it may charge. */
const retrieveAccount = ({ core, vault }: Call<unknown>) => ({
  id: vault.accountId,
  object: 'account',
  business_profile: { name: merchantOf(core.world, vault) },
  charges_enabled: !vault.livemode || core.world.accounts.find(({ id }) => id === vault.accountId)?.isActive !== false,
  country: 'DE',
  default_currency: 'eur',
  details_submitted: true,
  payouts_enabled: true,
  type: 'standard',
});

/** Returns an empty balance, enough to check a key with. */
const retrieveBalance = ({ vault }: Call<unknown>) => ({ object: 'balance', available: [], livemode: vault.livemode, pending: [] });

/** The supported part of Stripe's API. Any other request gets Stripe's 404. */
export const operations: Operations = {
  'GET /v1/account': retrieveAccount,
  'GET /v1/balance': retrieveBalance,
  'GET /v1/charges': listCharges,
  'GET /v1/charges/:id': retrieveCharge,
  'GET /v1/checkout/sessions': listSessions,
  'POST /v1/checkout/sessions': createSession,
  'GET /v1/checkout/sessions/:id': retrieveSession,
  'GET /v1/checkout/sessions/:id/line_items': listLineItems,
  'POST /v1/checkout/sessions/:id/expire': expire,
  'GET /v1/disputes': listDisputes,
  'GET /v1/disputes/:id': retrieveDispute,
  'GET /v1/events': listEvents,
  'GET /v1/events/:id': retrieveEvent,
  'GET /v1/payment_intents/:id': retrieveIntent,
  'POST /v1/payment_intents/:id/cancel': cancel,
  'POST /v1/payment_intents/:id/capture': captureIntent,
  'GET /v1/prices': listPrices,
  'POST /v1/prices': createPrice,
  'GET /v1/prices/:id': retrievePrice,
  'GET /v1/products': listProducts,
  'POST /v1/products': createProduct,
  'GET /v1/products/:id': retrieveProduct,
  'POST /v1/products/:id': updateProduct,
  'GET /v1/refunds': listRefunds,
  'POST /v1/refunds': createRefund,
  'GET /v1/refunds/:id': retrieveRefund,
  'GET /v1/webhook_endpoints': listEndpoints,
  'POST /v1/webhook_endpoints': createEndpoint,
  'GET /v1/webhook_endpoints/:id': retrieveEndpoint,
  'POST /v1/webhook_endpoints/:id': updateEndpoint,
  'DELETE /v1/webhook_endpoints/:id': deleteEndpoint,
};
