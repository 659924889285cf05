import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { ErrorBody, Input, Output } from '../contract/index.ts';

const usage = `Creates an agency and prints its keys, once.

  npm run agency -- --name "Example Voice" --slug example-voice --origin https://www.example.com \\
    --currency EUR --price-per-100 4000 --package "Starter:100:4000" --package "Team:500:18000:popular"

  --name             what its clients read
  --slug             3 to 50 of a-z, 0-9 and single hyphens; part of its addresses
  --origin           a page's scheme, host and port; repeat it, or https://*.example.com for all subdomains
  --currency         EUR, USD or GBP (EUR)
  --price-per-100    cents for 100 credits of a custom amount
  --custom           smallest and largest custom amount in credits, e.g. 10-1000
  --package          name:credits:cents, and :popular for one of them; repeat it
  --free             credits for a new client (0)
  --rounding         second, minute, or a number of seconds (second)
  --minutes          prepaid minutes to start with (0)
  --color, --accent  # and six hex digits
  --logo             https address of the logo
  --support-email, --terms-url, --privacy-url
  --stripe-publishable, --stripe-secret, --stripe-product, --stripe-price
                     the agency's own Stripe account; test keys set up the test mode, live keys the live one
  --stripe-webhook-secret
                     left out: the webhook endpoint is made with the secret key
  --data             the data folder of the running API (./.data)
  --api, --platform-key
                     instead of the ones found in the data folder
`;

const text = { type: 'string' } as const;
const texts = { type: 'string', multiple: true } as const;
const options = {
  name: text,
  slug: text,
  origin: texts,
  currency: text,
  'price-per-100': text,
  custom: text,
  package: texts,
  free: text,
  rounding: text,
  minutes: text,
  color: text,
  accent: text,
  logo: text,
  'support-email': text,
  'terms-url': text,
  'privacy-url': text,
  'stripe-publishable': text,
  'stripe-secret': text,
  'stripe-product': text,
  'stripe-price': text,
  'stripe-webhook-secret': text,
  data: text,
  api: text,
  'platform-key': text,
  help: { type: 'boolean' },
} as const;

type Given = ReturnType<typeof parseArgs<{ options: typeof options }>>['values'];
type Currency = Input<'agencies.create'>['plan']['currency'];

class Mistake extends Error {}

/** A number of whole things, e.g. cents, from what the operator typed. */
function whole(option: string, typed: string): number {
  if (!/^\d{1,12}$/.test(typed)) throw new Mistake(`--${option}: ${typed} is not a whole number.`);
  return Number(typed);
}

const needed = (option: keyof Given, given: Given): string => {
  const value = given[option];
  if (typeof value !== 'string' || value === '') throw new Mistake(`--${option} is needed.`);
  return value;
};

function readPackage(typed: string, currency: Currency) {
  const [name = '', credits = '', priceCents = '', mark] = typed.split(':');
  if (mark !== undefined && mark !== 'popular')
    throw new Mistake(`--package: ${typed} is not name:credits:cents or name:credits:cents:popular.`);
  return {
    name,
    creditsMillis: whole('package', credits) * 1000,
    priceCents: whole('package', priceCents),
    currency,
    popular: mark === 'popular',
  };
}

function readCustom(typed: string | undefined) {
  if (typed === undefined) return null;
  const [min = '', max = ''] = typed.split('-');
  return { minMillis: whole('custom', min) * 1000, maxMillis: whole('custom', max) * 1000 };
}

function readRounding(typed = 'second') {
  if (typed === 'second' || typed === 'minute') return { by: typed } as const;
  return { by: 'increment', seconds: whole('rounding', typed) } as const;
}

function readAgency(given: Given): Input<'agencies.create'> {
  const currency = (given.currency ?? 'EUR') as Currency;
  return {
    name: needed('name', given),
    slug: needed('slug', given),
    origins: given.origin ?? [],
    plan: {
      currency,
      centsPer100Credits: whole('price-per-100', needed('price-per-100', given)),
      freeMillis: whole('free', given.free ?? '0') * 1000,
      rounding: readRounding(given.rounding),
      customAmount: readCustom(given.custom),
    },
    packages: (given.package ?? []).map((typed) => readPackage(typed, currency)),
    minutesMillis: whole('minutes', given.minutes ?? '0') * 1000,
    brand: {
      companyName: needed('name', given),
      logoUrl: given.logo ?? null,
      ...(given.color && { primaryColor: given.color }),
      accentColor: given.accent ?? null,
      supportEmail: given['support-email'] ?? null,
      termsUrl: given['terms-url'] ?? null,
      privacyUrl: given['privacy-url'] ?? null,
    },
  };
}

function readStripe(given: Given) {
  if (!given['stripe-secret']) return undefined;
  return {
    secretKey: given['stripe-secret'],
    publishableKey: needed('stripe-publishable', given),
    productId: needed('stripe-product', given),
    priceId: needed('stripe-price', given),
    ...(given['stripe-webhook-secret'] && { webhookSecret: given['stripe-webhook-secret'] }),
  };
}

async function readData(given: Given, file: string, field: string): Promise<string> {
  const path = join(given.data ?? '.data', file);
  const content = await readFile(path, 'utf8').catch(() => {
    throw new Mistake(`${path} cannot be read. Start the API first, or give --api and --platform-key.`);
  });
  return String((JSON.parse(content) as Record<string, unknown>)[field]);
}

async function call<Answer>(url: string, key: string, input: unknown): Promise<Answer> {
  const reply = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
    body: JSON.stringify(input),
  });
  const answer: unknown = await reply.json();
  if (reply.ok) return answer as Answer;
  const { error } = answer as ErrorBody;
  const fields = error.fields ?? [{ param: error.param ?? error.code, message: error.message }];
  throw new Mistake(fields.map(({ param, message }) => `${param}: ${message}`).join('\n'));
}

async function run(): Promise<void> {
  const given = parseArgs({ options }).values;
  if (given.help) return void process.stdout.write(usage);
  const api = given.api ?? (await readData(given, 'api.json', 'url'));
  const platformKey = given['platform-key'] ?? (await readData(given, 'keys.json', 'platformKey'));
  const stripe = readStripe(given);
  const { id, keys } = await call<Output<'agencies.create'>>(`${api}/v1/agencies.create`, platformKey, readAgency(given));
  process.stdout.write(`Agency ${id}. These keys are shown this once:

  test  publishable  ${keys.test.publishable}
        secret       ${keys.test.secret}
  live  publishable  ${keys.live.publishable}
        secret       ${keys.live.secret}

Paste into its pages:
  <script type="module" src="${api}/embed/v1/wl.js" data-key="${keys.test.publishable}"></script>
`);
  if (!stripe) return;
  const mode = /_live_/.test(stripe.secretKey) ? 'live' : 'test';
  await call(`${api}/v1/agency.update`, keys[mode].secret, { stripe });
  process.stdout.write(`Stripe is set up in ${mode} mode.\n`);
}

run().catch((error: Error & { code?: string }) => {
  const isMistake = error instanceof Mistake || error.code?.startsWith('ERR_PARSE_ARGS');
  process.stderr.write(`${isMistake ? error.message : error.stack}\n`);
  process.exit(1);
});
