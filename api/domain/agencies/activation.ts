import { portalFields } from '../../contract/agencies/portal.ts';
import type { Output } from '../../contract/index.ts';
import { refuse, tell } from '../../contract/refusal.ts';
import { type Agency, agencyById, everyAgency, type Mode } from '../../models/agency.ts';
import { isAnyClient } from '../../models/client.ts';
import type { AgencyAccess, Deps, Log } from '../../ports/index.ts';
import { accessTo } from '../directory/directory.ts';
import { lackedBy, missingFields, type NeededSettings, noticeOf, type PortalField } from '../directory/open.ts';
import { forEach } from '../due/due.ts';

interface Warning {
  warn(detail: object, sentence: string): void;
}

type Read = Output<'portal.read'>;

const reasonOf = (field: PortalField) => tell('portal.field_missing', { values: { field } });

/** Reads whether an agency's portal is on, and what it lacks to be on for real money. */
export async function readActivation({ agency: { _id: id }, mode }: AgencyAccess): Promise<Read> {
  const agency = (await agencyById(id)) ?? refuse('agency.not_found');
  const missing = missingFields({ ...agency, stripe: agency.stripe[mode] });
  const fields = portalFields.map((field) => {
    const complete = !missing.includes(field);
    return { field, complete, reason: complete ? null : reasonOf(field) };
  });
  const { notice } = agency.settings[mode].portal;
  return { mode, active: noticeOf(accessTo(agency, mode)) === null, notice, missing, fields };
}

/** Refuses with `portal.incomplete` to switch a live portal on, naming every field that is missing. A test portal works from the start. */
export function requireComplete(mode: Mode, needed: NeededSettings): void {
  if (mode === 'test') return;
  const missing = missingFields(needed);
  if (missing.length === 0) return;
  const fields = missing.map((param) => ({ param, ...reasonOf(param) }));
  refuse('portal.incomplete', { param: 'portal.active', values: { fields: missing }, fields });
}

/** Tells the operator which portals are switched on and in use, and take nobody in because something is missing. */
export async function warnOfIncomplete(deps: Pick<Deps, 'draining'> & { log: Log & Warning }): Promise<void> {
  await forEach(everyAgency(), { name: 'portal.look', about: ({ _id: agencyId }) => ({ agencyId }), deps }, async (agency) => {
    const { _id: agencyId, slug, settings } = agency;
    const missing = lackedBy({ agency, mode: 'live' });
    if (missing.length === 0 || !settings.live.portal.active || !(await isInUse(agency))) return;
    deps.log.warn({ agencyId, slug, missing }, 'portal.incomplete: a live portal takes nobody in and sells nothing until these are there');
  });
}

/** Tells an agency that works for real from one that only tries: it has a live client, or began with live payments. */
const isInUse = async (agency: Agency): Promise<boolean> =>
  agency.stripe.live !== undefined || (await isAnyClient(accessTo(agency, 'live').scope));
