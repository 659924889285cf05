import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import Stripe from 'stripe';
import { type ApiCall, apiAt } from './api-client.ts';
import { brandAt, northwind } from './northwind/agency.ts';
import { type Addresses, readJson, readPlatformKey } from './running.ts';
import type { Sandbox } from './sandbox/start.ts';

interface KeyPair {
  publishable: string;
  secret: string;
}

export interface DemoAgency {
  id: string;
  slug: string;
  keys: { test: KeyPair; live: KeyPair };
}

/** What is kept between two starts: the agency's keys are told only once. */
interface Kept extends DemoAgency {
  stripe?: StripeAccount;
  /** The addresses that the agency's settings name. */
  setUpFor?: string;
}

interface StripeAccount {
  publishableKey: string;
  secretKey: string;
  productId: string;
  priceId: string;
}

interface Seed {
  dataDir: string;
  env: NodeJS.ProcessEnv;
  addresses: Addresses;
  sandbox: Sandbox;
  /** The API as this process reaches it. */
  api: string;
}

/** Creates the demo agency the first time, through the API alone, and points its settings at today's addresses when they moved. */
export async function seedAgency({ dataDir, env, addresses, sandbox, api }: Seed): Promise<DemoAgency> {
  const call = apiAt(api);
  const file = join(dataDir, 'demo.json');
  let kept = await readJson<Kept>(file);
  if (!kept || !(await isKnown(call, kept))) {
    kept = await createAgency(call, await readPlatformKey(dataDir, env), addresses.demo);
    await keep(file, kept);
  }
  const stripe = kept.stripe && (await hasPrice(kept.stripe, sandbox.url)) ? kept.stripe : await openAccount(sandbox);
  const here = JSON.stringify([addresses, stripe.secretKey]);
  if (kept.setUpFor !== here) {
    const site = addresses.demo;
    // Without a webhook secret the API makes the webhook endpoint itself, at its address of today.
    await call('agency.update', kept.keys.test.secret, { origins: [site], brand: brandAt(site), stripe });
    kept = { ...kept, stripe, setUpFor: here };
    await keep(file, kept);
  }
  return kept;
}

async function createAgency(call: ApiCall, platformKey: string, site: string): Promise<Kept> {
  const created = await call<Kept>('agencies.create', platformKey, { ...northwind, brand: brandAt(site), origins: [site] });
  return { id: created.id, slug: created.slug, keys: created.keys };
}

/** Whether this database still has the agency: the data folder may have been emptied, or MONGODB_URI changed. */
async function isKnown(call: ApiCall, kept: Kept): Promise<boolean> {
  return call('agency.read', kept.keys.test.secret).then(
    () => true,
    (error: { status?: number }) => {
      if (error.status === 401) return false;
      throw error;
    },
  );
}

/** A new Stripe account in the sandbox, with a product and the price of the first package. */
async function openAccount(sandbox: Sandbox): Promise<StripeAccount> {
  const { publishableKey, secretKey } = sandbox.stripe.createAccount(northwind.name);
  const stripe = stripeAt(sandbox.url, secretKey);
  const [first] = northwind.packages;
  const product = await stripe.products.create({ name: 'Calling credits' });
  const price = await stripe.prices.create({ product: product.id, unit_amount: first.priceCents, currency: first.currency.toLowerCase() });
  return { publishableKey, secretKey, productId: product.id, priceId: price.id };
}

async function hasPrice({ secretKey, priceId }: StripeAccount, sandbox: string): Promise<boolean> {
  return stripeAt(sandbox, secretKey)
    .prices.retrieve(priceId)
    .then(
      () => true,
      (error: Stripe.errors.StripeError) => {
        if (error.statusCode === 401 || error.statusCode === 404) return false;
        throw error;
      },
    );
}

function stripeAt(sandbox: string, secretKey: string): Stripe {
  const { hostname, port } = new URL(sandbox);
  return new Stripe(secretKey, { host: hostname, port, protocol: 'http', telemetry: false, maxNetworkRetries: 1 });
}

async function keep(file: string, kept: Kept): Promise<void> {
  await rm(file, { force: true });
  await writeFile(file, `${JSON.stringify(kept, null, 2)}\n`, { mode: 0o600 });
}
