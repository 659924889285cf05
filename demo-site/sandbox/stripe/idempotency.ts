import { createHash } from 'node:crypto';
import { keepNewest, type Vault } from '../world.ts';
import type { Answer } from './objects.ts';
import { keyInUse, keyReused } from './refusals.ts';

const answersMax = 2000;
/** A key can be reused after a day, as at Stripe. */
const keptSeconds = 24 * 3600;

/** Keys of running requests, by vault. */
const inProgress = new WeakMap<Vault, Set<string>>();

/** Describes a request independently of the order of its parameters. */
export const fingerprintOf = (method: string, path: string, parameters: unknown): string =>
  createHash('sha256')
    .update(`${method} ${path} ${JSON.stringify(parameters, sortedKeys)}`)
    .digest('hex');

const sortedKeys = (_: string, value: unknown): unknown =>
  value !== null && typeof value === 'object' && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value;

/**
 * Returns the stored answer to a request with this key, or undefined for the first request, which then holds the key until `release`.
 * @param now seconds since 1970
 * @throws StripeRefusal 400 for other parameters, 409 while the first request is running
 */
export function begin(vault: Vault, key: string, fingerprint: string, now: number): Answer | undefined {
  const busy = inProgress.get(vault) ?? new Set();
  inProgress.set(vault, busy);
  if (busy.has(key)) throw keyInUse(key);
  const kept = Object.hasOwn(vault.answers, key) ? vault.answers[key] : undefined;
  const answer = kept && kept.at > now - keptSeconds ? kept : undefined;
  if (answer && answer.fingerprint !== fingerprint) throw keyReused(key);
  busy.add(key);
  return answer;
}

export function release(vault: Vault, key: string): void {
  inProgress.get(vault)?.delete(key);
}

export function store(vault: Vault, key: string, answer: Answer): void {
  vault.answers[key] = answer;
  keepNewest(vault.answers, answersMax);
}
