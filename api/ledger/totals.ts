import type { AgencyScope, World } from '../models/scope.ts';
import type { WrittenTransfer } from '../models/transfer.ts';
import { isGuarded } from './accounts.ts';

/** Totals of one agency's transfers in one world. */
export interface WorldTotals {
  agencyId: string;
  world: World;
  transfers: number;
  /** Transfers without a seal. */
  unsealed: number;
  /** Sums of the accounts that have no chain. */
  sums: { account: string; amount: number }[];
}

/** Counts transfers and sums their movements, world by world. */
export class Totals {
  readonly #worlds = new Map<string, { scope: AgencyScope; transfers: number; unsealed: number; sums: Map<string, number> }>();

  add({ agencyId, world, seal, postings }: WrittenTransfer): void {
    const sums = postings.filter(({ account }) => !isGuarded(account));
    this.include({ agencyId, world, transfers: 1, unsealed: seal === undefined ? 1 : 0, sums });
  }

  include({ agencyId, world, transfers, unsealed, sums }: WorldTotals): void {
    const key = `${agencyId}/${world}`;
    const known = this.#worlds.get(key) ?? { scope: { agencyId, world }, transfers: 0, unsealed: 0, sums: new Map<string, number>() };
    this.#worlds.set(key, known);
    known.transfers += transfers;
    known.unsealed += unsealed;
    for (const { account, amount } of sums) known.sums.set(account, (known.sums.get(account) ?? 0) + amount);
  }

  of({ agencyId, world }: AgencyScope): WorldTotals {
    const { transfers, unsealed, sums } = this.#worlds.get(`${agencyId}/${world}`) ?? { transfers: 0, unsealed: 0, sums: new Map() };
    return { agencyId, world, transfers, unsealed, sums: [...sums].map(([account, amount]) => ({ account, amount })) };
  }

  /** Returns every world that has a counted transfer. */
  worlds(): AgencyScope[] {
    return [...this.#worlds.values()].map(({ scope }) => scope);
  }
}
