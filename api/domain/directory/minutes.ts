import { Refusal } from '../../contract/refusal.ts';
import { minutesOf } from '../../ledger/accounts.ts';
import type { ModeSettings } from '../../models/agency.ts';
import { readHead } from '../../models/entry.ts';
import { queueAgencyMail } from '../../models/mail.ts';
import type { AgencyScope } from '../../models/scope.ts';
import type { MinutesState, Transfer } from '../../models/transfer.ts';
import type { Deps } from '../../ports/index.ts';
import { type MinutesPolicy, mayFall } from '../../rules/minutes.ts';

/** What the agency has decided for the time when it has no minutes left. */
export const policyOf = ({ minutesPolicy }: Pick<ModeSettings, 'minutesPolicy'>): MinutesPolicy => minutesPolicy;

/** Does what may need the agency's minutes. Where there are none, the agency is told, once until it gets some again. */
export async function withMinutes<Done>(scope: AgencyScope, { log }: Pick<Deps, 'log'>, work: () => Promise<Done>): Promise<Done> {
  try {
    return await work();
  } catch (error) {
    if (isExhausted(error)) await alertAgency(scope, log);
    throw error;
  }
}

/** A call that was made is charged whatever the policy says. Where starting it would have been refused, the agency is told, too. */
export async function tellIfBelow(
  scope: AgencyScope,
  transfer: Transfer,
  policy: MinutesPolicy,
  { log }: Pick<Deps, 'log'>,
): Promise<void> {
  const posting = transfer.postings.find(({ account }) => account === minutesOf(scope));
  if (!posting) return;
  const { available: after } = posting.after as MinutesState; // of minutes
  if (!mayFall(policy, 'call', { before: after - posting.amount, after })) await alertAgency(scope, log);
}

export const isExhausted = (error: unknown): boolean => error instanceof Refusal && error.code === 'agency.minutes_exhausted';

async function alertAgency(scope: AgencyScope, log: Deps['log']): Promise<void> {
  const head = await readHead(scope, minutesOf(scope));
  const { granted = 0 } = (head?.after ?? {}) as Partial<MinutesState>; // of minutes
  const isNew = await queueAgencyMail(scope, { kind: 'minutes', cause: `minutes/${granted}` });
  if (isNew)
    log.error({ agencyId: scope.agencyId, world: scope.world }, 'an agency has no minutes left: calls or free credits are refused');
}
