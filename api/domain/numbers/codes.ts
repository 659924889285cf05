import type { Limit } from '../../contract/operation.ts';
import { refuse } from '../../contract/refusal.ts';
import type { ClientScope } from '../../models/scope.ts';
import type { Deps } from '../../ports/index.ts';
import type { Limits } from '../limits/limits.ts';
import type { PhoneFacts } from './phone.ts';

export type CodeDeps = Deps & { limits: Limits };

const HOUR = 3600;
const DAY = 24 * HOUR;

/**
 * Limits for codes, because each is a call or a message that the agency pays for, to somebody who may not have asked for it. Counted by the
 * dialed number, however it is written and whichever client's entry it is for.
 */
const codes: readonly Limit[] = [
  // One client leaves some for another client, who may own the number.
  { per: ['agency', 'field:number', 'field:clientId'], count: 4, seconds: HOUR, shared: true },
  { per: ['agency', 'field:number', 'field:clientId'], count: 12, seconds: DAY, shared: true },
  { per: ['agency', 'field:number'], count: 5, seconds: HOUR, shared: true },
  { per: ['agency', 'field:number'], count: 15, seconds: DAY, shared: true },
  { per: ['agency', 'field:clientId'], count: 40, seconds: DAY, shared: true },
  { per: ['agency'], count: 500, seconds: DAY, shared: true },
];

/** Counts a code before it is sent. Refuses with `rate.limited`. */
export async function countCode(
  { agencyId, world, clientId }: ClientScope,
  { number }: Pick<PhoneFacts, 'number'>,
  { limits }: CodeDeps,
): Promise<void> {
  const who = { agency: `${agencyId}/${world}`, 'field:number': number, 'field:clientId': clientId };
  const left = await limits.count('numbers.code', codes, (part) => who[part as keyof typeof who]); // the limits above name no other part
  if (left?.isOver) refuse('rate.limited', { values: { seconds: left.resetSeconds } });
}

/** Refuses with `number.costly` a number whose owner earns from calls, which would turn codes into money. */
export function requireCheap({ isCostly }: PhoneFacts): void {
  if (isCostly) refuse('number.costly', { param: 'number' });
}
