import { Refusal } from '../../contract/refusal.ts';
import { minutesOf } from '../../ledger/accounts.ts';
import type { ModeSettings } from '../../models/agency.ts';
import { readHead } from '../../models/entry.ts';
import { queueAgencyMail } from '../../models/mail.ts';
import type { AgencyScope } from '../../models/scope.ts';
import type { MinutesState, Transfer } from '../../models/transfer.ts';
import type { Deps } from '../../ports/index.ts';
import { type MinutesPolicy, mayFall } from '../../rules/minutes.ts';

/** Returns the agency's policy for running out of minutes. */
export const policyOf = ({ minutesPolicy }: Pick<ModeSettings, 'minutesPolicy'>): MinutesPolicy => minutesPolicy;

/** Tells whether the agency's minutes would let free credits be given now. */
export async function hasMinutesFor(scope: AgencyScope, policy: MinutesPolicy, millis: number): Promise<boolean> {
  if (policy.kind === 'unlimited' || millis === 0) return true;
  const head = await readHead(scope, minutesOf(scope));
  const { available: before = 0 } = (head?.after ?? {}) as Partial<MinutesState>; // the account is the agency's minutes
  return mayFall(policy, 'grant', { before, after: before - millis });
}

/** Does work that may need the agency's minutes. If they are exhausted, the agency is alerted, once until it gets more. */
export async function withMinutes<Done>(scope: AgencyScope, { log }: Pick<Deps, 'log'>, work: () => Promise<Done>): Promise<Done> {
  try {
    return await work();
  } catch (error) {
    if (isExhausted(error)) await alertAgency(scope, log);
    throw error;
  }
}

/**
 * Alerts the agency after a charge below its floor. A finished call is charged under any policy, although starting it might have been
 * refused.
 */
export async function alertIfBelow(
  scope: AgencyScope,
  transfer: Transfer,
  policy: MinutesPolicy,
  { log }: Pick<Deps, 'log'>,
): Promise<void> {
  const posting = transfer.postings.find(({ account }) => account === minutesOf(scope));
  if (!posting) return;
  const { available: after } = posting.after as MinutesState; // the account is the agency's minutes
  if (!mayFall(policy, 'call', { before: after - posting.amount, after })) await alertAgency(scope, log);
}

export const isExhausted = (error: unknown): boolean => error instanceof Refusal && error.code === 'agency.minutes_exhausted';

async function alertAgency(scope: AgencyScope, log: Deps['log']): Promise<void> {
  const head = await readHead(scope, minutesOf(scope));
  const { granted = 0 } = (head?.after ?? {}) as Partial<MinutesState>; // the account is the agency's minutes
  const isNew = await queueAgencyMail(scope, { kind: 'minutes', cause: `minutes/${granted}` });
  if (isNew)
    log.error(
      { agencyId: scope.agencyId, world: scope.world },
      'agency.minutes_exhausted: an agency has no minutes left: calls or free credits are refused',
    );
}
