import { type Vault, vaultOf, type World } from '../world.ts';

export class UnknownId extends Error {
  readonly status = 404;
}

const nouns = { sessions: 'Checkout session', refunds: 'refund', disputes: 'dispute', events: 'event' } as const;

/**
 * Finds an object by id in any account and mode, with its vault.
 * @throws UnknownId one sentence, a 404 over HTTP
 */
export function known<Kind extends keyof typeof nouns>(
  world: World,
  kind: Kind,
  id: string,
): { vault: Vault; object: Vault[Kind][string] } {
  const vault = vaultOf(world, kind, id);
  const objects = vault?.[kind] as Record<string, Vault[Kind][string]> | undefined;
  const object = objects?.[id];
  if (!vault || !object) throw new UnknownId(`There is no ${nouns[kind]} ${id}.`);
  return { vault, object };
}

/** Lists all objects of a kind, of all accounts and modes. */
export const everyOne = <Thing>(world: World, kind: (vault: Vault) => Record<string, Thing>): Thing[] =>
  world.vaults.flatMap((vault) => Object.values(kind(vault)));
