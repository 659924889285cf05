import type { Vault, World } from '../world.ts';
import { noSuch } from './refusals.ts';

type Kind = 'products' | 'prices' | 'sessions' | 'paymentIntents' | 'charges' | 'refunds' | 'disputes' | 'endpoints' | 'events';

/** Stripe's noun for each kind, and the parameter that it blames for a missing object. */
const words: Record<Kind, { noun: string; param: string }> = {
  products: { noun: 'product', param: 'id' },
  prices: { noun: 'price', param: 'price' },
  sessions: { noun: 'checkout.session', param: 'session' },
  paymentIntents: { noun: 'payment_intent', param: 'intent' },
  charges: { noun: 'charge', param: 'id' },
  refunds: { noun: 'refund', param: 'id' },
  disputes: { noun: 'dispute', param: 'dispute' },
  endpoints: { noun: 'webhook_endpoint', param: 'webhook_endpoint' },
  events: { noun: 'event', param: 'id' },
};

/**
 * Finds an object in the caller's account and mode.
 * @param param the parameter that named it; absent for the object of the request itself
 * @throws StripeRefusal 404 for the object itself, 400 for one named by a parameter
 */
export function find<K extends Kind>(world: World, vault: Vault, kind: K, id: string, param?: string): Vault[K][string] {
  const objects: Record<string, Vault[K][string]> = vault[kind] as Record<string, Vault[K][string]>;
  const found = Object.hasOwn(objects, id) ? objects[id] : undefined;
  if (found) return found;
  const twin = world.vaults.find((other) => other.accountId === vault.accountId && other.livemode !== vault.livemode);
  const otherMode = twin && Object.hasOwn(twin[kind], id) ? (twin.livemode ? 'live' : 'test') : null;
  throw noSuch(words[kind].noun, id, param ?? words[kind].param, otherMode, param === undefined ? 404 : 400);
}
