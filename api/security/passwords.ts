import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import type * as Argon2 from '@node-rs/argon2';
import { Refusal, refuse } from '../contract/refusal.ts';

// Importing a CommonJS package outside the bundle makes Node load a parser for its names, which costs a tenth of the start and 10 MB.
const { hash, verify }: typeof Argon2 = createRequire(import.meta.url)('@node-rs/argon2');

/** OWASP's first choice for argon2id: 19 MiB, two passes. About 50 ms of one core each, so the number at once is limited. */
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };
const AT_ONCE = availableParallelism() * 2;
const WAITING_MAX = 50;

/** Passwords typed with the same keys on another machine are equal. */
const normal = (password: string) => password.normalize('NFC');

interface Waiting {
  /** The waiting address. */
  from: string;
  begin(): void;
  refuse(): void;
}

let running = 0;
const waiting: Waiting[] = [];

/**
 * Limits concurrent hashes. If too many wait, the address with the most waiting ones gives way, so that a flood from one place locks out
 * nobody else.
 */
async function inTurn<T>(from: string, work: () => Promise<T>): Promise<T> {
  if (running >= AT_ONCE) {
    if (waiting.length >= WAITING_MAX) giveWayTo(from);
    await new Promise<void>((begin, reject) => waiting.push({ from, begin, refuse: () => reject(new Refusal('server.busy')) }));
  } else {
    running += 1;
  }
  try {
    return await work();
  } finally {
    const next = waiting.shift();
    if (next) next.begin();
    else running -= 1;
  }
}

function giveWayTo(newcomer: string): void {
  const shares = new Map<string, number>([[newcomer, 1]]);
  for (const { from } of waiting) shares.set(from, (shares.get(from) ?? 0) + 1);
  const most = Math.max(...shares.values());
  if (shares.get(newcomer) === most) refuse('server.busy');
  const last = waiting.findLastIndex(({ from }) => shares.get(from) === most);
  waiting.splice(last, 1)[0]?.refuse();
}

/** @param from the requesting address */
export const hashPassword = (password: string, from: string): Promise<string> => inTurn(from, () => hash(normal(password), cost));

/** The hash to compare with if there is none: of the same cost, and of no password. Fixed, so that it is available at once. */
const nobody = `$argon2id$v=19$m=${cost.memoryCost},t=${cost.timeCost},p=${cost.parallelism}$bm9ib2R5IHNpZ25zIGlu$${'nobodyhasthispassword'.padEnd(43, 'A')}`;

/**
 * Checks a password. For a member without a password, or no member at all, it does the same work on an unusable hash, so that the time does
 * not reveal who has an account.
 * @param from the requesting address
 */
export async function checkPassword(password: string, stored: string | undefined, from: string): Promise<boolean> {
  const matches = await inTurn(from, () => verify(stored ?? nobody, normal(password)));
  return matches && stored !== undefined;
}
