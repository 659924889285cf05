import { z } from 'zod';
import { firstIssues, wordsOf } from './contract/issues.ts';

const port = (fallback: number) => z.coerce.number().pipe(z.int().min(0).max(65_535)).default(fallback);
const flag = z
  .enum(['0', '1'])
  .default('0')
  .transform((text) => text === '1');

/** The parts of an address; undefined where it is none, which is said by a check of its own. */
const partsOf = (address: string): URL | undefined => (URL.canParse(address) ? new URL(address) : undefined);

function isDecodable(address: string): boolean {
  const { username = '', password = '' } = partsOf(address) ?? {};
  try {
    return [username, password].every((part) => decodeURIComponent(part) || part === '');
  } catch {
    return false;
  }
}

/** Paths are put behind it: proofs, links and webhooks would lead elsewhere with anything else in it. */
function endsWithPath(address: string): boolean {
  const { username = '', password = '', pathname = '' } = partsOf(address) ?? {};
  return username + password === '' && !/[?#\\]/.test(address) && !pathname.includes('//');
}

const schema = z.object({
  PORT: port(4000),
  HOST: z.string().default('127.0.0.1'),
  PUBLIC_URL: z
    .url({ protocol: /^https?$/, error: 'must begin with http:// or https://' })
    .refine(endsWithPath, 'must be a host and at most a path, such as https://api.example, without a user name, a ? or a #')
    .optional(),
  DATA_DIR: z.string().min(1).default('./.data'),
  MONGODB_URI: z
    .string()
    .regex(/^mongodb(\+srv)?:\/\//, 'must begin with mongodb:// or mongodb+srv://')
    .optional(),
  /** The content of keys.json. Required with MONGODB_URI, where several processes must share one set. */
  LIVERY_KEYS: z.string().optional(),
  LIVERY_SANDBOX: flag,
  LIVERY_ALLOW_EMBEDDED_LIVE: flag,
  /** Number of our own proxies in front of the API. Never all, because then anybody could claim any address. */
  TRUST_PROXY: z.coerce.number().pipe(z.int().min(0).max(10)).default(0),
  /** Multiplies the usual limits: 1 by default, 100 in a sandbox. */
  LIVERY_LIMIT_FACTOR: z.coerce.number().pipe(z.int().min(1).max(1_000_000)).optional(),
  LIVERY_CRASH_AT: z.string().optional(),
  STRIPE_API_URL: z.url().optional(),
  TWILIO_API_URL: z.url().optional(),
  RETELL_API_URL: z.url().optional(),
  /** Names that are resolved here instead of by DNS, and may lead to this machine: `trunk.test=127.0.0.1:5060,...`. */
  LIVERY_SANDBOX_HOSTS: z
    .string()
    .regex(/^[a-z0-9.-]+=[0-9.]+:\d{1,5}(,[a-z0-9.-]+=[0-9.]+:\d{1,5})*$/i, 'must be name=address:port, with commas between them')
    .optional(),
  /** Folder of the built widgets. */
  EMBED_DIR: z.string().default('dist/embed'),
  SMTP_URL: z
    .url({ protocol: /^smtps?$/, error: 'must begin with smtp:// or smtps://' })
    .refine((address) => partsOf(address)?.hostname !== '', 'must name a host, such as smtp://mail.example')
    .refine(isDecodable, 'has a % in the user name or the password that begins no code; write it as %25')
    .optional(),
  MAIL_FROM_DOMAIN: z.hostname().default('localhost.localdomain'),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info'),
});

export type Env = z.output<typeof schema>;

/** The providers that a sandbox replaces. */
const replaced = {
  STRIPE_API_URL: 'the real Stripe',
  TWILIO_API_URL: 'the real Twilio',
  RETELL_API_URL: 'the real Retell',
  LIVERY_SANDBOX_HOSTS: 'the DNS',
};

/** Reads the environment; no other code does. Throws EnvError with one sentence per mistake. */
export function readEnv(source: NodeJS.ProcessEnv = process.env): Env {
  const set = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== ''));
  const blank = Object.keys(schema.shape).filter((name) => set[name]?.trim() === '');
  if (blank.length > 0) throw new EnvError(blank.map((name) => `${name}: must not be only blanks.`));
  const parsed = schema.safeParse(set, { error: wordsOf });
  if (!parsed.success) {
    throw new EnvError(firstIssues(parsed.error).map(({ path, message }) => `${path.join('.')}: ${message}.`));
  }
  const env = parsed.data;
  const mistakes = [
    env.MONGODB_URI && !env.LIVERY_KEYS && 'LIVERY_KEYS: with MONGODB_URI the keys must come from the environment.',
    ...(['STRIPE_API_URL', 'TWILIO_API_URL', 'RETELL_API_URL', 'LIVERY_SANDBOX_HOSTS'] as const).map(
      (name) => env[name] && !env.LIVERY_SANDBOX && `${name}: only a sandbox (LIVERY_SANDBOX=1) replaces ${replaced[name]}.`,
    ),
    env.LIVERY_LIMIT_FACTOR !== undefined &&
      env.LIVERY_LIMIT_FACTOR > 1 &&
      !env.LIVERY_SANDBOX &&
      'LIVERY_LIMIT_FACTOR: only a sandbox (LIVERY_SANDBOX=1) may be asked for more than the limits.',
    env.LIVERY_CRASH_AT && !env.LIVERY_SANDBOX && 'LIVERY_CRASH_AT: only a sandbox (LIVERY_SANDBOX=1) may be told to crash.',
  ].filter((mistake): mistake is string => typeof mistake === 'string' && mistake !== '');
  if (mistakes.length > 0) throw new EnvError(mistakes);
  return env;
}

/** Mistakes in the environment, one sentence each. */
export class EnvError extends Error {
  constructor(mistakes: string[]) {
    super(mistakes.join('\n'));
  }
}
