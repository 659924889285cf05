import assert from 'node:assert/strict';
import { clientOf, heldAt, usedAt } from '../../ledger/accounts.ts';
import { amountOn, causeOf, clientIn, isDone, purchaseIn } from '../../ledger/reading.ts';
import { readAboutPurchases } from '../../models/entry.ts';
import { everyOrder, type Order, readOrders } from '../../models/order.ts';
import { type Purchase, readPurchasesBy } from '../../models/purchase.ts';
import { prefixOf, readTransfers, type Transfer } from '../../models/transfer.ts';
import { Batches, lookUpAll } from './batches.ts';
import type { Owners } from './clients.ts';
import type { SealedDocuments } from './documents.ts';
import { type Findings, placeOf } from './findings.ts';
import { subjectOf } from './make-registers.ts';
import { auditDelivered, isOfNumbers } from './numbers.ts';
import { isLate } from './passing.ts';
import type { Plans } from './plans.ts';
import type { Visitor } from './visitor.ts';

const ORDERS = 'every order took from its client what it cost, and what it gave up or gave back is there again';
const TRANSFERS = 'whatever is held, taken or given back for an order belongs to an order';

/** The transfers of one order. */
interface Story {
  held?: Transfer | undefined;
  resolved?: Transfer | undefined;
  refunded?: Transfer | undefined;
  /** The correction that returned all of its money. */
  returned?: Transfer | undefined;
}

/** Returns the key of the hold: the order's id or, if the order was paid with money, the id of the Checkout session. */
const keyOf = (order: Order, purchase: Purchase | undefined): string =>
  order.pay === 'money' ? (purchase?.sessionId ?? order._id) : order._id;

interface Checked {
  owners: Owners;
  documents: SealedDocuments;
  plans: Plans;
  /** Real time. */
  real: Date;
}

/** Checks each order against its transfers and its results. */
export async function auditOrders(findings: Findings, { owners, documents, plans, real: now }: Checked): Promise<void> {
  findings.expect(ORDERS);
  const delivered = auditDelivered(findings);
  const work = async (orders: readonly Order[]) => {
    const agencyIds = [...new Set(orders.map(({ agencyId }) => agencyId))];
    const ids = orders.flatMap(({ purchaseId }) => (purchaseId === undefined ? [] : [purchaseId]));
    const purchases = new Map((await readPurchasesBy('_id', agencyIds, ids)).map((purchase) => [purchase._id, purchase]));
    const corrections = (await readAboutPurchases(agencyIds, ids)).filter((transfer) => purchaseIn(transfer)?.isOrderOver);
    const keys = new Map(orders.map((order) => [order, keyOf(order, purchases.get(order.purchaseId ?? ''))]));
    const found = await readTransfers(
      [...keys].flatMap(([order, key]) => kinds.map((kind) => ({ agencyId: order.agencyId, _id: `${prefixOf(order)}${kind}/${key}` }))),
    );
    for (const [order, key] of keys) {
      const of = (kind: (typeof kinds)[number]) => {
        const transfer = found.get(`${prefixOf(order)}${kind}/${key}`);
        return transfer?.refused === undefined ? transfer : undefined;
      };
      const held = of('order.hold') ?? of('order.hold_all') ?? of('credits.purchase');
      const isIts = ({ purchaseId, ...scope }: Transfer) => purchaseId === order.purchaseId && prefixOf(scope) === prefixOf(order);
      const story = { held, resolved: of('order.resolve'), refunded: of('order.refund'), returned: corrections.find(isIts) };
      await findings.note(ORDERS, { what: order._id }, () => checkOrder(order, story, now));
      await owners.add({ ...order, what: order._id });
      documents.order(order);
      plans.see(order);
      if (isOfNumbers(order)) await delivered.add(order);
    }
  };
  await lookUpAll(everyOrder(), { findings, name: ORDERS, placeOf: ({ _id: what }) => ({ what }), work });
  await delivered.flush();
}

const kinds = ['order.hold', 'order.hold_all', 'credits.purchase', 'order.resolve', 'order.refund'] as const;

function checkOrder(order: Order, story: Story, now: Date): void {
  const { priceMillis: price, state, step } = order;
  const { held, resolved, refunded, returned } = story;
  for (const transfer of [held, resolved, refunded, returned])
    assert(!transfer || clientIn(transfer)?.account === clientOf(order), `${transfer?._id} is of another client`);
  if (held) assert.equal(amountOn(held, heldAt(order)), price, `it costs ${price}, and ${amountOn(held, heldAt(order))} were held for it`);
  const taken = resolved ? amountOn(resolved, usedAt(order)) : 0;
  const isOver = state === 'done' || state === 'refunded';
  if (isOver && price > 0) {
    assert(held && resolved, 'it is done, and nothing was taken for it');
    assert.equal(taken, price, `it costs ${price}, and ${taken} were taken for it`);
    assert(state !== 'refunded' || refunded || returned, 'it is refunded, and nothing was given back for it');
  }
  if (state === 'undone') {
    assert(!held || resolved, 'it is undone, and what was held for it has not come back');
    assert.equal(taken, 0, `it is undone, and ${taken} were taken for it`);
  }
  if (price > 0 && order.pay === 'credits' && (step === 'held' || step === 'fulfilled'))
    assert(held, 'it is delivered, and nothing is held for it');
  // The ledger is written first; the order follows.
  assert(isOver || !resolved || state === 'undone' || !isLate(resolved.writtenAt, now), `it was resolved in the ledger, and is ${state}`);
  for (const back of [refunded, returned])
    assert(state === 'refunded' || !back || !isLate(back.writtenAt, now), `it was given back in the ledger, and is ${state}`);
}

/** Checks each transfer of an order against the order. */
export function auditOrdered(findings: Findings): Visitor {
  findings.expect(TRANSFERS);
  const work = async (transfers: readonly Transfer[]) => {
    const agencyIds = [...new Set(transfers.map(({ agencyId }) => agencyId))];
    const causes = transfers.map(causeOf);
    const purchases = new Map((await readPurchasesBy('sessionId', agencyIds, causes)).map((purchase) => [purchase.sessionId, purchase]));
    const idOf = (transfer: Transfer) => purchases.get(causeOf(transfer))?.orderId ?? causeOf(transfer);
    const orders = new Map((await readOrders(transfers.map(idOf))).map((order) => [order._id, order]));
    for (const transfer of transfers)
      await findings.note(TRANSFERS, placeOf(transfer), () => {
        const order = orders.get(idOf(transfer));
        assert(order && order.agencyId === transfer.agencyId && order.world === transfer.world, `there is no order ${idOf(transfer)}`);
        assert.equal(subjectOf(clientIn(transfer)?.account ?? ''), order.subject, `${order._id} is of another client`);
      });
  };
  const ordered = new Batches<Transfer>({ findings, name: TRANSFERS, placeOf, work });
  return {
    async see(transfer) {
      const isOrdered = isDone(transfer, 'credits.purchase') && amountOn(transfer, heldAt(transfer)) > 0;
      if (isOrdered || (transfer.refused === undefined && transfer.kind.startsWith('order.'))) await ordered.add(transfer);
    },
    end: () => ordered.flush(),
  };
}
