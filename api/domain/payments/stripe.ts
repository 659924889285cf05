import { refuse } from '../../contract/refusal.ts';
import {
  type Agency,
  type FormerAccount,
  forgetFormerAccounts,
  type Mode,
  modes,
  type SealedSecret,
  type StripeSettings,
} from '../../models/agency.ts';
import type { Purchase } from '../../models/purchase.ts';
import type { Deps } from '../../ports/index.ts';
import { DAY_MS, later } from '../../rules/time.ts';
import { seal, unseal } from '../../security/seal.ts';
import { access } from '../directory/directory.ts';
import type { PaymentAccount } from './find.ts';
import type { PaymentSettings } from './prices.ts';

type Secret = 'secretKey' | 'webhookSecret';

/** What the agency's Stripe account is reached with, opened. Undefined until it is set up. */
export function paymentSettings(agency: Agency, mode: Mode, deps: Pick<Deps, 'keys'>): PaymentSettings | undefined {
  const stored = agency.stripe[mode];
  return stored && { ...opened(agency, mode, stored, deps), packageId: packageOfPrice(agency, mode) };
}

/**
 * The same for the account that a purchase was offered by: the one of now, or one that was left since. Undefined where that is no longer
 * kept. A purchase that names none was offered by the first one.
 */
export function settingsOfPurchase(
  agency: Agency,
  mode: Mode,
  { stripeAccount }: Pick<Purchase, 'stripeAccount'>,
  deps: Pick<Deps, 'keys' | 'now'>,
): PaymentSettings | undefined {
  const former = formerAccounts(agency, mode, deps);
  const left = stripeAccount === undefined ? former[0] : former.findLast(({ accountId }) => accountId === stripeAccount);
  const accountId = stripeAccount ?? left?.accountId;
  const isFirst = stripeAccount === undefined && left === undefined;
  if (isFirst || (accountId !== undefined && accountId === agency.stripe[mode]?.accountId)) return paymentSettings(agency, mode, deps);
  return left && { ...opened(agency, mode, left, deps), packageId: null };
}

/** How long a left account is kept: a page of its last moment can be paid for a day, and then disputed for 120 days. */
const KEPT_MS = 121 * DAY_MS;
/** Each webhook is tried with the secret of each. */
const FORMER_MAX = 20;

/** When the keys of an account that was left then are forgotten. */
export const keptUntil = ({ leftAt }: FormerAccount): Date => later(leftAt, KEPT_MS);

/** The accounts that an agency has left and in which something may still happen, the first one first. */
export const formerAccounts = ({ stripe }: Pick<Agency, 'stripe'>, mode: Mode, { now }: Pick<Deps, 'now'>): FormerAccount[] =>
  (stripe[mode]?.former ?? []).filter((left) => keptUntil(left) > now());

/** The same when the present one is left. Refuses where an agency changes its account all the time. */
export function withFormer(agency: Pick<Agency, 'stripe'>, mode: Mode, deps: Pick<Deps, 'now'>): FormerAccount[] {
  const former = formerAccounts(agency, mode, deps);
  const present = agency.stripe[mode];
  if (!present) return former;
  if (former.length === FORMER_MAX) refuse('payments.accounts_too_many', { param: 'stripe.secretKey' });
  const { former: _former, packageId: _packageId, ...left } = present;
  return [...former, { ...left, leftAt: deps.now() }];
}

/** Forgets, of both modes, what was left long enough ago. */
export async function forgetFormer(agency: Agency, { now }: Pick<Deps, 'now'>): Promise<void> {
  for (const mode of modes) {
    const stored = agency.stripe[mode]?.former ?? [];
    if (stored.some((left) => keptUntil(left) <= now())) await forgetFormerAccounts(agency._id, mode, later(now(), -KEPT_MS));
  }
}

const fieldOf = (mode: Mode, field: Secret): string => `stripe.${mode}.${field}`;

function opened(
  { _id: agencyId }: Agency,
  mode: Mode,
  stored: StripeSettings | FormerAccount,
  { keys }: Pick<Deps, 'keys'>,
): Omit<PaymentSettings, 'packageId'> {
  const { accountId, publishableKey, productId, priceId } = stored;
  const open = (field: Secret) => unseal(keys, { agencyId, field: fieldOf(mode, field) }, stored[field]);
  return { accountId, publishableKey, productId, priceId, secretKey: open('secretKey'), webhookSecret: open('webhookSecret') };
}

export const sealSecret = (
  { agencyId, mode, field }: { agencyId: string; mode: Mode; field: Secret },
  secret: string,
  { keys }: Pick<Deps, 'keys'>,
): SealedSecret => seal(keys, { agencyId, field: fieldOf(mode, field) }, secret);

/** The package that the pasted price sells: the first one where it was pasted before there was a choice. Null: none. */
export function packageOfPrice({ stripe, settings }: Agency, mode: Mode): string | null {
  const packageId = stripe[mode]?.packageId;
  return packageId === undefined ? (settings[mode].packages[0]?.id ?? null) : packageId;
}

/** The agency's accounts of one mode: the one of now, and those that were left and are not forgotten. */
export function accountsOf(agency: Agency, mode: Mode, deps: Pick<Deps, 'keys' | 'now'>): PaymentAccount[] {
  const { scope } = access(agency, mode);
  const present = paymentSettings(agency, mode, deps);
  const former = formerAccounts(agency, mode, deps).map((left) => ({ ...opened(agency, mode, left, deps), packageId: null }));
  return [...(present ? [present] : []), ...former].map((settings) => ({ mode, scope, settings }));
}

/**
 * The accounts, of both modes, that may send to a slug's address: an endpoint at Stripe keeps its address when its agency is renamed, and
 * also when another agency has the slug since. The secret tells whose event it is. Refuses with `agency.not_found`.
 */
export async function receiversOf(slug: string, deps: Pick<Deps, 'keys' | 'now' | 'directory'>): Promise<PaymentAccount[]> {
  const agencies = await deps.directory.ofSlug(slug);
  if (agencies.length === 0) refuse('agency.not_found');
  return agencies.flatMap((agency) => modes.flatMap((mode) => accountsOf(agency, mode, deps)));
}

export const webhookUrl = (slug: string, { publicUrl }: Pick<Deps, 'publicUrl'>) => `${publicUrl}/api/webhooks/stripe/${slug}`;
