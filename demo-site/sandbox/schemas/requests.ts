import type Stripe from 'stripe';

type Paging = 'limit' | 'starting_after' | 'ending_before' | 'expand';

/**
 * The supported parameters of each request, picked from the SDK's types. `generate.mjs` turns it into `requests.json`. Any other parameter
 * of Stripe's is refused with a sentence that says so.
 */
export interface Requests {
  'GET /v1/account': Stripe.AccountRetrieveCurrentParams;
  'GET /v1/balance': Pick<Stripe.BalanceRetrieveParams, 'expand'>;
  'GET /v1/charges': Pick<Stripe.ChargeListParams, Paging | 'created' | 'payment_intent'>;
  'GET /v1/charges/:id': Stripe.ChargeRetrieveParams;
  'GET /v1/checkout/sessions': Pick<Stripe.Checkout.SessionListParams, Paging | 'created' | 'payment_intent' | 'status'>;
  'GET /v1/checkout/sessions/:id': Stripe.Checkout.SessionRetrieveParams;
  'GET /v1/checkout/sessions/:id/line_items': Stripe.Checkout.SessionListLineItemsParams;
  'POST /v1/checkout/sessions': Pick<
    Stripe.Checkout.SessionCreateParams,
    | 'adaptive_pricing'
    | 'allowed_payment_method_types'
    | 'billing_address_collection'
    | 'cancel_url'
    | 'client_reference_id'
    | 'custom_text'
    | 'customer_creation'
    | 'customer_email'
    | 'expand'
    | 'expires_at'
    | 'line_items'
    | 'locale'
    | 'metadata'
    | 'mode'
    | 'payment_intent_data'
    | 'redirect_on_completion'
    | 'return_url'
    | 'submit_type'
    | 'success_url'
    | 'ui_mode'
  >;
  'POST /v1/checkout/sessions/:id/expire': Stripe.Checkout.SessionExpireParams;
  'GET /v1/disputes': Stripe.DisputeListParams;
  'GET /v1/disputes/:id': Stripe.DisputeRetrieveParams;
  'GET /v1/events': Pick<Stripe.EventListParams, Paging | 'created' | 'delivery_success' | 'type' | 'types'>;
  'GET /v1/events/:id': Stripe.EventRetrieveParams;
  'GET /v1/payment_intents/:id': Pick<Stripe.PaymentIntentRetrieveParams, 'expand'>;
  'POST /v1/payment_intents/:id/cancel': Stripe.PaymentIntentCancelParams;
  'POST /v1/payment_intents/:id/capture': Pick<Stripe.PaymentIntentCaptureParams, 'amount_to_capture' | 'expand' | 'metadata'>;
  'GET /v1/prices': Pick<Stripe.PriceListParams, Paging | 'active' | 'created' | 'currency' | 'lookup_keys' | 'product' | 'type'>;
  'GET /v1/prices/:id': Stripe.PriceRetrieveParams;
  'POST /v1/prices': Pick<
    Stripe.PriceCreateParams,
    | 'active'
    | 'currency'
    | 'expand'
    | 'lookup_key'
    | 'metadata'
    | 'nickname'
    | 'product'
    | 'product_data'
    | 'recurring'
    | 'tax_behavior'
    | 'unit_amount'
  >;
  'GET /v1/products': Pick<Stripe.ProductListParams, Paging | 'active' | 'created' | 'ids'>;
  'GET /v1/products/:id': Stripe.ProductRetrieveParams;
  'POST /v1/products': Pick<
    Stripe.ProductCreateParams,
    'active' | 'description' | 'expand' | 'id' | 'images' | 'metadata' | 'name' | 'statement_descriptor' | 'type' | 'unit_label' | 'url'
  >;
  'POST /v1/products/:id': Pick<Stripe.ProductUpdateParams, 'active' | 'expand' | 'name'>;
  'GET /v1/refunds': Stripe.RefundListParams;
  'GET /v1/refunds/:id': Stripe.RefundRetrieveParams;
  'POST /v1/refunds': Pick<Stripe.RefundCreateParams, 'amount' | 'charge' | 'expand' | 'metadata' | 'payment_intent' | 'reason'>;
  'GET /v1/webhook_endpoints': Stripe.WebhookEndpointListParams;
  'GET /v1/webhook_endpoints/:id': Stripe.WebhookEndpointRetrieveParams;
  'POST /v1/webhook_endpoints': Pick<
    Stripe.WebhookEndpointCreateParams,
    'api_version' | 'description' | 'enabled_events' | 'expand' | 'metadata' | 'url'
  >;
  'POST /v1/webhook_endpoints/:id': Stripe.WebhookEndpointUpdateParams;
  'DELETE /v1/webhook_endpoints/:id': Record<never, never>;
}

/** All of Stripe's parameter names for the requests above that are only partly supported. */
export interface Names {
  'GET /v1/charges': keyof Stripe.ChargeListParams;
  'GET /v1/checkout/sessions': keyof Stripe.Checkout.SessionListParams;
  'POST /v1/checkout/sessions': keyof Stripe.Checkout.SessionCreateParams;
  'GET /v1/payment_intents/:id': keyof Stripe.PaymentIntentRetrieveParams;
  'POST /v1/payment_intents/:id/capture': keyof Stripe.PaymentIntentCaptureParams;
  'GET /v1/prices': keyof Stripe.PriceListParams;
  'POST /v1/prices': keyof Stripe.PriceCreateParams;
  'GET /v1/products': keyof Stripe.ProductListParams;
  'POST /v1/products': keyof Stripe.ProductCreateParams;
  'POST /v1/products/:id': keyof Stripe.ProductUpdateParams;
  'POST /v1/refunds': keyof Stripe.RefundCreateParams;
  'POST /v1/webhook_endpoints': keyof Stripe.WebhookEndpointCreateParams;
}
