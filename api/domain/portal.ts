import { sentence } from '../contract/refusal.ts';
import { type Agency, agencyBySlug, type Mode } from '../models/agency.ts';
import { isInUse, noticeOf } from './directory.ts';

/** What stands at the address of a hosted page. */
export type Portal =
  | { kind: 'unknown' }
  | { kind: 'closed'; agency: Agency; notice: string }
  | { kind: 'open'; agency: Agency; mode: Mode; key: string };

/**
 * The hosted page of an agency, by a slug of now or then. It takes real money as soon as the agency has set that up, and until then it is
 * a test page and says so.
 */
export async function readPortal(slug: string): Promise<Portal> {
  const agency = await agencyBySlug(slug);
  if (!agency) return { kind: 'unknown' };
  const notice = noticeOf(agency) ?? (agency.suspended ? sentence('agency.suspended') : null);
  if (notice !== null) return { kind: 'closed', agency, notice };
  const mode = agency.stripe.live ? 'live' : 'test';
  const key = agency.publishableKeys.findLast((candidate) => candidate.mode === mode && isInUse(candidate))?.key;
  return key === undefined ? { kind: 'closed', agency, notice: sentence('agency.suspended') } : { kind: 'open', agency, mode, key };
}
