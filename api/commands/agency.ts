import { createHash } from 'node:crypto';
import type { ErrorBody, Input, OperationName, Output } from '../contract/index.ts';
import { readEnv } from '../env.ts';
import { localAddress, readRunning } from '../running.ts';
import { readKeys } from '../security/keys.ts';
import { Mistake, readArguments } from './arguments.ts';
import { exitWithError } from './connect.ts';

const usage = `Creates an agency and prints its keys. The same command again within a day prints the same ones, unless they were rotated.

  npm run agency -- --name "Example Voice" --slug example-voice --origin https://www.example.com \\
    --currency EUR --price-per-100 4000 --package "Starter:100:4000" --package "Team:500:18000:popular"

  --name             what its clients read
  --slug             3 to 50 of a-z, 0-9 and single hyphens; part of its addresses
  --origin           a page's scheme, host and port; repeat it, or https://*.example.com for all subdomains
  --currency         EUR, USD or GBP (EUR)
  --price-per-100    cents for 100 credits: the price of an amount of one's own, and what
                     credits are worth where something is paid with money
  --custom           smallest and largest amount of one's own in credits, e.g. 10-1000;
                     left out: packages only
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

Lists all agencies, or the one of a slug:

  npm run agency -- list
  npm run agency -- list --slug example-voice

Makes a new key for an agency that has lost its own, and prints it, once:

  npm run agency -- rotate --slug example-voice --mode live

  --mode             test or live
  --kind             secret or publishable (secret)
  --overlap-hours    how long the keys before it go on (24); 0 ends them at once
  --permission       all that a restricted secret key may do, e.g. clients:read; repeat it.
                     It ends only those that may do the same

All of them take:

  --data             the data folder of the running API (DATA_DIR, or ./.data)
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
  mode: text,
  kind: text,
  'overlap-hours': text,
  permission: texts,
  data: text,
  api: text,
  'platform-key': text,
} as const;

type Given = ReturnType<typeof readArguments<typeof options>>['given'];
type Currency = Input<'agencies.create'>['plan']['currency'];
type WantedKey = Pick<Input<'agencies.rotateKey'>, 'mode' | 'kind' | 'permissions'>;

/** Parses a typed whole number, e.g. of cents. */
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
  const [, name, credits, priceCents, popular] = /^([^:]+):(\d{1,12}):(\d{1,12})(:popular)?$/.exec(typed) ?? [];
  if (!name?.trim()) {
    throw new Mistake(
      `--package: "${typed}" is not name:credits:cents or name:credits:cents:popular, both numbers whole. ` +
        `For example, --package "Starter:100:4000" sells 100 credits for 40.00 ${currency}.`,
    );
  }
  return { name, creditsMillis: Number(credits) * 1000, priceCents: Number(priceCents), currency, popular: popular !== undefined };
}

function readCustom(typed: string | undefined) {
  if (typed === undefined) return null;
  const [, min, max] = /^(\d{1,12})-(\d{1,12})$/.exec(typed) ?? [];
  if (!min) throw new Mistake(`--custom: "${typed}" is not smallest-largest in whole credits. For example, --custom 10-1000.`);
  return { minMillis: Number(min) * 1000, maxMillis: Number(max) * 1000 };
}

function readRounding(typed = 'second') {
  if (typed === 'second' || typed === 'minute') return { by: typed } as const;
  if (!/^\d{1,12}$/.test(typed)) throw new Mistake(`--rounding: "${typed}" is not second, minute or a number of seconds, e.g. 6.`);
  return { by: 'increment', seconds: Number(typed) } as const;
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

interface Platform {
  api: string;
  key: string;
}

/** Finds the platform: the API in the options, or else the one that runs on the data folder. */
async function readPlatform(given: Given): Promise<Platform> {
  const env = readEnv();
  const dataDir = given.data ?? env.DATA_DIR;
  const running = given.api === undefined ? await readRunning(dataDir) : undefined;
  const api = given.api ?? (running && localAddress(running));
  if (api === undefined) throw new Mistake(`No API runs on ${dataDir}. Start it first, or give --data, or --api and --platform-key.`);
  const key = given['platform-key'] ?? (await readKeys({ dataDir, fromEnvironment: env.LIVERY_KEYS }))?.platformKey;
  if (key === undefined) throw new Mistake(`There is no keys.json in ${dataDir}. Give --data or --platform-key.`);
  return { api, key };
}

/** Reads the API's external address, which pages use: the operator may reach it at another. */
async function readPublicUrl(api: string): Promise<string> {
  const description = (await (await fetch(`${api}/openapi.json`)).json()) as { servers: [{ url: string }] };
  return description.servers[0].url;
}

/** The options behind the fields that the API names. What is none of them keeps its name. */
const behind: [option: string, field: RegExp][] = [
  ['--name', /^name$|^brand\.companyName$/],
  ['--slug', /^slug$/],
  ['--origin', /^origins\b/],
  ['--currency', /^plan\.currency$/],
  ['--price-per-100', /^plan\.centsPer100Credits$/],
  ['--custom', /^plan\.customAmount\b/],
  ['--free', /^plan\.freeMillis$/],
  ['--rounding', /^plan\.rounding\b/],
  ['--package', /^packages\b/],
  ['--minutes', /^minutesMillis$/],
  ['--color', /^brand\.primaryColor$/],
  ['--accent', /^brand\.accentColor$/],
  ['--logo', /^brand\.logoUrl$/],
  ['--support-email', /^brand\.supportEmail$/],
  ['--terms-url', /^brand\.termsUrl$/],
  ['--privacy-url', /^brand\.privacyUrl$/],
  ['--stripe-publishable', /^stripe\.publishableKey$/],
  ['--stripe-secret', /^stripe\.secretKey$/],
  ['--stripe-product', /^stripe\.productId$/],
  ['--stripe-price', /^stripe\.priceId$/],
  ['--stripe-webhook-secret', /^stripe\.webhookSecret$/],
];
const optionOf = (field: string): string => {
  const option = behind.find(([, pattern]) => pattern.test(field))?.[0];
  return option ? `${option} (${field})` : field;
};

/** Calls one operation with the platform's key or an agency's. */
async function call<Name extends OperationName>(
  { api, key }: Platform,
  name: Name,
  input: Input<Name>,
  headers: Record<string, string> = {},
): Promise<Output<Name>> {
  const isRead = name === 'agencies.list';
  const address = `${api}/v1/${name}${isRead ? `?${new URLSearchParams(input as Record<string, string>)}` : ''}`;
  const reply = await fetch(address, {
    method: isRead ? 'GET' : 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}`, ...headers },
    ...(!isRead && { body: JSON.stringify(input) }),
  }).catch(() => {
    throw new Mistake(`${api} cannot be reached. Start the API first, or give --api.`);
  });
  const answer: unknown = await reply.json();
  if (reply.ok) return answer as Output<Name>;
  const { error } = answer as ErrorBody;
  const fields = error.fields ?? [{ param: error.param ?? error.code, message: error.message }];
  throw new Mistake(fields.map(({ param, message }) => `${optionOf(param)}: ${message}`).join('\n'));
}

async function create(platform: Platform, given: Given): Promise<void> {
  const { api } = platform;
  const [stripe, input] = [readStripe(given), readAgency(given)];
  // The same command is the same attempt: if its answer was lost, it is repeated.
  const attempt = createHash('sha256').update(JSON.stringify(input)).digest('hex');
  const { id, keys } = await call(platform, 'agencies.create', input, { 'idempotency-key': attempt });
  process.stdout.write(`Agency ${id}. Keep these keys; they cannot be shown again later, only replaced:

  test  publishable  ${keys.test.publishable}
        secret       ${keys.test.secret}
  live  publishable  ${keys.live.publishable}
        secret       ${keys.live.secret}

Paste into its pages:
  <script type="module" src="${await readPublicUrl(api)}/embed/v1/wl.js" data-key="${keys.test.publishable}"></script>
`);
  if (input.plan.customAmount === null)
    process.stdout.write(
      'Clients buy packages only: without --custom, --price-per-100 is no price of an amount of their own. agency.update sets plan.customAmount later.\n',
    );
  if (!stripe) return;
  const mode = /_live_/.test(stripe.secretKey) ? 'live' : 'test';
  await call({ api, key: keys[mode].secret }, 'agency.update', { stripe });
  process.stdout.write(`Stripe is set up in ${mode} mode.\n`);
}

async function list(platform: Platform, { slug }: Given): Promise<void> {
  for (let after: string | null | undefined; after !== null; ) {
    const page: Output<'agencies.list'> = await call(platform, 'agencies.list', { ...(slug && { slug }), ...(after && { after }) });
    for (const { id, slug, name, createdAt, suspended, payments } of page.agencies) {
      const stands = suspended === null ? `payments: ${payments.join(' and ') || 'none'}` : `suspended: ${suspended}`;
      process.stdout.write(`${id}  ${slug}  ${name}  since ${createdAt.slice(0, 10)}  ${stands}\n`);
    }
    after = page.next;
  }
}

async function rotate(platform: Platform, given: Given): Promise<void> {
  const slug = needed('slug', given);
  const [agency] = (await call(platform, 'agencies.list', { slug })).agencies;
  if (!agency) throw new Mistake(`--slug: no agency has ${slug}.`);
  const hours = whole('overlap-hours', given['overlap-hours'] ?? '24');
  // the API checks the values
  const { kind: wantedKind = 'secret', permission: permissions } = given;
  const wanted = { mode: needed('mode', given), kind: wantedKind, ...(permissions && { permissions }) } as WantedKey;
  const { key, kind, mode, previousWorkUntil } = await call(platform, 'agencies.rotateKey', {
    agencyId: agency.id,
    ...wanted,
    overlapSeconds: hours * 3600,
  });
  process.stdout.write(`The new ${mode} ${kind} key of ${agency.name}; keep it, it cannot be shown again later:

  ${key}

Those that it replaces work until ${previousWorkUntil}.
`);
}

const commands = { create, list, rotate };

async function run(): Promise<void> {
  const { given, words } = readArguments(options, { usage, words: true });
  const [name = 'create', ...more] = words;
  if (!Object.hasOwn(commands, name) || more.length > 0) throw new Mistake(`${words.join(' ')} is no command; --help has them.`);
  await commands[name as keyof typeof commands](await readPlatform(given), given);
}

run().catch(exitWithError);
