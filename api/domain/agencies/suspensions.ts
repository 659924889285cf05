import type { Output, Parsed } from '../../contract/index.ts';
import { refuse } from '../../contract/refusal.ts';
import { setSuspended } from '../../models/agency.ts';
import type { Deps } from '../../ports/index.ts';

/** Refuses all calls of an agency from now on, in other processes within seconds. Webhooks still credit payments in progress. */
export async function suspendAgency({ agencyId, reason }: Parsed<'agencies.suspend'>, deps: Deps): Promise<Output<'agencies.suspend'>> {
  if (!(await setSuspended(agencyId, { at: deps.now(), reason }))) refuse('agency.not_found', { param: 'agencyId' });
  deps.directory.forget();
  return { agencyId, suspended: true };
}

export async function resumeAgency({ agencyId }: Parsed<'agencies.resume'>, deps: Deps): Promise<Output<'agencies.resume'>> {
  if (!(await setSuspended(agencyId, undefined))) refuse('agency.not_found', { param: 'agencyId' });
  deps.directory.forget();
  return { agencyId, suspended: false };
}
