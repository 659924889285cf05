import { setTimeout as delay } from 'node:timers/promises';
import { readWrittenSince } from '../../models/entry.ts';
import { entryAt, type Transfer } from '../../models/transfer.ts';
import { keyOf } from './heads.ts';
import { onWritten } from './written.ts';

/** Interval between queries for the entries of other processes. One query serves all listeners. */
const POLL_MS = 500;
/** Maximum delay until a write is visible plus the difference between two processes' clocks. */
const OVERLAP_MS = 5000;
/** With this many recent entries, every listener looks for itself. */
const RECENT_MAX = 10_000;

const listeners = new Map<string, Set<EntryListener>>();
let isPolling = false;

/**
 * Waits for new entries of one account: from this process at once, from others within half a second. It only signals that there is
 * something to read; the database says what.
 */
export class EntryListener {
  #newest = 0;
  #error: Error | undefined;
  #wake = () => {};
  readonly #key: string;
  readonly #signal: AbortSignal;

  /** @param key of the account, from `keyOf` */
  constructor(key: string, signal: AbortSignal) {
    this.#key = key;
    this.#signal = signal;
    signal.addEventListener('abort', () => this.#wake(), { once: true });
    listeners.set(key, (listeners.get(key) ?? new Set()).add(this));
    startListening();
  }

  /** Resolves when an entry after `last` is announced or the signal aborts. Throws if the database is unreachable. */
  async waitForEntryAfter(last: number): Promise<void> {
    if (this.#newest <= last && !this.#signal.aborted && !this.#error) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    if (this.#error) throw this.#error;
  }

  announce(seq: number): void {
    this.#newest = Math.max(this.#newest, seq);
    this.#wake();
  }

  /** Discards the announcement, after it turned out to be empty. */
  forget(): void {
    this.#newest = 0;
  }

  fail(error: Error): void {
    this.#error = error;
    this.#wake();
  }

  close(): void {
    const others = listeners.get(this.#key);
    others?.delete(this);
    if (others?.size === 0) listeners.delete(this.#key);
  }
}

onWritten((transfers) => {
  if (listeners.size > 0) for (const transfer of transfers) announceEntries(transfer);
});

function announceEntries({ agencyId, world, slots = [] }: Pick<Transfer, 'agencyId' | 'world' | 'slots'>): void {
  for (const slot of slots) {
    const { account, seq } = entryAt(slot);
    for (const listener of listeners.get(keyOf({ agencyId, world }, account)) ?? []) listener.announce(seq);
  }
}

function startListening(): void {
  if (isPolling) return;
  isPolling = true;
  void poll();
}

/** Polls while anybody listens. Ends every stream if the database is unreachable; clients reconnect and resume from their last entry. */
async function poll(): Promise<void> {
  let asked = Date.now();
  while (listeners.size > 0) {
    const since = new Date(asked - OVERLAP_MS);
    asked = Date.now();
    try {
      const recent = await readWrittenSince(since, RECENT_MAX);
      for (const transfer of recent) announceEntries(transfer);
      if (recent.length === RECENT_MAX) for (const listener of everyListener()) listener.announce(Number.MAX_SAFE_INTEGER);
    } catch (error) {
      for (const listener of everyListener())
        listener.fail(new Error('The entries of other processes could not be read.', { cause: error }));
    }
    await delay(POLL_MS, undefined, { ref: false });
  }
  isPolling = false;
}

const everyListener = (): EntryListener[] => [...listeners.values()].flatMap((same) => [...same]);
