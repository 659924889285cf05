import assert from 'node:assert/strict';
import { refuse } from '../contract/refusal.ts';
import { type Agency, type Mode, modes, type SealedSecret } from '../models/agency.ts';
import { seal, unseal } from '../security/seal.ts';
import { access } from './directory.ts';
import type { PaymentSettings } from './payments.ts';
import type { Deps } from './ports.ts';
import type { Receiver } from './purchases-events.ts';
import type { Account } from './purchases-find.ts';

type Secret = 'secretKey' | 'webhookSecret';

/** What the agency's Stripe account is reached with, opened. Undefined until it is set up. */
export function paymentSettings(agency: Agency, mode: Mode, deps: Pick<Deps, 'keys'>): PaymentSettings | undefined {
  const stored = agency.stripe[mode];
  if (!stored) return undefined;
  const { publishableKey, productId, priceId } = stored;
  const open = (field: Secret) => openSecret(agency, mode, field, deps);
  const secrets = { secretKey: open('secretKey'), webhookSecret: open('webhookSecret') };
  return { publishableKey, productId, priceId, packageId: packageOfPrice(agency, mode), ...secrets };
}

const fieldOf = (mode: Mode, field: Secret): string => `stripe.${mode}.${field}`;

/** One secret of an account that is set up. */
export function openSecret({ _id: agencyId, stripe }: Agency, mode: Mode, field: Secret, { keys }: Pick<Deps, 'keys'>): string {
  const stored = stripe[mode];
  assert(stored, 'only what was set up has a secret');
  return unseal(keys, { agencyId, field: fieldOf(mode, field) }, stored[field]);
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

/** The agency's accounts at Stripe, one per mode that is set up, and whose business each of them is. */
export function receiver(agency: Agency, deps: Pick<Deps, 'keys'>): Receiver {
  return { agencyId: agency._id, accounts: modes.flatMap((mode) => accountOf(agency, mode, deps) ?? []) };
}

/** The agency's account of one mode; undefined until it is set up. */
export function accountOf(agency: Agency, mode: Mode, deps: Pick<Deps, 'keys'>): Account | undefined {
  const settings = paymentSettings(agency, mode, deps);
  return settings && { mode, scope: access(agency, mode).scope, settings };
}

/** Who receives what Stripe sends to this slug's address, the one of now or of before. Refuses with `agency.not_found`. */
export const receiverOf = async (slug: string, deps: Pick<Deps, 'keys' | 'directory'>): Promise<Receiver> =>
  receiver((await deps.directory.bySlug(slug)) ?? refuse('agency.not_found'), deps);

export const webhookUrl = (slug: string, { publicUrl }: Pick<Deps, 'publicUrl'>) => `${publicUrl}/api/webhooks/stripe/${slug}`;
