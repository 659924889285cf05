import assert from 'node:assert/strict';
import { Refusal } from '../../contract/refusal.ts';
import type { AccountKey, Head } from '../../models/entry.ts';
import { within } from '../../models/scope.ts';
import { append, readTransfers, type Transfer } from '../../models/transfer.ts';
import { composeTransfer } from './draft.ts';
import { Heads } from './heads.ts';
import type { PendingTransfer } from './pending.ts';
import { announce } from './written.ts';

/** Transfers that go to the database together. */
const BATCH_MAX = 500;
/** How often other writers may take an entry's place before its transfer is refused with `server.busy`. */
const TRIES_MAX = 500;

interface Composed {
  order: PendingTransfer;
  transfer: Transfer;
}

/** The newest entries that are known to be written. */
const heads = new Heads();

/** Transfers that are composed each behind those before it, to be written in this order by one insert. */
export class Batch {
  readonly #composed: Composed[] = [];
  readonly #impossible: { order: PendingTransfer; error: unknown }[] = [];
  /** Where the transfers of this batch lead. */
  readonly #ahead = new Map<string, Head>();
  /** Where the batch in flight leads. What builds on that is good only if all of it is written. */
  #before: ReadonlyMap<string, Head> | undefined;

  constructor(before?: Batch) {
    if (before) this.#before = before.#ahead;
  }

  get size(): number {
    return this.#composed.length;
  }

  get orders(): PendingTransfer[] {
    return this.#composed.map(({ order }) => order);
  }

  /** The batch before has been written as a whole, so that its heads are known. */
  alone(): this {
    this.#before = undefined;
    return this;
  }

  /** While the batch before is in flight: takes from the front, up to the first that needs a look into the database. */
  takeKnown(waiting: PendingTransfer[]): void {
    let taken = 0;
    for (const order of waiting) {
      if (this.size === BATCH_MAX || order.isUnsure || !order.keys.every((key) => this.#headOf(key)) || !this.#add(order, nothing)) break;
      taken += 1;
    }
    waiting.splice(0, taken);
  }

  /** While nothing is in flight: takes from the front, and reads the heads that are missing. @returns those that only lack fresh heads */
  async take(waiting: PendingTransfer[]): Promise<PendingTransfer[]> {
    const orders = waiting.splice(0, BATCH_MAX - this.size);
    try {
      const fresh = await this.#readMissingHeads(orders);
      const unsure = orders.filter((order) => !this.#add(order, fresh));
      await this.#failImpossible();
      return unsure;
    } catch (error) {
      await recover([...this.orders, ...orders], error);
      this.#composed.length = 0;
      this.#impossible.length = 0;
      this.#ahead.clear();
      return [];
    }
  }

  /** Writes it as far as it goes. @returns the orders to try again, in their order, and whether all of it is written */
  async write(): Promise<{ again: PendingTransfer[]; isWhole: boolean }> {
    const composed = this.#composed;
    let rest = this.orders;
    try {
      const { written, stop } = await append(composed.map(({ transfer }) => transfer));
      acknowledge(composed.slice(0, written));
      // What follows the stop stood on what was not written. It is composed anew: sent as it is, it would leave a gap.
      rest = rest.slice(written);
      if (stop === 'exists') await settleExisting(rest);
      if (stop === 'moved') makeWay(rest);
      return { again: rest.filter((order) => order.isOpen), isWhole: stop === undefined };
    } catch (error) {
      await recover(rest, error);
      return { again: [], isWhole: false };
    }
  }

  #headOf(key: string): Head | undefined {
    return this.#ahead.get(key) ?? this.#before?.get(key) ?? heads.get(key);
  }

  async #readMissingHeads(orders: readonly PendingTransfer[]): Promise<ReadonlySet<string>> {
    const missing = new Map<string, AccountKey>();
    for (const { scope, draft, keys, isUnsure } of orders) {
      for (const [index, key] of keys.entries()) {
        const account = draft.guarded[index] ?? assert.fail('there is a key per account');
        if (isUnsure || !this.#headOf(key)) missing.set(key, { ...within(scope), account });
      }
    }
    if (missing.size > 0) await heads.read(missing);
    return new Set(missing.keys());
  }

  /**
   * Composes a transfer behind those before it. A refusal is for ever, so each head that it follows from must be proven: read just now, or by
   * a transfer ahead in this batch, which is written first and takes its place only if the head was right. If that fails, this is not written either.
   * That it cannot be at all is only proven by heads that were read: what is ahead of it may be there already, and is then not written again.
   * @returns false where it would be refused, or cannot be, but by heads that do not prove it
   */
  #add(order: PendingTransfer, fresh: ReadonlySet<string>): boolean {
    const { scope, draft, keys } = order;
    try {
      const transfer = composeTransfer(scope, draft, order, (account) => {
        const head = this.#headOf(keys[draft.guarded.indexOf(account)] ?? '');
        return head ?? assert.fail(`${draft.kind} did not say that it needs ${account}`);
      });
      order.isUnsure = transfer.refused !== undefined && keys.some((key) => !fresh.has(key) && !this.#ahead.has(key));
      if (order.isUnsure) return false;
      eachHead(order, transfer, (key, head) => this.#ahead.set(key, head));
      this.#composed.push({ order, transfer });
    } catch (error) {
      order.isUnsure = keys.some((key) => !fresh.has(key) || this.#ahead.has(key));
      if (order.isUnsure) return false;
      this.#impossible.push({ order, error });
    }
    return true;
  }

  /** What would break the ledger is there already, and cannot be twice; or it is a bug. The others go on. */
  async #failImpossible(): Promise<void> {
    const impossible = this.#impossible.splice(0);
    if (impossible.length > 0) await settleExisting(impossible.map(({ order }) => order));
    for (const { order, error } of impossible) if (order.isOpen) order.fail(error);
  }
}

const nothing: ReadonlySet<string> = new Set();

/** The next batch goes on its way before those who waited for this one hear of it. */
function acknowledge(written: readonly Composed[]): void {
  for (const { order, transfer } of written) {
    eachHead(order, transfer, (key, head) => heads.put(key, head));
    order.isOpen = false;
  }
  setImmediate(() => {
    for (const { order, transfer } of written) order.settle({ transfer, repeated: false });
    announce(written.map(({ transfer }) => transfer));
  });
}

/** After an error nobody knows what was written: forget everything, and look. */
async function recover(orders: readonly PendingTransfer[], error: unknown): Promise<void> {
  heads.clear();
  const open = () => orders.filter((order) => order.isOpen);
  try {
    await settleExisting(open());
  } catch {
    // The database does not answer. The outcome stays unknown, and the first error says so to everyone who waits.
  }
  for (const order of open()) order.fail(error);
}

/** Looks for all of them, as one repetition seldom comes alone. */
async function settleExisting(orders: readonly PendingTransfer[]): Promise<void> {
  const existing = await readTransfers(orders);
  for (const order of orders) {
    const transfer = existing.get(order._id);
    if (transfer) order.settle({ transfer, repeated: true });
  }
}

/** Another process was first on an account of the first order. */
function makeWay([order]: readonly PendingTransfer[]): void {
  assert(order, 'a stop is at a transfer');
  for (const key of order.keys) heads.forget(key);
  order.tries += 1;
  if (order.tries > TRIES_MAX) order.fail(new Refusal('server.busy'));
}

function eachHead({ draft, keys }: PendingTransfer, { postings }: Transfer, tell: (key: string, head: Head) => void): void {
  for (const { account, seq, after, hash } of postings) {
    if (seq === undefined || after === undefined || hash === undefined) continue;
    tell(keys[(draft.guarded as readonly string[]).indexOf(account)] ?? assert.fail(`${account} has no key`), { seq, after, hash });
  }
}
