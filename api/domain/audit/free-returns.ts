import assert from 'node:assert/strict';
import { isPurchase } from '../../ledger/accounts.ts';
import { causeOf, purchaseCorrected, purchaseIn } from '../../ledger/reading.ts';
import { shareReturned, wentBackCents } from '../../ledger/state/returns.ts';
import { readFreeReturned } from '../../ledger/transfers/free-returns.ts';
import { causeOfPlanFree } from '../../ledger/transfers/grants.ts';
import { type Client, isGone, type PlanPromise, scopeOf } from '../../models/client.ts';
import { readAboutPurchases } from '../../models/entry.ts';
import { type Order, readOrders } from '../../models/order.ts';
import { prefixOf, type Transfer } from '../../models/transfer.ts';
import { isOver } from '../accounts/free-shares.ts';
import { type Findings, placeOf } from './findings.ts';
import { isLate } from './passing.ts';

const RETURNS = 'no more free credits went back to the agency than the money that went back for their order asks for';
const SHARES = 'what is noted of free credits that go back in part is the share of the money that went back for their order';

/** A promise of free credits, with its name in the client. */
export type NamedPromise = [name: string, promise: PlanPromise];

/** An order and the corrections of its purchase, oldest first. */
interface Returned {
  order: Order;
  corrections: Transfer[];
}

/**
 * Compares free credits that went back with the money. Fewer may have gone back than it asks for: only unused ones do, and used ones that
 * come back later stay with the client.
 */
export class FreeReturns {
  readonly #findings: Findings;
  readonly #now: Date;

  /** @param now real time */
  constructor(findings: Findings, now: Date) {
    findings.expect(RETURNS, SHARES);
    this.#findings = findings;
    this.#now = now;
  }

  /** Checks a return of free credits, and with the last one all of the same grant. */
  check(transfer: Transfer, client: Client, [name, { millis }]: NamedPromise, orderId: string): Promise<void> {
    return this.#findings.note(RETURNS, placeOf(transfer), async () => {
      const cause = causeOfPlanFree(scopeOf(client), name);
      const { millis: back, count } = await readFreeReturned(scopeOf(client), cause);
      const number = Number(causeOf(transfer).slice(cause.length + 1));
      assert(causeOf(transfer) === `${cause}.${number}` && number < count, 'it is named after no return of its grant');
      if (number < count - 1) return;
      const returned = (await readReturned([orderId])).get(orderId);
      assert(returned && prefixOf(returned.order) === prefixOf(transfer), `there is no order ${orderId}`);
      const most = Math.max(...asksOf(returned, millis, this.#now));
      assert(back <= most, `${back} went back, and the money asks for ${most}`);
    });
  }

  /** Checks what is noted in clients, which they read as long as free credits wait. */
  async checkShares(clients: readonly Client[]): Promise<void> {
    const promises = clients.filter((client) => !isGone(client)).flatMap((client) => ordersOf(client).map((one) => ({ client, ...one })));
    const returned = await readReturned(promises.map(({ orderId }) => orderId));
    for (const { client, name, millis, orderId, noted } of promises) {
      const one = returned.get(orderId);
      if (!one || isOver(one.order)) continue; // of all that went back nothing waits
      const asks = asksOf(one, millis, this.#now);
      if (noted < Math.min(...asks) || noted > Math.max(...asks))
        this.#findings.add(SHARES, { what: client._id }, `${noted} of ${name} are noted, and the money asks for ${asks.at(-1)}`);
    }
  }
}

/** Lists the promises of a client that came with an order. */
function ordersOf({ planFree = {}, planFreeShares = {} }: Client) {
  return Object.entries(planFree).flatMap(([name, promise]) => {
    const share = planFreeShares[name];
    const orderId = promise.orderId ?? share?.orderId;
    return orderId === undefined ? [] : [{ name, millis: promise.millis, orderId, noted: share?.millis ?? 0 }];
  });
}

async function readReturned(orderIds: readonly string[]): Promise<Map<string, Returned>> {
  if (orderIds.length === 0) return new Map();
  const orders = await readOrders(orderIds);
  const purchaseIds = orders.flatMap(({ purchaseId }) => (purchaseId === undefined ? [] : [purchaseId]));
  const about = await readAboutPurchases([...new Set(orders.map(({ agencyId }) => agencyId))], purchaseIds);
  const correctionsOf = (order: Order) =>
    about
      .filter((one) => one.purchaseId === order.purchaseId && prefixOf(one) === prefixOf(order) && entryOf(one) && purchaseCorrected(one))
      .toSorted((a, b) => seqOf(a) - seqOf(b));
  return new Map(orders.map((order) => [order._id, { order, corrections: correctionsOf(order) }]));
}

const entryOf = ({ postings }: Transfer) => postings.find(({ account }) => isPurchase(account));
const seqOf = (transfer: Transfer): number => entryOf(transfer)?.seq ?? 0;

/**
 * Lists how many free credits the money asks for, the newest last: credits follow the money, so that what it asked for until a short time
 * ago may still count.
 */
function asksOf({ order, corrections }: Returned, millis: number, now: Date): number[] {
  if (isOver(order)) return [millis];
  const asks = corrections.map((transfer) => {
    const priceCents = purchaseCorrected(transfer)?.priceCents ?? 0;
    return shareReturned(millis, wentBackCents(purchaseIn(transfer), priceCents), priceCents);
  });
  return [0, ...asks].filter((_asked, index) => {
    const next = corrections[index];
    return !next || !isLate(next.writtenAt, now);
  });
}
