import type { Vault, World } from '../world.ts';
import type { WebhookDelivery } from './webhook-delivery.ts';

/** The shared parts of the sandbox's Stripe. */
export interface Core {
  world: World;
  webhooks: WebhookDelivery;
  /** Address of the sandbox, without a slash at the end. */
  url: string;
  /** Notes a change. */
  changed(): void;
}

/** A request to Stripe's API with a known key and checked parameters. */
export interface Call<Parameters> {
  core: Core;
  vault: Vault;
  parameters: Parameters;
  /** The id in the path; empty without one. */
  id: string;
}
