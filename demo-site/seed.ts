import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import Stripe from 'stripe';
import { type ApiCall, apiAt } from './api-client.ts';
import type { DemoAgencyData } from './demo-data.ts';
import { connectProviders, openProviders } from './providers.ts';
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

/** Data kept between two starts, because the agency's keys are shown only once. */
interface Kept extends DemoAgency {
  stripe?: StripeAccount;
  /** The addresses in the agency's settings. */
  setUpFor?: string;
}

interface StripeAccount {
  publishableKey: string;
  secretKey: string;
  productId: string;
  priceId: string;
}

interface Seed {
  story: DemoAgencyData;
  /** The address of its site. */
  site: string;
  /** Further sites that show its widgets. */
  guestAt?: string[];
  /** The file of the data folder with its keys. */
  file: string;
  dataDir: string;
  env: NodeJS.ProcessEnv;
  addresses: Addresses;
  sandbox: Sandbox;
  /** Address of the API for this process. */
  api: string;
}

/** Creates a demo agency at the first start, only through the API, and updates the addresses in its settings when they change. */
export async function seedAgency({
  story,
  site,
  guestAt = [],
  file: fileName,
  dataDir,
  env,
  addresses,
  sandbox,
  api,
}: Seed): Promise<DemoAgency> {
  const call = apiAt(api);
  const file = join(dataDir, fileName);
  let kept = await readJson<Kept>(file);
  if (!kept || !(await isKnown(call, kept))) {
    kept = await createAgency(call, await readPlatformKey(dataDir, env), story, site);
    await keep(file, kept);
  }
  const stripe = kept.stripe && (await hasPrice(kept.stripe, sandbox.url)) ? kept.stripe : await openAccount(sandbox, story);
  const providers = openProviders(sandbox, story.name);
  const here = JSON.stringify([addresses, stripe.secretKey, providers]);
  if (kept.setUpFor !== here) {
    // Without a webhook secret the API creates the webhook endpoint itself, at its present address.
    const origins = [site, ...guestAt];
    await call('agency.update', kept.keys.live.secret, { origins, brand: story.brandAt(site) });
    await call('agency.update', kept.keys.test.secret, {
      origins,
      stripe,
      plan: story.plan,
      plans: story.plans,
      ...(story.portal && { portal: story.portal }),
    });
    await connectProviders(call, kept.keys.test.secret, providers, sandbox);
    kept = { ...kept, stripe, setUpFor: here };
    await keep(file, kept);
  }
  return kept;
}

async function createAgency(call: ApiCall, platformKey: string, story: DemoAgencyData, site: string): Promise<Kept> {
  const { brandAt, pages: _, portal: __, plans: ___, ...agency } = story;
  const created = await call<Kept>('agencies.create', platformKey, { ...agency, brand: brandAt(site), origins: [site] });
  return { id: created.id, slug: created.slug, keys: created.keys };
}

/** Tells whether this database still has the agency: the data folder may have been emptied, or MONGODB_URI changed. */
async function isKnown(call: ApiCall, kept: Kept): Promise<boolean> {
  return call('agency.read', kept.keys.test.secret).then(
    () => true,
    (error: { status?: number }) => {
      if (error.status === 401) return false;
      throw error;
    },
  );
}

/** Opens a Stripe account in the sandbox, with a product and the price of the first package. */
async function openAccount(sandbox: Sandbox, { name, packages: [first] }: DemoAgencyData): Promise<StripeAccount> {
  const { publishableKey, secretKey } = sandbox.stripe.createAccount(name);
  const stripe = stripeAt(sandbox.url, secretKey);
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
