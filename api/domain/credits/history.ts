import { setImmediate } from 'node:timers/promises';
import type { Output } from '../../contract/index.ts';
import type { WareName } from '../../contract/sentences.ts';
import { clientOf, heldAt } from '../../ledger/accounts.ts';
import { secondsOf } from '../../ledger/calls.ts';
import { amountOn, causeOf, freeCorrected } from '../../ledger/reading.ts';
import { readThings, type Thing } from '../../ledger/things.ts';
import { readCallDetails } from '../../models/call-details.ts';
import { readDescriptions } from '../../models/description.ts';
import { postingOn, readEntriesAfter } from '../../models/entry.ts';
import { type Order, readOrdersOf } from '../../models/order.ts';
import { type Purchase, readPurchasesBy } from '../../models/purchase.ts';
import type { ClientScope } from '../../models/scope.ts';
import type { ClientState, Transfer } from '../../models/transfer.ts';

type Row = Output<'credits.history'>['things'][number];

/** Calls whose length is found without a pause. */
const CALLS_AT_ONCE = 100;

export interface HistoryPage {
  before?: number | undefined;
  asOf?: number | undefined;
  limit: number;
}

/** Reads a page of what a client's credits came from and went to, each thing by the name of what was bought or given. */
export async function readHistory(scope: ClientScope, page: HistoryPage): Promise<Output<'credits.history'>> {
  const [{ things, asOf, next }, [first]] = await Promise.all([readThings(scope, page), readEntriesAfter(scope, clientOf(scope), 0, 1)]);
  return {
    things: await describeThings(scope, things),
    asOf: asOf.seq,
    availableMillis: asOf.state.available,
    firstAt: first?.at.toISOString() ?? null,
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
  /** By call id. */
  calls: Map<string, NonNullable<Row['call']>>;
}

async function readKnown(scope: ClientScope, things: readonly Thing[]): Promise<Known> {
  const firsts = things.map(({ first }) => first);
  const purchaseIds = firsts.flatMap(({ purchaseId = [] }) => purchaseId);
  const [found, descriptions, calls] = await Promise.all([
    purchaseIds.length === 0 ? [] : readPurchasesBy('_id', [scope.agencyId], purchaseIds),
    readDescriptions(scope, firsts),
    readCalls(scope, things),
  ]);
  const paidOrders = found.flatMap(({ orderId = [] }) => orderId);
  const heldOrders = things.filter(({ first }) => isOrder(first.kind)).map(({ cause }) => cause);
  const returned = firsts.flatMap((first) => freeCorrected(first)?.orderId ?? []);
  const orders = await readOrdersOf(scope, [...paidOrders, ...heldOrders, ...returned]);
  return {
    purchases: new Map(found.map((one) => [one._id, one])),
    orders: new Map(orders.map((one) => [one._id, one])),
    descriptions,
    calls,
  };
}

/** Reads what is known of the calls among these things, by their ids. */
async function readCalls(scope: ClientScope, things: readonly Thing[]): Promise<Known['calls']> {
  const calls: { callId: string; seconds: number | null }[] = [];
  for (const { cause, first, transfers } of things) {
    if (!isCall(first.kind)) continue;
    // To find the length of 5,000 calls takes half a second, between which other requests are answered.
    if (calls.length % CALLS_AT_ONCE === 0) await setImmediate();
    calls.push({ callId: cause, seconds: transfers.flatMap((transfer) => secondsOf(scope, transfer) ?? [])[0] ?? null });
  }
  const ended = calls.flatMap(({ callId, seconds }) => (seconds === null ? [] : { callId, seconds }));
  const details = ended.length === 0 ? undefined : await readCallDetails(scope, ended);
  return new Map(
    calls.map(({ callId, seconds }) => {
      const { number = null, agentName = null } = details?.get(callId) ?? {};
      return [callId, { seconds, number, agentName }];
    }),
  );
}

const isOrder = (kind: string): boolean => kind === 'order.hold' || kind === 'order.hold_all';
const isCall = (kind: string): boolean => kind === 'call.hold' || kind === 'usage.record';

function rowOf(scope: ClientScope, { cause, first, transfers }: Thing, known: Known): Row {
  const { kind, purchaseId = null } = first;
  const purchase = known.purchases.get(purchaseId ?? '');
  const order = known.orders.get(purchase?.orderId ?? freeCorrected(first)?.orderId ?? cause);
  const account = clientOf(scope);
  const entries = transfers.map((transfer) => {
    const { seq, amount, after } = postingOn(transfer, account);
    const { available } = after as ClientState; // of a client's account
    const cause = nameCause(transfer, order);
    return { seq, kind: transfer.kind, at: transfer.at.toISOString(), amount, availableAfter: available, cause };
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
    call: known.calls.get(isCall(kind) ? cause : '') ?? null,
    entries,
  };
}

/** The causes of entries, by the first word of their kind. */
const causeKinds = {
  call: 'call',
  hold: 'call',
  usage: 'call',
  free: 'order',
  order: 'order',
  credits: 'agency',
  refund: 'refund',
  dispute: 'dispute',
  signup: 'account',
  account: 'account',
} as const;

/** Names the cause of an entry by its kind and its id in the ledger, which also entries from long ago have. */
function nameCause(transfer: Transfer, order: Order | undefined): Row['entries'][number]['cause'] {
  if (transfer.kind === 'credits.purchase') return transfer.purchaseId === undefined ? null : { kind: 'purchase', id: transfer.purchaseId };
  const kind = (causeKinds as Partial<Record<string, (typeof causeKinds)[keyof typeof causeKinds]>>)[transfer.kind.split('.')[0] ?? ''];
  const id = kind === 'order' && order ? order._id : (freeCorrected(transfer)?.orderId ?? causeOf(transfer));
  return kind === undefined || id === '' ? null : { kind, id };
}

/** Names what began with an entry of this kind. An order that is not stored any more is a purchase of credits at best. */
function kindOf(kind: string, order: Order | undefined): Row['kind'] {
  if (kind === 'free.return') return 'free';
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
