import type { Parsed } from '../contract/index.ts';
import { Refusal, refuse } from '../contract/refusal.ts';
import { type Agency, type Mode, modes, type StripeSettings } from '../models/agency.ts';
import { seal, unseal } from '../security/seal.ts';
import { describeCause } from './causes.ts';
import { access } from './directory.ts';
import type { PaymentSettings } from './payments.ts';
import type { Deps } from './ports.ts';
import type { Receiver } from './purchases-events.ts';

type Draft = NonNullable<Parsed<'agency.update'>['stripe']>;

/** What the agency's Stripe account is reached with, opened. Undefined until it is set up. */
export function paymentSettings(agency: Agency, mode: Mode, { keys }: Pick<Deps, 'keys'>): PaymentSettings | undefined {
  const stored = agency.stripe[mode];
  if (!stored) return undefined;
  const open = (field: 'secretKey' | 'webhookSecret') =>
    unseal(keys, { agencyId: agency._id, field: `stripe.${mode}.${field}` }, stored[field]);
  return { ...stored, secretKey: open('secretKey'), webhookSecret: open('webhookSecret') };
}

/** The agency's accounts at Stripe, one per mode that is set up, and whose business each of them is. */
export function receiver(agency: Agency, deps: Pick<Deps, 'keys'>): Receiver {
  const accounts = modes.flatMap((mode) => {
    const settings = paymentSettings(agency, mode, deps);
    return settings ? [{ mode, scope: access(agency, mode).scope, settings }] : [];
  });
  return { agencyId: agency._id, accounts };
}

/** Who receives what Stripe sends to this slug's address, the one of now or of before. Refuses with `agency.not_found`. */
export const receiverOf = async (slug: string, deps: Pick<Deps, 'keys' | 'directory'>): Promise<Receiver> =>
  receiver((await deps.directory.bySlug(slug)) ?? refuse('agency.not_found'), deps);

export const webhookUrl = (slug: string, { publicUrl }: Pick<Deps, 'publicUrl'>) => `${publicUrl}/api/webhooks/stripe/${slug}`;

/**
 * Makes settings ready to be stored: secrets sealed, and the webhook endpoint made where no secret of one was given.
 * @returns `saved`, to be called when they are stored: it removes the endpoints that were made for the same address before
 */
export async function connectStripe(
  { agencyId, mode, slug }: { agencyId: string; mode: Mode; slug: string },
  draft: Draft,
  deps: Deps,
): Promise<{ settings: StripeSettings; saved(): Promise<void> }> {
  const { publishableKey, productId, priceId, secretKey } = draft;
  const url = webhookUrl(slug, deps);
  const webhook = draft.webhookSecret === undefined ? await deps.payments.createWebhook({ secretKey }, url) : undefined;
  const sealed = (field: 'secretKey' | 'webhookSecret', secret: string) =>
    seal(deps.keys, { agencyId, field: `stripe.${mode}.${field}` }, secret);
  const webhookSecret = sealed('webhookSecret', webhook?.secret ?? draft.webhookSecret ?? '');
  return {
    settings: { publishableKey, productId, priceId, secretKey: sealed('secretKey', secretKey), webhookSecret },
    async saved() {
      if (!webhook) return;
      await deps.payments.removeWebhooksBut({ secretKey }, { id: webhook.id, url }).catch((error: unknown) => {
        // The next save tries again; until then an event comes twice, and the second signature is refused.
        if (!(error instanceof Refusal)) throw error;
        deps.log.error({ agencyId, cause: describeCause(error) }, 'older webhook endpoints could not be removed');
      });
    },
  };
}
