import type { Request, Response } from 'express';
import type { Operation } from '../contract/index.ts';
import type { Limit } from '../contract/operation.ts';
import { Refusal, refuse } from '../contract/refusal.ts';
import type { Left, Limits, Who } from '../domain/limits/limits.ts';
import { spellLogin } from '../rules/spelling.ts';
import { addressOfCaller } from './address.ts';
import { callerName } from './caller.ts';
import { type Caller, kindOf } from './callers/index.ts';

type Part = Limit['per'][number];

/** Calls without an identified caller. */
const refused: Limit = { per: ['address'], count: 100, seconds: 60 };

/** A call whose caller was admitted. */
interface Admitted {
  name: string;
  operation: Operation;
  req: Request;
  res: Response;
  caller: Caller;
  limits: Limits;
}

/** @returns the name of a caller who proves by the input to be no stranger, for counters; undefined for everybody else */
export type Knows = () => Promise<string | undefined>;

/**
 * Identifies the caller. An address with too many failures must wait, but a good key or token is always admitted, because one address may
 * be an office, or an unknown proxy.
 */
export async function limitRefused<T>(
  { callers }: Operation,
  { req, res }: { req: Request; res: Response },
  limits: Limits,
  authenticate: () => Promise<T>,
): Promise<T> {
  if (callers.anyone) return authenticate();
  try {
    return await authenticate();
  } catch (error) {
    if (error instanceof Refusal && [401, 403].includes(error.status)) {
      tell(res, await limits.count('refused', [refused], () => addressOfCaller(req)));
    }
    throw error;
  }
}

/**
 * Reads the input within the limits that can be counted before: those of the caller and its address. If the input may identify the caller,
 * they are counted afterwards, and here only for invalid input.
 */
export async function limitRead<T>(admitted: Admitted, mayProve: boolean, read: () => Promise<T>): Promise<T> {
  const { req, caller, limits, res } = admitted;
  const { name, rules } = rulesOf(admitted);
  const count = async () => tell(res, await limits.count(name, rules.filter(isEarly), whoOf(req, caller)));
  if (!mayProve) await count();
  try {
    return await read();
  } catch (error) {
    if (mayProve) await count();
    throw error;
  }
}

/**
 * Counts a call once its input is well-formed. Refuses with `rate.limited` and the time to wait.
 * @returns a function that takes back the counts of wrong guesses
 */
export async function limitInput(admitted: Admitted, input: unknown, knows?: Knows): Promise<() => Promise<void>> {
  const { req, res, caller, limits } = admitted;
  const { name, rules } = rulesOf(admitted);
  const who = whoOf(req, caller, input);
  const late = rules.filter((rule) => !isForKnown(rule) && (knows !== undefined || !isEarly(rule)));
  const [aimed, wide] = [late.filter(isAimed), late.filter((rule) => !isAimed(rule))];
  tell(res, await limits.count(name, aimed, who));
  const left = await limits.count(name, wide, who);
  const known = left?.isOver && knows ? await oneByOne(addressOfCaller(req), () => orNobody(knows)) : undefined;
  if (known === undefined) {
    if (left?.isOver) await limits.giveBack(name, aimed, who);
    tell(res, left);
  } else {
    const own = rules.filter(isForKnown);
    tell(res, await limits.count(name, own, (part) => (part === 'known' ? known : who(part))));
  }
  const guesses = (known === undefined ? late : aimed).filter((rule) => rule.guesses);
  return () => limits.giveBack(name, guesses, who);
}

/** Does a caller's work and takes back the counts of wrong guesses, unless it was one. */
export async function limitGuesses<T>(giveBack: () => Promise<void>, work: () => Promise<T>): Promise<T> {
  try {
    const done = await work();
    await giveBack();
    return done;
  } catch (error) {
    if (!(error instanceof Refusal && error.status === 401)) await giveBack();
    throw error;
  }
}

const rulesOf = ({ name, operation, caller }: Admitted) =>
  operation.limits ? { name, rules: operation.limits } : { name: caller.kind, rules: kindOf(caller).usualLimits };

const isField = (part: Part): part is `field:${string}` => part.startsWith('field:');
/** Tells whether a limit is about one thing that the input names, such as an account. It holds for everybody. */
const isAimed = ({ per }: Limit): boolean => per.some(isField);
const isForKnown = ({ per }: Limit): boolean => per.includes('known');

/**
 * Tells whether a limit is counted before the input is read: the caller's own ones. Shared ones are not, so that invalid input uses up
 * nothing of them.
 */
const isEarly = ({ per }: Limit): boolean =>
  (per.includes('address') || per.includes('caller')) && !per.some((part) => isField(part) || part === 'known');

const orNobody = (knows: Knows) =>
  knows().catch((error: unknown) => {
    if (error instanceof Refusal) return undefined;
    throw error;
  });

const asking = new Map<string, Promise<unknown>>();

/** Checks the calls of one address one by one, so that a flood of them costs no more at once than one. */
async function oneByOne<T>(address: string, work: () => Promise<T>): Promise<T> {
  const before = asking.get(address) ?? Promise.resolve();
  const mine = before.then(work, work);
  asking.set(address, mine);
  try {
    return await mine;
  } finally {
    if (asking.get(address) === mine) asking.delete(address);
  }
}

const whoOf =
  (req: Request, caller: Caller, input?: unknown): Who =>
  (part) => {
    if (part === 'address') return addressOfCaller(req);
    if (part === 'agency') return 'access' in caller ? `${caller.access.scope.agencyId}/${caller.access.scope.world}` : '';
    if (part === 'caller') return callerName(caller);
    // Another spelling does not make another account.
    return spellLogin(String((input as Record<string, unknown>)[part.slice('field:'.length)]));
  };

function tell(res: Response, left: Left | undefined): void {
  if (!left) return;
  const known = res.getHeader('X-RateLimit-Remaining');
  if (known === undefined || left.isOver || left.remaining < Number(known)) {
    res.setHeader('X-RateLimit-Limit', left.limit);
    res.setHeader('X-RateLimit-Remaining', left.remaining);
    res.setHeader('X-RateLimit-Reset', left.resetSeconds);
  }
  if (!left.isOver) return;
  res.setHeader('Retry-After', left.resetSeconds);
  refuse('rate.limited', { values: { seconds: left.resetSeconds } });
}
