import { tell } from '../../contract/refusal.ts';
import { type Agency, agencyBySlug, type Mode } from '../../models/agency.ts';
import type { AgencyAccess } from '../../ports/index.ts';
import { describeIntegrations } from '../integrations/provider-accounts.ts';
import { accessTo, isInUse } from './directory.ts';
import { noticeOf, noticeText, noticeWhileOff } from './open.ts';
import { FIRST_PLAN, plansOf } from './plan.ts';

/** The agency's products besides credits. */
export interface Offers {
  plans: boolean;
  numbers: boolean;
  knowledge: boolean;
}

/** The page at the address of a hosted page. Where something is missing to take payments, it is for those who are clients already. */
export type Portal =
  | { kind: 'unknown' }
  | { kind: 'closed'; agency: Agency; notice: string }
  | { kind: 'clients'; agency: Agency; mode: Mode; key: string }
  | { kind: 'open'; agency: Agency; mode: Mode; key: string; offers: Offers };

/**
 * Reads the hosted page of an agency by its present or a former slug. It takes real money once the agency has set that up. Until then it is
 * a test page and says so.
 */
export async function readPortal(slug: string): Promise<Portal> {
  const agency = await agencyBySlug(slug);
  if (!agency) return { kind: 'unknown' };
  const mode = agency.stripe.live ? 'live' : 'test';
  const access = accessTo(agency, mode);
  const notice = noticeText(noticeWhileOff(access.agency)) ?? (agency.suspended ? tell('agency.suspended').message : null);
  if (notice !== null) return { kind: 'closed', agency, notice };
  const key = agency.publishableKeys.findLast((candidate) => candidate.mode === mode && isInUse(candidate))?.key;
  if (key === undefined) return { kind: 'closed', agency, notice: tell('agency.suspended').message };
  if (noticeOf(access) !== null) return { kind: 'clients', agency, mode, key };
  return { kind: 'open', agency, mode, key, offers: await offersOf(access) };
}

async function offersOf(opened: AgencyAccess): Promise<Offers> {
  const { telephony, voice } = await describeIntegrations(opened);
  return {
    plans: plansOf(opened.agency).some(({ id, active }) => id !== FIRST_PLAN && active),
    numbers: telephony.connected,
    knowledge: voice.connected,
  };
}
