import { setTimeout as delay } from 'node:timers/promises';
import { readWrittenSince } from '../../models/entry.ts';
import { entryAt, type Transfer } from '../../models/transfer.ts';
import { keyOf } from './heads.ts';
import { onWritten } from './written.ts';

/** How often the entries of other processes are asked for: one query, however many listen. */
const POLL_MS = 500;
/** How late a write may become visible, and how far the clocks of two processes may differ. */
const OVERLAP_MS = 5000;
/** With more recent entries than this, everyone looks for himself. */
const RECENT_MAX = 10_000;

const ears = new Map<string, Set<Ear>>();
let isPolling = false;

/**
 * Waits for word of new entries of one account, from this process at once, from others within half a second.
 * Word only says that there is something to read; what there is, the database says.
 */
export class Ear {
  #newest = 0;
  #error: Error | undefined;
  #wake = () => {};
  readonly #key: string;
  readonly #signal: AbortSignal;

  /** @param key of the account, as `keyOf` gives it */
  constructor(key: string, signal: AbortSignal) {
    this.#key = key;
    this.#signal = signal;
    signal.addEventListener('abort', () => this.#wake(), { once: true });
    ears.set(key, (ears.get(key) ?? new Set()).add(this));
    startListening();
  }

  /** Resolves when there is word of an entry after `last`, or when the signal aborts. Throws where the database is away. */
  async hears(last: number): Promise<void> {
    if (this.#newest <= last && !this.#signal.aborted && !this.#error) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    if (this.#error) throw this.#error;
  }

  tell(seq: number): void {
    this.#newest = Math.max(this.#newest, seq);
    this.#wake();
  }

  /** The word was of nothing. */
  forget(): void {
    this.#newest = 0;
  }

  fail(error: Error): void {
    this.#error = error;
    this.#wake();
  }

  close(): void {
    const others = ears.get(this.#key);
    others?.delete(this);
    if (others?.size === 0) ears.delete(this.#key);
  }
}

onWritten((transfers) => {
  if (ears.size > 0) for (const transfer of transfers) tellOf(transfer);
});

function tellOf({ agencyId, world, slots = [] }: Pick<Transfer, 'agencyId' | 'world' | 'slots'>): void {
  for (const slot of slots) {
    const { account, seq } = entryAt(slot);
    for (const ear of ears.get(keyOf({ agencyId, world }, account)) ?? []) ear.tell(seq);
  }
}

function startListening(): void {
  if (isPolling) return;
  isPolling = true;
  void poll();
}

/** Asks as long as anybody listens. Where the database is away it ends every stream: whoever reconnects starts from what it has. */
async function poll(): Promise<void> {
  let asked = Date.now();
  while (ears.size > 0) {
    const since = new Date(asked - OVERLAP_MS);
    asked = Date.now();
    try {
      const recent = await readWrittenSince(since, RECENT_MAX);
      for (const transfer of recent) tellOf(transfer);
      if (recent.length === RECENT_MAX) for (const ear of everyEar()) ear.tell(Number.MAX_SAFE_INTEGER);
    } catch (error) {
      for (const ear of everyEar()) ear.fail(new Error('The entries of other processes could not be read.', { cause: error }));
    }
    await delay(POLL_MS, undefined, { ref: false });
  }
  isPolling = false;
}

const everyEar = (): Ear[] => [...ears.values()].flatMap((those) => [...those]);
