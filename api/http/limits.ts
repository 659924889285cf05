import type { Request, Response } from 'express';
import type { Operation } from '../contract/index.ts';
import type { Limit } from '../contract/operation.ts';
import { Refusal, refuse } from '../contract/refusal.ts';
import type { Left, Limits } from '../domain/limits.ts';
import { addressOfCaller } from './address.ts';
import { type Caller, callerName } from './caller.ts';

type Part = Limit['per'][number];

/** Where the contract names no other limits. What is for anyone (health, signed webhooks) is not limited: money must get through. */
const usual: Record<Caller['kind'], readonly Limit[]> = {
  anyone: [],
  visitor: [{ per: ['address', 'agency'], count: 100, seconds: 60 }],
  client: [{ per: ['caller'], count: 300, seconds: 60 }],
  agency: [{ per: ['agency'], count: 60_000, seconds: 60 }],
  platform: [{ per: ['address'], count: 600, seconds: 60 }],
};

/** Calls that nobody was known behind: a flood of wrong keys and tokens ends before it is looked up. */
const refused: Limit = { per: ['address'], count: 100, seconds: 60 };

/** Counts a call of a known caller. Refuses with `rate.limited` and says when to come again. */
export async function limitCaller(
  name: string,
  operation: Operation,
  { req, res, caller }: { req: Request; res: Response; caller: Caller },
  limits: Limits,
): Promise<void> {
  const rules = operation.limits?.filter(({ per }) => !per.some(isField));
  const isOwn = rules !== undefined && rules.length > 0;
  tell(res, await limits.count(isOwn ? name : caller.kind, isOwn ? rules : usual[caller.kind], whoOf(req, caller)));
}

/** Counts a call by what its input names, such as the account that somebody wants to sign in to. */
export async function limitInput(
  name: string,
  operation: Operation,
  { req, res, caller, input }: { req: Request; res: Response; caller: Caller; input: unknown },
  limits: Limits,
): Promise<void> {
  const rules = (operation.limits ?? []).filter(({ per }) => per.some(isField));
  if (rules.length > 0) tell(res, await limits.count(name, rules, whoOf(req, caller, input)));
}

/** Runs what finds out who calls. Whoever fails at it too often is not listened to for a while. */
export async function limitRefused<T>(
  { callers }: Operation,
  { req, res }: { req: Request; res: Response },
  limits: Limits,
  authenticate: () => Promise<T>,
): Promise<T> {
  if (callers.anyone) return authenticate();
  const who = () => addressOfCaller(req);
  const standing = await limits.look('refused', refused, who);
  if (standing && standing.remaining === 0) tell(res, { ...standing, isOver: true });
  try {
    return await authenticate();
  } catch (error) {
    if (error instanceof Refusal && [401, 403].includes(error.status)) await limits.count('refused', [refused], who);
    throw error;
  }
}

const isField = (part: Part): part is `field:${string}` => part.startsWith('field:');

const whoOf =
  (req: Request, caller: Caller, input?: unknown) =>
  (part: Part): string => {
    if (part === 'address') return addressOfCaller(req);
    if (part === 'agency') return 'access' in caller ? `${caller.access.scope.agencyId}/${caller.access.scope.world}` : '';
    if (part === 'caller') return callerName(caller);
    // Upper case and spaces around it do not make another account.
    const value = (input as Record<string, unknown>)[part.slice('field:'.length)];
    return String(value).trim().toLowerCase();
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
