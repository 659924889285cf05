import { verifyStatement } from '../../../api/rules/chain.ts';
import type { Entry } from './pages.ts';

/** The newest entry of a client's statement that this browser has seen, which nobody can take back from it. */
interface Seen {
  seq: number;
  hash: string;
}

/** The result of a check: how many entries were looked at, and the first error. */
export interface Verdict {
  count: number;
  /** The number of an entry that is not as it was written. */
  broken?: number | undefined;
  /** The number of an entry that this browser has seen, and that is gone or is another now. */
  gone?: number;
  other?: number;
  /** True if it was compared with an earlier check in this browser. */
  known: boolean;
}

/** The newest entry that one browser has seen of one client's statement at one agency. */
export class Memory {
  readonly #slot: string;
  readonly #seen: Seen | undefined;

  /** Begun before the entries are fetched: what another tab sees meanwhile is newer than they are. */
  constructor(key: string, clientId: string) {
    this.#slot = `wl:${key}:statement:${clientId}`;
    this.#seen = this.#read();
  }

  /**
   * Compares a stretch of entries with what was seen before, and with each other. Where all is well the newest is remembered, if the stretch
   * reaches back to what was seen: otherwise it would be believed and not checked.
   * @param entries newest first, without a gap
   */
  async judge(entries: readonly Entry[]): Promise<Verdict> {
    const seen = this.#seen;
    const [newest] = entries;
    const verdict = { count: entries.length, known: seen !== undefined };
    if (seen && (newest?.seq ?? 0) < seen.seq) return { ...verdict, gone: seen.seq };
    const same = seen && entries.find(({ seq }) => seq === seen.seq);
    if (seen && same && same.hash !== seen.hash) return { ...verdict, other: seen.seq };
    const broken = await verifyStatement(entries);
    if (newest && broken === undefined && (!seen || same)) this.#keep(newest);
    return { ...verdict, broken };
  }

  /** A browser that stores nothing remembers nothing. */
  #read(): Seen | undefined {
    try {
      const { seq, hash } = JSON.parse(localStorage.getItem(this.#slot) ?? 'null') as Seen;
      return { seq, hash };
    } catch {
      return undefined;
    }
  }

  #keep({ seq, hash }: Entry): void {
    if ((this.#read()?.seq ?? 0) >= seq) return;
    try {
      localStorage.setItem(this.#slot, JSON.stringify({ seq, hash }));
    } catch {
      // Storing is forbidden here.
    }
  }
}

export const isWrong = ({ broken, gone, other }: Verdict): boolean => broken !== undefined || gone !== undefined || other !== undefined;
