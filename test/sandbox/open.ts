import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import Stripe from 'stripe';
import { type SandboxOptions, startSandbox } from '../../demo-site/sandbox/start.ts';

type Context = Pick<TestContext, 'after'>;

/** Opens a sandbox on free ports, with an account at Stripe, its SDK, and a product. */
export async function openSandbox(t: Context, options: SandboxOptions = {}) {
  const sandbox = await startSandbox({ port: 0, smtpPort: 0, retryGapMillis: 10, ...options });
  t.after(() => sandbox.close());
  const account = sandbox.stripe.createAccount('Northwind Voice');
  const stripe = sdkAt(sandbox.url, account.secretKey);
  const live = sdkAt(sandbox.url, account.liveSecretKey);
  const product = await stripe.products.create({ name: 'Calling credits' });
  return { sandbox, account, stripe, live, product };
}

export function sdkAt(url: string, key: string, options: Stripe.StripeConfig = {}): Stripe {
  const { hostname, port } = new URL(url);
  return new Stripe(key, { host: hostname, port, protocol: 'http', telemetry: false, maxNetworkRetries: 0, ...options });
}

/** Returns an agency's request for a purchase, by default of 19 euros. */
export const purchase = (product: string, more: Stripe.Checkout.SessionCreateParams = {}): Stripe.Checkout.SessionCreateParams => ({
  mode: 'payment',
  line_items: [{ price_data: { currency: 'eur', unit_amount: 1900, product }, quantity: 1 }],
  success_url: 'http://shop.test/done?session={CHECKOUT_SESSION_ID}#bought',
  cancel_url: 'http://shop.test/back',
  ...more,
});

export interface Delivery {
  body: string;
  signature: string;
}

/** Opens a webhook endpoint that answers with the given statuses in order, and then with the last one. */
export async function openEndpoint(
  t: Context,
  stripe: Stripe,
  events: Stripe.WebhookEndpointCreateParams.EnabledEvent[],
  statuses = [200],
) {
  const arrived: Delivery[] = [];
  const server = createServer(async (request, response) => {
    const body = await readText(request);
    response.statusCode = statuses[Math.min(arrived.length, statuses.length - 1)] ?? 200;
    arrived.push({ body, signature: String(request.headers['stripe-signature']) });
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
  const endpoint = await stripe.webhookEndpoints.create({ url, enabled_events: events });
  return { arrived, endpoint, secret: endpoint.secret ?? '' };
}

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
