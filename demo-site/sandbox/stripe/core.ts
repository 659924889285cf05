import type { Vault, World } from '../world.ts';
import type { Courier } from './webhook-delivery.ts';

/** What every part of the sandbox's Stripe works on. */
export interface Core {
  world: World;
  courier: Courier;
  /** Address of the sandbox, without a slash at the end. */
  url: string;
  /** Says that the world changed. */
  changed(): void;
}

/** One request to Stripe's API, its key known and its parameters checked. */
export interface Call<Parameters> {
  core: Core;
  vault: Vault;
  parameters: Parameters;
  /** The id in the path; empty where there is none. */
  id: string;
}
