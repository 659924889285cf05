import type { Output } from '../../contract/index.ts';
import { refuse, tell } from '../../contract/refusal.ts';
import { type Agency, agencyById, type Mode, type StripeSettings } from '../../models/agency.ts';
import type { AgencyAccess } from '../../ports/index.ts';

type Read = Output<'portal.read'>;
type Field = Read['fields'][number]['field'];

/** Settings that a live portal needs. */
interface Needed extends Pick<Agency, 'slug' | 'brand'> {
  stripe: StripeSettings | undefined;
}

/** Lists what a live portal needs, in the order in which an agency sets it up. */
function listNeeded({ brand, slug, stripe }: Needed): { field: Field; value: string | undefined }[] {
  return [
    { field: 'brand.companyName', value: brand.companyName },
    { field: 'slug', value: slug },
    { field: 'stripe.publishableKey', value: stripe?.publishableKey },
    { field: 'stripe.secretKey', value: stripe?.secretKey.text },
    { field: 'stripe.productId', value: stripe?.productId },
    { field: 'stripe.priceId', value: stripe?.priceId },
    // The seal of an empty secret is not empty, but its end is.
    { field: 'stripe.webhookSecret', value: stripe?.webhookSecret.last4 },
  ];
}

const isThere = (value: string | undefined): boolean => value !== undefined && value.trim() !== '';
const reasonOf = (field: Field) => tell('portal.field_missing', { values: { field } });

/** Reads whether an agency's portal is on, and what it lacks to be on for real money. */
export async function readActivation({ agency: { _id: id }, mode }: AgencyAccess): Promise<Read> {
  const agency = (await agencyById(id)) ?? refuse('agency.not_found');
  const fields = listNeeded({ ...agency, stripe: agency.stripe[mode] }).map(({ field, value }) => ({
    field,
    complete: isThere(value),
    reason: isThere(value) ? null : reasonOf(field),
  }));
  const { active, notice } = agency.settings[mode].portal;
  const missing = fields.flatMap(({ field, complete }) => (complete ? [] : [field]));
  return { mode, active: active && (mode === 'test' || missing.length === 0), notice, missing, fields };
}

/** Refuses with `portal.incomplete` to switch a live portal on, naming every field that is missing. A test portal works from the start. */
export function requireComplete(mode: Mode, needed: Needed): void {
  if (mode === 'test') return;
  const missing = listNeeded(needed).flatMap(({ field, value }) => (isThere(value) ? [] : [field]));
  if (missing.length === 0) return;
  const fields = missing.map((param) => ({ param, ...reasonOf(param) }));
  refuse('portal.incomplete', { param: 'portal.active', values: { fields: missing }, fields });
}
