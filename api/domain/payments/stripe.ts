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
import { accessTo } from '../directory/directory.ts';
import type { PaymentAccount } from './find.ts';
import type { PaymentSettings } from './prices.ts';

type Secret = 'secretKey' | 'webhookSecret';

/** Opens the settings of the agency's Stripe account. Undefined until it is set up. */
export function paymentSettings(agency: Agency, mode: Mode, deps: Pick<Deps, 'keys'>): PaymentSettings | undefined {
  const stored = agency.stripe[mode];
  return stored && { ...opened(agency, mode, stored, deps), packageId: packageOfPrice(agency, mode) };
}

/**
 * Opens the account that offered a purchase, present or former. Undefined if it is no longer stored. A purchase without an account was
 * offered by the first one.
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

/** How long a former account is stored: a page of its last moment can be paid for a day, and disputed for 120 days after. */
const KEPT_MS = 121 * DAY_MS;
/** Former accounts, because each webhook is tried with the secret of each. */
const FORMER_MAX = 20;

/** Returns when the keys of a former account are deleted. */
export const keptUntil = ({ leftAt }: FormerAccount): Date => later(leftAt, KEPT_MS);

/** Lists an agency's former accounts that may still get events, oldest first. */
export const formerAccounts = ({ stripe }: Pick<Agency, 'stripe'>, mode: Mode, { now }: Pick<Deps, 'now'>): FormerAccount[] =>
  (stripe[mode]?.former ?? []).filter((left) => keptUntil(left) > now());

/** Lists the former accounts after the present one is left. Refuses an agency that keeps changing accounts. */
export function withFormer(agency: Pick<Agency, 'stripe'>, mode: Mode, deps: Pick<Deps, 'now'>): FormerAccount[] {
  const former = formerAccounts(agency, mode, deps);
  const present = agency.stripe[mode];
  if (!present) return former;
  if (former.length === FORMER_MAX) refuse('payments.accounts_too_many', { param: 'stripe.secretKey' });
  const { former: _former, packageId: _packageId, ...left } = present;
  return [...former, { ...left, leftAt: deps.now() }];
}

/** Deletes accounts of both modes that were left long enough ago. */
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

/** Returns the package that the agency's price sells: the first one if it was saved before there was a choice. Null for none. */
export function packageOfPrice({ stripe, settings }: Agency, mode: Mode): string | null {
  const packageId = stripe[mode]?.packageId;
  return packageId === undefined ? (settings[mode].packages[0]?.id ?? null) : packageId;
}

/** Opens the agency's accounts of one mode: the present and the stored former ones. */
export function accountsOf(agency: Agency, mode: Mode, deps: Pick<Deps, 'keys' | 'now'>): PaymentAccount[] {
  const { scope } = accessTo(agency, mode);
  const present = paymentSettings(agency, mode, deps);
  const former = formerAccounts(agency, mode, deps).map((left) => ({ ...opened(agency, mode, left, deps), packageId: null }));
  return [...(present ? [present] : []), ...former].map((settings) => ({ mode, scope, settings }));
}

/**
 * Opens all accounts, of both modes, that may send to a slug's address. An endpoint at Stripe keeps its address when its agency is renamed,
 * and even when another agency has the slug. The secret identifies the event's account. Refuses with `agency.not_found`.
 */
export async function receiversOf(slug: string, deps: Pick<Deps, 'keys' | 'now' | 'directory'>): Promise<PaymentAccount[]> {
  const agencies = await deps.directory.ofSlug(slug);
  if (agencies.length === 0) refuse('agency.not_found');
  return agencies.flatMap((agency) => modes.flatMap((mode) => accountsOf(agency, mode, deps)));
}

export const webhookUrl = (slug: string, { publicUrl }: Pick<Deps, 'publicUrl'>) => `${publicUrl}/api/webhooks/stripe/${slug}`;
