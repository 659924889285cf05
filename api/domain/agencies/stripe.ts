import { isDeepStrictEqual } from 'node:util';
import type { Parsed } from '../../contract/index.ts';
import { Refusal, refuse } from '../../contract/refusal.ts';
import type { Agency, Mode, ModeSettings, StripeSettings } from '../../models/agency.ts';
import { describeCause } from '../../ports/causes.ts';
import type { Deps } from '../../ports/index.ts';
import { checkKeyForms, checkPaymentSettings, type StripeDraft } from '../payments/prices.ts';
import { formerAccounts, packageOfPrice, paymentSettings, sealSecret, webhookUrl, withFormer } from '../payments/stripe.ts';
import { offeredPackages } from './package-settings.ts';
import type { Settings } from './settings.ts';

type Draft = NonNullable<Parsed<'agency.update'>['stripe']>;
type Endpoint = { id: string; secret: string };

/** Stripe's part of one save of settings. It keeps Stripe's answers and the new endpoint while the save is repeated. */
export class StripeSave {
  readonly #mode: Mode;
  readonly #draft: Draft | undefined;
  readonly #deps: Deps;
  #answered: unknown;
  #secretKey = '';
  #accountId = '';
  #made: Endpoint | undefined;

  constructor(mode: Mode, draft: Draft | undefined, deps: Deps) {
    this.#mode = mode;
    this.#draft = draft;
    this.#deps = deps;
  }

  /**
   * Checks the sold items at Stripe, and creates the webhook endpoint if one is needed.
   * @returns the settings to store; undefined if they stay. Refuses each mistake at its field
   */
  async prepare(read: Agency, next: Settings): Promise<StripeSettings | undefined> {
    const [mode, draft, deps] = [this.#mode, this.#draft, this.#deps];
    const before = read.stripe[mode];
    if (draft && mode === 'live' && !deps.allowsLivePayments) refuse('payments.live_refused', { param: 'stripe' });
    if (!draft && !before) return undefined;
    const packageId = packageToSell(read, mode, draft, next);
    if (!draft && isAsChecked(read.settings[mode], next, packageId)) return withPackage(before, packageId, next);
    const settings = wholeDraft(read, mode, draft, deps);
    const makesWebhook = draft !== undefined && needsEndpoint(draft, before);
    await this.#check(settings, next, { packageId, makesWebhook });
    if (!draft) return withPackage(before, packageId, next);
    if (makesWebhook) this.#made ??= await deps.payments.createWebhook(settings, webhookUrl(next.slug, deps));
    const former = (await this.#isOther(before)) ? withFormer(read, mode, deps) : formerAccounts(read, mode, deps);
    const account = { accountId: this.#accountId, ...(former.length > 0 && { former }) };
    return { ...account, ...toStore({ agencyId: read._id, mode }, { draft, before, settings, made: this.#made, packageId }, deps) };
  }

  /** Tells whether another save has changed a setting that this one names. */
  isOvertaken(first: Agency, read: Agency): boolean {
    const draft = this.#draft ?? {};
    const [before, now] = [first, read].map((agency) => paymentSettings(agency, this.#mode, this.#deps));
    const fields = Object.keys(draft) as (keyof Draft)[]; // parsed drafts have no other fields
    return fields.some((field) => before?.[field] !== now?.[field] && now?.[field] !== draft[field]);
  }

  /**
   * Removes the endpoint stored before this save, unless another save needs it. Works with the present key: the endpoint of a former
   * account stays, for payments that arrive there.
   */
  async saved(before: StripeSettings | undefined, now: StripeSettings | undefined): Promise<void> {
    const webhookId = before?.webhookId;
    const isNeeded = webhookId === now?.webhookId || now?.former?.some((left) => left.webhookId === webhookId);
    if (this.#draft && webhookId !== undefined && !isNeeded) await this.#remove(webhookId);
  }

  /** Removes the endpoint that was created for a refused save. */
  async refused(): Promise<void> {
    if (this.#made) await this.#remove(this.#made.id);
  }

  async #check(
    settings: StripeDraft,
    next: Settings,
    { packageId, makesWebhook }: { packageId: string | null; makesWebhook: boolean },
  ): Promise<void> {
    const sold = next.packages.find(({ id, active }) => active && id === packageId);
    const question = [settings, sold?.priceCents, next.plan.currency, makesWebhook];
    if (isDeepStrictEqual(question, this.#answered)) return;
    const { accountId } = await checkPaymentSettings(this.#deps.payments, settings, {
      mode: this.#mode,
      sold,
      plan: next.plan,
      makesWebhook,
    });
    this.#answered = question;
    this.#secretKey = settings.secretKey;
    this.#accountId = accountId;
  }

  /** Tells whether another account was stored before. An account without a stored id is recognized by its price. */
  async #isOther(before: StripeSettings | undefined): Promise<boolean> {
    if (before === undefined) return false;
    if (before.accountId !== undefined) return before.accountId !== this.#accountId;
    return (await this.#deps.payments.readPrice({ secretKey: this.#secretKey }, before.priceId)) === undefined;
  }

  async #remove(endpointId: string): Promise<void> {
    try {
      await this.#deps.payments.removeWebhook({ secretKey: this.#secretKey }, endpointId);
    } catch (error) {
      // Its events arrive a second time, and their signature is refused.
      if (!(error instanceof Refusal)) throw error;
      this.#deps.log.error(
        { endpointId, cause: describeCause(error) },
        'webhook.endpoint_left: a webhook endpoint that nobody needs could not be removed',
      );
    }
  }
}

/** Returns the package that the agency's price sells. It only changes if the agency says so, or if the package is retired. */
function packageToSell(read: Agency, mode: Mode, draft: Draft | undefined, next: Settings): string | null {
  const offered = offeredPackages(next).map(({ id }) => id);
  if (draft?.packageId !== undefined)
    return offered.includes(draft.packageId) ? draft.packageId : refuse('package.not_found', { param: 'stripe.packageId' });
  const tied = packageOfPrice(read, mode);
  return draft?.priceId === undefined || (tied !== null && offered.includes(tied)) ? tied : (offered[0] ?? null);
}

/** Tells whether the price still sells what it was checked for. */
function isAsChecked(before: ModeSettings, next: Settings, packageId: string | null): boolean {
  const offeredIn = (settings: ModeSettings) => settings.packages.find(({ id, active }) => active && id === packageId);
  const sold = offeredIn(next);
  return before.plan.currency === next.plan.currency && (sold === undefined || sold.priceCents === offeredIn(before)?.priceCents);
}

/** Stores the package of the price, if the changed list no longer implies it. */
function withPackage(before: StripeSettings | undefined, packageId: string | null, { packages }: Settings): StripeSettings | undefined {
  const isFirst = before?.packageId === undefined && (packages[0]?.id ?? null) === packageId;
  return before === undefined || isFirst || before.packageId === packageId ? undefined : { ...before, packageId };
}

/** Completes the settings with stored values, to check them at Stripe. */
function wholeDraft(read: Agency, mode: Mode, draft: Draft = {}, deps: Deps): StripeDraft {
  // A key of the other mode is told before what is missing beside it.
  const { webhookSecret, packageId: _packageId, ...given } = draft;
  checkKeyForms({ ...given, webhookSecret: webhookSecret ?? undefined }, mode);
  const before = read.stripe[mode];
  const needed = (field: 'publishableKey' | 'secretKey' | 'productId' | 'priceId', stored: string | undefined): string =>
    draft[field] ?? stored ?? refuse('input.invalid', { param: `stripe.${field}`, values: { reason: 'missing' } });
  const stored = draft.secretKey === undefined ? paymentSettings(read, mode, deps) : undefined;
  return {
    publishableKey: needed('publishableKey', before?.publishableKey),
    secretKey: needed('secretKey', stored?.secretKey),
    productId: needed('productId', before?.productId),
    priceId: needed('priceId', before?.priceId),
    webhookSecret: webhookSecret ?? undefined,
  };
}

/**
 * Tells whether to create an endpoint. Each pasted key without a secret gets one, so that pasting it again replaces an endpoint deleted at
 * Stripe.
 */
const needsEndpoint = ({ secretKey, webhookSecret }: Draft, before: StripeSettings | undefined): boolean =>
  webhookSecret === null || (webhookSecret === undefined && (secretKey !== undefined || before === undefined));

interface Parts {
  draft: Draft;
  before: StripeSettings | undefined;
  settings: StripeDraft;
  made: Endpoint | undefined;
  packageId: string | null;
}

function toStore(
  owner: { agencyId: string; mode: Mode },
  { draft, before, settings: { publishableKey, secretKey, productId, priceId }, made, packageId }: Parts,
  deps: Deps,
): StripeSettings {
  const webhook = made?.secret ?? draft.webhookSecret;
  const webhookId = made?.id ?? (webhook ? undefined : before?.webhookId);
  const kept = (field: 'secretKey' | 'webhookSecret', secret: string) => sealSecret({ ...owner, field }, secret, deps);
  return {
    ...{ publishableKey, productId, priceId, packageId },
    secretKey: draft.secretKey === undefined && before ? before.secretKey : kept('secretKey', secretKey),
    webhookSecret: before && !webhook ? before.webhookSecret : kept('webhookSecret', webhook ?? ''),
    ...(webhookId !== undefined && { webhookId }),
  };
}
