import type { Output } from '../../contract/index.ts';
import type { WareName } from '../../contract/sentences.ts';
import { clientOf, heldAt } from '../../ledger/accounts.ts';
import { amountOn } from '../../ledger/reading.ts';
import { readThings, type Thing } from '../../ledger/things.ts';
import { readDescriptions } from '../../models/description.ts';
import { postingOn } from '../../models/entry.ts';
import { type Order, readOrdersOf } from '../../models/order.ts';
import { type Purchase, readPurchasesBy } from '../../models/purchase.ts';
import type { ClientScope } from '../../models/scope.ts';
import type { ClientState } from '../../models/transfer.ts';

type Row = Output<'credits.history'>['things'][number];

export interface HistoryPage {
  before?: number | undefined;
  asOf?: number | undefined;
  limit: number;
}

/** Reads a page of what a client's credits came from and went to, each thing by the name of what was bought or given. */
export async function readHistory(scope: ClientScope, page: HistoryPage): Promise<Output<'credits.history'>> {
  const { things, asOf, next } = await readThings(scope, page);
  return {
    things: await describeThings(scope, things),
    asOf: asOf.seq,
    availableMillis: asOf.state.available,
    next,
  };
}

/** Things whose names are read in one query. */
const AT_ONCE = 500;

/** Describes things by the name of what was bought or given. Counts the entries that they are handed in with. */
export async function describeThings(scope: ClientScope, things: readonly Thing[]): Promise<Row[]> {
  const rows: Row[] = [];
  for (let start = 0; start < things.length; start += AT_ONCE) {
    const some = things.slice(start, start + AT_ONCE);
    const known = await readKnown(scope, some);
    rows.push(...some.map((thing) => rowOf(scope, thing, known)));
  }
  return rows;
}

/** The documents that name things, by their ids. */
interface Known {
  purchases: Map<string, Purchase>;
  orders: Map<string, Order>;
  descriptions: Map<string, string>;
}

async function readKnown(scope: ClientScope, things: readonly Thing[]): Promise<Known> {
  const firsts = things.map(({ first }) => first);
  const purchaseIds = firsts.flatMap(({ purchaseId = [] }) => purchaseId);
  const [found, descriptions] = await Promise.all([
    purchaseIds.length === 0 ? [] : readPurchasesBy('_id', [scope.agencyId], purchaseIds),
    readDescriptions(scope, firsts),
  ]);
  const paidOrders = found.flatMap(({ orderId = [] }) => orderId);
  const heldOrders = things.filter(({ first }) => isOrder(first.kind)).map(({ cause }) => cause);
  const orders = await readOrdersOf(scope, [...paidOrders, ...heldOrders]);
  return {
    purchases: new Map(found.map((one) => [one._id, one])),
    orders: new Map(orders.map((one) => [one._id, one])),
    descriptions,
  };
}

const isOrder = (kind: string): boolean => kind === 'order.hold' || kind === 'order.hold_all';
const isCall = (kind: string): boolean => kind === 'call.hold' || kind === 'usage.record';

function rowOf(scope: ClientScope, { cause, first, transfers }: Thing, known: Known): Row {
  const { kind, purchaseId = null } = first;
  const purchase = known.purchases.get(purchaseId ?? '');
  const order = known.orders.get(purchase?.orderId ?? cause);
  const account = clientOf(scope);
  const entries = transfers.map((transfer) => {
    const { seq, amount, after } = postingOn(transfer, account);
    const { available } = after as ClientState; // of a client's account
    return { seq, kind: transfer.kind, at: transfer.at.toISOString(), amount, availableAfter: available };
  });
  const amountMillis = entries.reduce((sum, entry) => sum + entry.amount, 0);
  const heldMillis = transfers.reduce((sum, transfer) => sum + amountOn(transfer, heldAt(scope)), 0);
  const isVoid = amountMillis === 0 && heldMillis === 0 && !purchase;
  return {
    id: `${kindOf(kind, order)}/${cause}`,
    kind: kindOf(kind, order),
    ...nameOf(order ?? purchase, known.descriptions.get(first._id)),
    at: first.at.toISOString(),
    amountMillis,
    heldMillis,
    state: heldMillis > 0 ? 'pending' : isVoid ? 'void' : 'done',
    money: purchase ? { priceCents: purchase.priceCents, currency: purchase.currency, state: purchase.state } : null,
    purchaseId,
    orderId: order?._id ?? null,
    callId: isCall(kind) ? cause : null,
    entries,
  };
}

/** Names what began with an entry of this kind. An order that is not stored any more is a purchase of credits at best. */
function kindOf(kind: string, order: Order | undefined): Row['kind'] {
  if (order) return order.kind;
  if (isCall(kind)) return 'call';
  return (
    ({ 'signup.grant': 'free', 'credits.allocate': 'given', 'credits.recharge': 'added', 'account.close': 'closed' } as const)[kind] ??
    'credits'
  );
}

const nameOf = (sold: { name: string; named?: WareName } | undefined, description: string | undefined): Pick<Row, 'name' | 'named'> => ({
  name: sold?.name ?? description ?? null,
  named: sold?.named ?? null,
});
