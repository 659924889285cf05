import { portalFields } from '../../contract/agencies/portal.ts';
import type { ErrorValues } from '../../contract/errors/index.ts';
import { tell } from '../../contract/refusal.ts';
import type { Agency, Mode, ModeSettings, StripeSettings } from '../../models/agency.ts';
import type { AgencyAccess } from '../../ports/directory.ts';

export type PortalField = (typeof portalFields)[number];
type Notice = ErrorValues<'agency.unavailable'>;
type Opened = Pick<AgencyAccess, 'agency' | 'mode'>;

/** Settings that a live portal needs. */
export interface NeededSettings extends Pick<Agency, 'slug' | 'brand'> {
  stripe: StripeSettings | undefined;
}

const readField: Record<PortalField, (needed: NeededSettings) => unknown> = {
  // A stored brand may be anything: see `brandOf`.
  'brand.companyName': ({ brand }) => (brand as Partial<Agency['brand']> | null | undefined)?.companyName,
  slug: ({ slug }) => slug,
  'stripe.publishableKey': ({ stripe }) => stripe?.publishableKey,
  // The seal of an empty secret has an empty text.
  'stripe.secretKey': ({ stripe }) => stripe?.secretKey.text,
  'stripe.productId': ({ stripe }) => stripe?.productId,
  'stripe.priceId': ({ stripe }) => stripe?.priceId,
  'stripe.webhookSecret': ({ stripe }) => stripe?.webhookSecret.text,
};

/** Lists what settings lack for real money, in the order in which an agency sets them up. */
export const missingFields = (needed: NeededSettings): PortalField[] =>
  portalFields.filter((field) => {
    const value = readField[field](needed);
    return typeof value !== 'string' || value.trim() === '';
  });

/** Lists what a portal lacks to take anybody in or to sell. A test portal lacks nothing, so that a newcomer can try it. */
export const lackedBy = ({ agency, mode }: { agency: Agency; mode: Mode }): PortalField[] =>
  mode === 'test' ? [] : missingFields({ ...agency, stripe: agency.stripe[mode] });

/** Tells whether payments can be taken. */
export const takesPayments = ({ agency, mode }: Opened): boolean =>
  agency.stripe[mode] !== undefined && lackedBy({ agency, mode }).length === 0;

/** Returns what everybody reads while the agency has switched its portal off; null while it is on. */
export const noticeWhileOff = ({ portal }: Pick<ModeSettings, 'portal'>): Notice | null => (portal.active ? null : noticeIn(portal));

/** Returns what visitors read while a portal takes nobody in and sells nothing: it is off, or it lacks something. Null while it is open. */
export const noticeOf = ({ agency, mode }: Opened): Notice | null =>
  noticeWhileOff(agency) ?? (lackedBy({ agency, mode }).length > 0 ? noticeIn(agency.portal) : null);

/** Tells whether a portal takes nobody in and sells nothing, while clients keep what they have. */
export const isForClientsOnly = ({ agency, mode }: Opened): boolean =>
  noticeWhileOff(agency) === null && lackedBy({ agency, mode }).length > 0;

const noticeIn = ({ notice }: ModeSettings['portal']): Notice => (notice === null ? { notice: 'none' } : { notice: 'own', text: notice });

/** Returns a notice as a sentence. */
export const noticeText = (notice: Notice | null): string | null => notice && tell('agency.unavailable', { values: notice }).message;
