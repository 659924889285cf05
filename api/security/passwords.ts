import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import type * as Argon2 from '@node-rs/argon2';
import { refuse } from '../contract/refusal.ts';

// Imported, a package of CommonJS that is not in the bundle would make Node load a parser for its names: a tenth of the start, and 10 MB.
const { hash, verify }: typeof Argon2 = createRequire(import.meta.url)('@node-rs/argon2');

/** OWASP's first choice for argon2id: 19 MiB, two passes. About 50 ms of one core each, so the number at once is bounded. */
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };
const AT_ONCE = availableParallelism() * 2;
const WAITING_MAX = 50;

/** The same keys pressed on another machine are the same password. */
const normal = (password: string) => password.normalize('NFC');

let running = 0;
const waiting: (() => void)[] = [];

async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  if (running >= AT_ONCE) {
    if (waiting.length >= WAITING_MAX) refuse('server.busy');
    await new Promise<void>((resolve) => waiting.push(resolve));
  } else {
    running += 1;
  }
  try {
    return await work();
  } finally {
    const next = waiting.shift();
    if (next) next();
    else running -= 1;
  }
}

export const hashPassword = (password: string): Promise<string> => inTurn(() => hash(normal(password), cost));

/** What a password is compared with where there is none: a hash of the same cost that belongs to nobody. Made up, so that it is there at once. */
const nobody = `$argon2id$v=19$m=${cost.memoryCost},t=${cost.timeCost},p=${cost.parallelism}$bm9ib2R5IHNpZ25zIGlu$${'nobodyhasthispassword'.padEnd(43, 'A')}`;

/**
 * Whether this is the password. Where there is no member, or one without a password, the same work is done against
 * nobody's hash, so that the time does not tell who has an account.
 */
export async function checkPassword(password: string, stored: string | undefined): Promise<boolean> {
  const matches = await inTurn(() => verify(stored ?? nobody, normal(password)));
  return matches && stored !== undefined;
}
