import assert from 'node:assert/strict';
import { Refusal } from '../../contract/refusal.ts';
import type { AccountKey, Head } from '../../models/entry.ts';
import { within } from '../../models/scope.ts';
import { appendTransfers, readTransfers, type Transfer } from '../../models/transfer.ts';
import { composeTransfer } from './draft.ts';
import { Heads } from './heads.ts';
import type { PendingTransfer } from './pending.ts';
import { announceWritten } from './written.ts';

/** Transfers of one insert. */
const BATCH_MAX = 500;
/** Times that other writers may take an entry's place before a transfer is refused with `server.busy`. */
const TRIES_MAX = 500;

interface Composed {
  pending: PendingTransfer;
  transfer: Transfer;
}

/** The newest entries known to be written. */
const heads = new Heads();

/** Composes transfers behind each other and writes them in this order with one insert. */
export class Batch {
  readonly #composed: Composed[] = [];
  readonly #impossible: { pending: PendingTransfer; error: unknown }[] = [];
  /** Heads after this batch. */
  readonly #ahead = new Map<string, Head>();
  /** Heads after the batch in flight. Anything built on them is valid only if that batch is written completely. */
  #before: ReadonlyMap<string, Head> | undefined;

  constructor(before?: Batch) {
    if (before) this.#before = before.#ahead;
  }

  get size(): number {
    return this.#composed.length;
  }

  get allPending(): PendingTransfer[] {
    return this.#composed.map(({ pending }) => pending);
  }

  /** Notes that the previous batch was written completely, so that its heads are known. */
  alone(): this {
    this.#before = undefined;
    return this;
  }

  /** Takes pending transfers from the front while the previous batch is in flight, up to the first that needs the database. */
  takeKnown(waiting: PendingTransfer[]): void {
    let taken = 0;
    for (const pending of waiting) {
      if (this.size === BATCH_MAX || pending.isUnsure || !pending.keys.every((key) => this.#headOf(key)) || !this.#add(pending, nothing))
        break;
      taken += 1;
    }
    waiting.splice(0, taken);
  }

  /**
   * Takes pending transfers from the front while nothing is in flight, and reads their missing heads.
   * @returns the pending transfers that only lack fresh heads
   */
  async take(waiting: PendingTransfer[]): Promise<PendingTransfer[]> {
    const allPending = waiting.splice(0, BATCH_MAX - this.size);
    try {
      const fresh = await this.#readMissingHeads(allPending);
      const unsure = allPending.filter((pending) => !this.#add(pending, fresh));
      await this.#failImpossible();
      return unsure;
    } catch (error) {
      await recover([...this.allPending, ...allPending], error);
      this.#composed.length = 0;
      this.#impossible.length = 0;
      this.#ahead.clear();
      return [];
    }
  }

  /**
   * Writes the batch as far as possible.
   * @returns the pending transfers to try again, in order, and whether everything was written
   */
  async write(): Promise<{ again: PendingTransfer[]; isWhole: boolean }> {
    const composed = this.#composed;
    let rest = this.allPending;
    try {
      const { written, stop } = await appendTransfers(composed.map(({ transfer }) => transfer));
      acknowledge(composed.slice(0, written));
      // The transfers after the stop build on one that was not written. They are composed anew; sent unchanged, they would leave a gap.
      rest = rest.slice(written);
      if (stop === 'exists') await settleExisting(rest);
      if (stop === 'moved') makeWay(rest);
      return { again: rest.filter((pending) => pending.isOpen), isWhole: stop === undefined };
    } catch (error) {
      await recover(rest, error);
      return { again: [], isWhole: false };
    }
  }

  #headOf(key: string): Head | undefined {
    return this.#ahead.get(key) ?? this.#before?.get(key) ?? heads.get(key);
  }

  async #readMissingHeads(allPending: readonly PendingTransfer[]): Promise<ReadonlySet<string>> {
    const missing = new Map<string, AccountKey>();
    for (const { scope, draft, keys, isUnsure } of allPending) {
      for (const [index, key] of keys.entries()) {
        const account = draft.guarded[index] ?? assert.fail('there is a key per account');
        if (isUnsure || !this.#headOf(key)) missing.set(key, { ...within(scope), account });
      }
    }
    if (missing.size > 0) await heads.read(missing);
    return new Set(missing.keys());
  }

  /**
   * Composes a transfer behind the previous ones.
   *
   * A refusal is final, so it needs proven heads: read just now, or left by a transfer of this batch, which is written first and only if
   * its own head was right. An impossible transfer is proven only by heads that were read, because the transfers ahead of it may exist
   * already and are then not written again.
   * @returns false if the transfer would be refused or impossible, but by unproven heads
   */
  #add(pending: PendingTransfer, fresh: ReadonlySet<string>): boolean {
    const { scope, draft, keys } = pending;
    try {
      const transfer = composeTransfer(scope, draft, pending, (account) => {
        const head = this.#headOf(keys[draft.guarded.indexOf(account)] ?? '');
        return head ?? assert.fail(`${draft.kind} did not say that it needs ${account}`);
      });
      pending.isUnsure = transfer.refused !== undefined && keys.some((key) => !fresh.has(key) && !this.#ahead.has(key));
      if (pending.isUnsure) return false;
      eachHead(pending, transfer, (key, head) => this.#ahead.set(key, head));
      this.#composed.push({ pending, transfer });
    } catch (error) {
      pending.isUnsure = keys.some((key) => !fresh.has(key) || this.#ahead.has(key));
      if (pending.isUnsure) return false;
      this.#impossible.push({ pending, error });
    }
    return true;
  }

  /**
   * Looks up impossible transfers: those that exist already are settled, and the others show a bug and fail. The rest of the batch goes on.
   */
  async #failImpossible(): Promise<void> {
    const impossible = this.#impossible.splice(0);
    if (impossible.length > 0) await settleExisting(impossible.map(({ pending }) => pending));
    for (const { pending, error } of impossible) if (pending.isOpen) pending.fail(error);
  }
}

const nothing: ReadonlySet<string> = new Set();

/** Takes over the new heads. The next batch leaves before the waiting callers hear of this one. */
function acknowledge(written: readonly Composed[]): void {
  for (const { pending, transfer } of written) {
    eachHead(pending, transfer, (key, head) => heads.put(key, head));
    pending.isOpen = false;
  }
  setImmediate(() => {
    for (const { pending, transfer } of written) pending.settle({ transfer, repeated: false });
    announceWritten(written.map(({ transfer }) => transfer));
  });
}

/** Looks up every pending transfer after an error, because the outcome is unknown. Forgets all heads. */
async function recover(allPending: readonly PendingTransfer[], error: unknown): Promise<void> {
  heads.clear();
  const open = () => allPending.filter((pending) => pending.isOpen);
  try {
    await settleExisting(open());
  } catch {
    // The database does not answer. The outcome stays unknown, and every caller gets the first error.
  }
  for (const pending of open()) pending.fail(error);
}

/** Looks up all pending transfers at once, since repetitions seldom come alone. */
async function settleExisting(allPending: readonly PendingTransfer[]): Promise<void> {
  const existing = await readTransfers(allPending);
  for (const pending of allPending) {
    const transfer = existing.get(pending._id);
    if (transfer) pending.settle({ transfer, repeated: true });
  }
}

/** Makes the first pending transfer read its heads again: another process wrote to one of its accounts. */
function makeWay([pending]: readonly PendingTransfer[]): void {
  assert(pending, 'a stop is at a transfer');
  for (const key of pending.keys) heads.forget(key);
  pending.tries += 1;
  if (pending.tries > TRIES_MAX) pending.fail(new Refusal('server.busy'));
}

function eachHead({ draft, keys }: PendingTransfer, { postings }: Transfer, tell: (key: string, head: Head) => void): void {
  for (const { account, seq, after, hash } of postings) {
    if (seq === undefined || after === undefined || hash === undefined) continue;
    tell(keys[(draft.guarded as readonly string[]).indexOf(account)] ?? assert.fail(`${account} has no key`), { seq, after, hash });
  }
}
