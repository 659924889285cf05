import type { Parsed } from '../../contract/index.ts';
import { fieldAt } from '../../contract/parse.ts';
import { refuse } from '../../contract/refusal.ts';
import type { Sold } from '../../contract/sentences.ts';
import type { Mode, StoredPackage } from '../../models/agency.ts';
import type { Purchase } from '../../models/purchase.ts';
import type { Payments } from '../../ports/index.ts';
import { priceOf } from '../../rules/money.ts';

/** The agency's Stripe account with its opened secrets. */
export interface PaymentSettings {
  /** The account's id at Stripe; undefined if it was saved before ids were stored. */
  accountId: string | undefined;
  publishableKey: string;
  secretKey: string;
  productId: string;
  priceId: string;
  /** The package that the agency's price sells; null for none. */
  packageId: string | null;
  webhookSecret: string;
}

/** Settings as the agency writes them. The webhook secret may come later, with the endpoint. */
export type StripeDraft = Omit<PaymentSettings, 'accountId' | 'webhookSecret' | 'packageId'> & { webhookSecret?: string | undefined };
type Field = keyof StripeDraft;

type Plan = Parsed<'agencies.create'>['plan'];

/** The agency's prices. */
export interface Offer {
  plan: Pick<Plan, 'centsPer100Credits' | 'currency' | 'customAmount'>;
  /** `isRepriced`: its price is not the one that the agency's Stripe price has. */
  packages: readonly (StoredPackage & { isRepriced?: boolean })[];
}

/** The item of one purchase at its present price, in milli-credits and cents. */
export type Sale = Pick<Purchase, 'item' | keyof Sold | 'credits' | 'priceCents' | 'currency'>;

/** The purpose of the checked settings. */
interface Circumstances {
  /** The mode to set up. Keys of the other mode are refused. */
  mode: Mode;
  /** The package that the agency's price sells. Without one its amount is not compared. */
  sold: Pick<StoredPackage, 'priceCents' | 'name'> | undefined;
  plan: Pick<Plan, 'currency'>;
  /** True if the webhook endpoint is created with the key. */
  makesWebhook: boolean;
}

/**
 * Refuses settings that could not take a payment, with a code for each mistake at its field.
 * @returns the id of the account
 */
export async function checkPaymentSettings(
  payments: Payments,
  draft: StripeDraft,
  { mode, sold, plan, makesWebhook }: Circumstances,
): Promise<{ accountId: string }> {
  checkKeyForms(draft, mode);
  const accountId = await checkKey(payments, draft, { mode, makesWebhook });
  await checkProduct(payments, draft);

  const param = 'stripe.priceId';
  const price = (await payments.readPrice(draft, draft.priceId)) ?? refuse('payments.price_not_found', { param });
  const currency = price.currency.toUpperCase();
  if (price.productId !== draft.productId) refuse('payments.price_of_other_product', { param });
  if (price.recurring) refuse('payments.price_recurring', { param });
  if (!price.active) refuse('payments.price_inactive', { param });
  if (currency !== plan.currency) {
    refuse('payments.currency_mismatch', { param, values: { found: currency, expected: plan.currency } });
  }
  if (price.unitCents === null || (sold && price.unitCents !== sold.priceCents)) {
    const found =
      price.unitCents === null ? ({ found: 'varies' } as const) : ({ found: 'amount', foundCents: price.unitCents, currency } as const);
    const expected = sold
      ? ({ expected: 'price', name: sold.name, expectedCents: sold.priceCents, currency } as const)
      : ({ expected: 'fixed' } as const);
    refuse('payments.amount_mismatch', { param, values: { ...found, ...expected } });
  }
  return { accountId };
}

/** Refuses ids and keys of another kind or mode, among those that are given. */
export function checkKeyForms(draft: { [Name in Field]?: StripeDraft[Name] | undefined }, mode: Mode): void {
  for (const field of fields) checkKind(field, draft[field]);
  for (const field of ['publishableKey', 'secretKey'] as const) {
    const key = draft[field];
    if (key !== undefined && key.split('_')[1] !== mode) refuse('payments.mode_mismatch', { param: `stripe.${field}`, values: { mode } });
  }
}

/** @returns the id of the key's account */
async function checkKey(
  payments: Payments,
  draft: StripeDraft,
  { mode, makesWebhook }: Pick<Circumstances, 'mode' | 'makesWebhook'>,
): Promise<string> {
  const param = 'stripe.secretKey';
  const { id, canCharge } = await payments.readAccount(draft);
  const missing = draft.secretKey.startsWith('rk_') ? await payments.missingRights(draft, { makesWebhook }) : [];
  if (missing.length > 0) refuse('payments.key_rights', { param, values: { missing: 'some', rights: missing } });
  if (mode === 'live' && canCharge === false) refuse('payments.account_inactive', { param });
  return id;
}

async function checkProduct(payments: Payments, draft: StripeDraft): Promise<void> {
  const param = 'stripe.productId';
  const product = (await payments.readProduct(draft, draft.productId)) ?? refuse('payments.product_not_found', { param });
  if (!product.active) refuse('payments.product_inactive', { param });
}

/**
 * Returns the item and price of a buyer's choice. One package is the agency's Stripe price; all else is an amount of the agency's Stripe
 * product. The buyer names a package or an amount, never a price.
 */
export function checkoutItem(
  { priceId, packageId, productId }: Pick<PaymentSettings, 'priceId' | 'packageId' | 'productId'>,
  { plan, packages }: Offer,
  choice: { packageId?: string | undefined; amountMillis?: number | undefined },
): Sale {
  if (choice.amountMillis !== undefined) {
    const credits = checkCustomAmount(plan, choice.amountMillis);
    const priceCents = priceOf(credits, plan.centsPer100Credits);
    const sold = { name: String(credits / 1000), named: { code: 'credits', values: { creditsMillis: credits } } } as const; // whole credits
    return { item: { productId, unitCents: priceCents }, ...sold, credits, priceCents, currency: plan.currency };
  }
  const chosen = packages.find(({ id }) => id === choice.packageId) ?? refuse('package.not_found', { param: 'packageId' });
  const { id, name, creditsMillis: credits, priceCents, currency, isRepriced = false } = chosen;
  return {
    item: id === packageId && !isRepriced ? { priceId } : { productId, unitCents: priceCents },
    name,
    credits,
    priceCents,
    currency,
  };
}

/** Stripe's limits for one payment: the minimum in euro, used for other currencies as well. */
export const CHARGE_CENTS = { min: 50, max: 99_999_999 };

/** Refuses a plan whose free choice exceeds Stripe's limits. */
export function checkPrices({ customAmount, centsPer100Credits, currency }: Offer['plan'], at = 'plan'): void {
  if (!customAmount) return;
  if (centsPer100Credits === 0) refuse('input.invalid', { param: fieldAt(at, 'customAmount'), values: { reason: 'amount_unpriced' } });
  const inRange = (millis: number) => {
    const cents = priceOf(millis, centsPer100Credits);
    return cents >= CHARGE_CENTS.min && cents <= CHARGE_CENTS.max;
  };
  for (const end of ['minMillis', 'maxMillis'] as const) {
    if (inRange(customAmount[end])) continue;
    const { min: minCents, max: maxCents } = CHARGE_CENTS;
    const values = { reason: 'amount_not_payable', minCents, maxCents, currency } as const;
    refuse('input.invalid', { param: fieldAt(at, `customAmount.${end}`), values });
  }
}

/** Checks a free choice: whole credits between the plan's limits. */
function checkCustomAmount({ customAmount }: Offer['plan'], amountMillis: number): number {
  const { minMillis, maxMillis } = customAmount ?? refuse('package.only', { param: 'amountMillis' });
  const isWhole = amountMillis % 1000 === 0;
  if (isWhole && amountMillis >= minMillis && amountMillis <= maxMillis) return amountMillis;
  return refuse('package.amount_out_of_range', { param: 'amountMillis', values: { min: minMillis / 1000, max: maxMillis / 1000 } });
}

const fields = ['publishableKey', 'secretKey', 'productId', 'priceId', 'webhookSecret'] as const satisfies Field[];

/** The form of each field. Product ids may be the agency's own words, so only clear mistakes are refused there. */
const forms: Record<Field, RegExp> = {
  publishableKey: /^pk_(test|live)_\w+$/,
  secretKey: /^[sr]k_(test|live)_\w+$/,
  productId: /^(?!price_|pk_|sk_|rk_|whsec_|wl[pks]_)[\x21-\x7e]+$/,
  priceId: /^(?!prod_|pk_|sk_|rk_|whsec_|wl[pks]_)[\x21-\x7e]+$/,
  webhookSecret: /^whsec_[\x21-\x7e]+$/,
};

/** How keys and ids begin, ours among them. */
const prefixes = ['pk', 'sk', 'rk', 'whsec', 'prod', 'price', 'wlp', 'wls', 'wlk'] as const;

function checkKind(field: Field, text: string | undefined): void {
  if (text === undefined || forms[field].test(text)) return;
  const found = prefixes.find((prefix) => text.startsWith(`${prefix}_`)) ?? 'other';
  refuse('payments.key_kind', { param: `stripe.${field}`, values: { expected: field, found } });
}
