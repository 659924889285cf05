import { request } from 'node:http';
import Stripe from 'stripe';
import { startSandbox } from '../../../demo-site/sandbox/start.ts';
import { listenHere } from '../floors/listen.ts';
import { answerBench } from './answer.ts';

/** Shortest time of a provider's answer, in milliseconds. */
const DELAY_MS = 300;

interface Call {
  /** The idempotency key, e.g. `purchaseId.checkout`. */
  key: string;
  at: number;
  tookMillis: number;
}

// A sandbox behind a proxy that delays every answer, and records the arrival and the delay of each request.
const sandbox = await startSandbox({ port: 0, smtpPort: 0 });
let calls: Call[] = [];
const { hostname, port } = new URL(sandbox.url);
const url = await listenHere((req, res) => {
  const at = performance.now();
  const onward = request({ hostname, port, path: req.url, method: req.method, headers: req.headers }, (reply) => {
    const parts: Buffer[] = [];
    reply.on('data', (part: Buffer) => parts.push(part));
    reply.on('end', () => {
      setTimeout(
        () => {
          res.writeHead(reply.statusCode ?? 500, reply.headers).end(Buffer.concat(parts));
          calls.push({ key: String(req.headers['idempotency-key']), at, tookMillis: performance.now() - at });
        },
        DELAY_MS - (performance.now() - at),
      );
    });
  });
  req.pipe(onward);
});

answerBench({
  url: () => url,
  /** Returns the requests since the last call. */
  calls() {
    const seen = calls;
    calls = [];
    return seen;
  },
  /** Creates a Stripe account with a product. */
  async account() {
    const { secretKey, publishableKey } = sandbox.stripe.createAccount('Bench');
    const stripe = new Stripe(secretKey, { host: hostname, port, protocol: 'http', telemetry: false });
    const product = await stripe.products.create({ name: 'Calling credits' });
    const price = await stripe.prices.create({ product: product.id, unit_amount: 4000, currency: 'eur' });
    return { secretKey, publishableKey, productId: product.id, priceId: price.id };
  },
  voice: () => sandbox.retell.createAccount('Bench').apiKey,
  telephony() {
    const { sid, authToken } = sandbox.twilio.createAccount('Bench');
    return { accountSid: sid, authToken };
  },
});
process.once('SIGTERM', () => void sandbox.close().then(() => process.exit()));
