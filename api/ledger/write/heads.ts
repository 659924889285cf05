import { type AccountKey, type Head, readHeads } from '../../models/entry.ts';
import type { AgencyScope } from '../../models/scope.ts';
import { prefixOf } from '../../models/transfer.ts';
import { GENESIS } from '../chain.ts';
import { emptyState } from '../state/states.ts';

/** Heads that this process remembers, about 0.5 kB each. */
const KNOWN_MAX = 20_000;

export const keyOf = (scope: AgencyScope, account: string): string => prefixOf(scope) + account;

/** Remembers the newest acknowledged entries. If another process is ahead, the unique index refuses transfers built on them. */
export class Heads {
  #known = new Map<string, Head>();

  /** Reads these heads in bulk. An account without an entry gets an empty head. */
  async read(accounts: ReadonlyMap<string, AccountKey>): Promise<void> {
    const heads = await readHeads([...accounts.values()]);
    for (const [index, [key, { account }]] of [...accounts].entries()) {
      this.put(key, heads[index] ?? { seq: 0, hash: GENESIS, after: emptyState(account) });
    }
  }

  get(key: string): Head | undefined {
    const head = this.#known.get(key);
    if (head) this.#use(key, head);
    return head;
  }

  /** Stores a head; the least recently used one makes room. */
  put(key: string, { seq, hash, after }: Head): void {
    this.#use(key, { seq, hash, after });
    if (this.#known.size <= KNOWN_MAX) return;
    const [oldest] = this.#known.keys();
    if (oldest !== undefined) this.#known.delete(oldest);
  }

  forget(key: string): void {
    this.#known.delete(key);
  }

  clear(): void {
    this.#known.clear();
  }

  #use(key: string, head: Head): void {
    this.#known.delete(key);
    this.#known.set(key, head);
  }
}
