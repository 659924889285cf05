import assert from 'node:assert/strict';
import { Refusal } from '../../contract/refusal.ts';
import type { AccountKey, Head } from '../../models/entry.ts';
import { type AgencyScope, within } from '../../models/scope.ts';
import { append, readTransfers, type Transfer } from '../../models/transfer.ts';
import { compose, type Draft } from './draft.ts';
import { Heads, keyOf } from './heads.ts';
import { announce } from './written.ts';

/** How often other writers may take an entry's place before its transfer is refused with `server.busy`. */
const TRIES_MAX = 500;

/** A transfer that is in the ledger. */
export interface Committed {
  transfer: Transfer;
  /** It was there already, or may have been. */
  repeated: boolean;
}

/** Somebody waits for a draft to be written. */
export interface Order extends Pick<Transfer, '_id' | 'input' | 'agencyId'> {
  scope: AgencyScope;
  draft: Draft;
  isOpen: boolean;
  /** It would be refused, but by heads that do not prove it. */
  isUnsure: boolean;
  tries: number;
  settle(committed: Committed): void;
  fail(error: unknown): void;
}

interface Composed {
  order: Order;
  transfer: Transfer;
}

const heads = new Heads();

/** Writes a batch as far as it goes. @returns the orders to try again, in their order; those that only lacked fresh heads come first. */
export async function attempt(batch: readonly Order[]): Promise<Order[]> {
  const fresh = await readMissingHeads(batch);
  const { composed, unsure } = composeAll(batch, fresh);
  const { written, stop } = await append(composed.map(({ transfer }) => transfer));
  acknowledge(composed.slice(0, written));
  // What follows the stop stood on what was not written. It is composed anew: sent as it is, it would leave a gap.
  const rest = composed.slice(written).map(({ order }) => order);
  if (stop === 'exists') await settleExisting(rest);
  if (stop === 'moved') makeWay(rest);
  return [...unsure, ...rest].filter((order) => order.isOpen);
}

/** After an error nobody knows what was written: forget everything, and look. */
export async function recover(batch: readonly Order[], error: unknown): Promise<void> {
  heads.clear();
  const open = () => batch.filter((order) => order.isOpen);
  try {
    await settleExisting(open());
  } catch {
    // The database does not answer. The outcome stays unknown, and the first error says so to everyone who waits.
  }
  for (const order of open()) order.fail(error);
}

async function readMissingHeads(batch: readonly Order[]): Promise<ReadonlySet<string>> {
  const missing = new Map<string, AccountKey>();
  for (const { scope, draft, isUnsure } of batch) {
    for (const account of draft.guarded) {
      const key = keyOf(scope, account);
      if (isUnsure || !heads.has(key)) missing.set(key, { ...within(scope), account });
    }
  }
  await heads.read(missing);
  return new Set(missing.keys());
}

/** Composes each transfer behind those before it in the batch. */
function composeAll(batch: readonly Order[], fresh: ReadonlySet<string>): { composed: Composed[]; unsure: Order[] } {
  const ahead = new Map<string, Head>();
  const composed: Composed[] = [];
  const unsure: Order[] = [];
  for (const order of batch) {
    const { scope, draft, _id, input } = order;
    const keys = draft.guarded.map((account) => keyOf(scope, account));
    try {
      const transfer = compose(scope, draft, { _id, input }, (account) => {
        const key = keyOf(scope, account);
        const head = ahead.get(key) ?? heads.get(key);
        assert(head && keys.includes(key), `${draft.kind} did not say that it needs ${account}`);
        return head;
      });
      // A refusal is for ever, so each head that it follows from must be proven: read just now, or by a transfer ahead in this batch,
      // which is written first and takes its place only if the head was right. If that fails, this is not written either.
      order.isUnsure = transfer.refused !== undefined && keys.some((key) => !fresh.has(key) && !ahead.has(key));
      if (order.isUnsure) {
        unsure.push(order);
      } else {
        for (const [key, head] of headsIn(transfer)) ahead.set(key, head);
        composed.push({ order, transfer });
      }
    } catch (error) {
      order.fail(error); // it would have broken the ledger; the others go on
    }
  }
  return { composed, unsure };
}

function acknowledge(written: readonly Composed[]): void {
  for (const { order, transfer } of written) {
    for (const [key, head] of headsIn(transfer)) heads.put(key, head);
    order.settle({ transfer, repeated: false });
  }
  announce(written.map(({ transfer }) => transfer));
}

/** Looks for all of them, as one repetition seldom comes alone. */
async function settleExisting(orders: readonly Order[]): Promise<void> {
  const existing = await readTransfers(orders);
  for (const order of orders) {
    const transfer = existing.get(order._id);
    if (transfer) order.settle({ transfer, repeated: true });
  }
}

/** Another process was first on an account of the first order. */
function makeWay([order]: readonly Order[]): void {
  assert(order, 'a stop is at a transfer');
  for (const account of order.draft.guarded) heads.forget(keyOf(order.scope, account));
  order.tries += 1;
  if (order.tries > TRIES_MAX) order.fail(new Refusal('server.busy'));
}

function* headsIn({ agencyId, world, postings }: Transfer): Generator<[string, Head]> {
  for (const { account, seq, after, hash } of postings) {
    if (seq !== undefined && after !== undefined && hash !== undefined) yield [keyOf({ agencyId, world }, account), { seq, after, hash }];
  }
}
