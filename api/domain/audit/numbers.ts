import assert from 'node:assert/strict';
import { agencyById } from '../../models/agency.ts';
import { everyNumber, type PhoneNumber, readNumber, readNumbersNamed } from '../../models/number.ts';
import { type Order, readOrders, readOrdersNamed } from '../../models/order.ts';
import { HOUR_MS, later } from '../../rules/time.ts';
import type { NumberItem } from '../numbers/fulfil.ts';
import { dueMillis, paidAfter } from '../numbers/month.ts';
import { Batches } from './batches.ts';
import type { Owners } from './clients.ts';
import type { SealedDocuments } from './documents.ts';
import type { Findings } from './findings.ts';

const SOLD = 'every number that was sold is that of its order, at the rent of its order, and every order for one has its number';
const PAID = 'every month of a number was paid for by one order, and the number is paid until then';
const LOOKED_AFTER = 'the next rent of every number that is rented is looked after in time';

/** How far ahead a due rent may be put off, with an hour for a slow audit. */
const PUT_OFF_MOST_MS = 7 * HOUR_MS;

interface Checked {
  owners: Owners;
  documents: SealedDocuments;
  /** Business time. */
  business: Date;
}

/** Checks each number against the order that brought it and those that paid its rent. */
export async function auditNumbers(findings: Findings, { owners, documents, business }: Checked): Promise<void> {
  findings.expect(SOLD, PAID, LOOKED_AFTER);
  for await (const { _id: what, ...seen } of everyNumber()) {
    const [orders, rents] = [await readOrders([orderOf(what)]), await readOrdersNamed(`ord_rent-${what}-`)];
    const row = await readNumber(seen, what);
    if (!row) continue; // a number that no code reached is not kept
    await owners.add({ ...row, what });
    documents.number(row);
    await findings.note(SOLD, { what }, () => checkSale(row, orders[0]));
    if (dueMillis(row) === 0) continue;
    // otherwise it was paid this very moment
    if (row.rentsPaid === seen.rentsPaid) await findings.note(PAID, { what }, () => checkNumber(row, rents));
    await findings.note(LOOKED_AFTER, { what }, () => checkRent(row, business));
  }
}

/** An order for a number and the number have matching ids. */
const orderOf = (numberId: string): string => numberId.replace(/^num_/, 'ord_');
const numberOf = (orderId: string): string => orderId.replace(/^ord_/, 'num_');

function checkSale(row: PhoneNumber, order: Order | undefined): void {
  const isSold = row.way === 'bought' || row.way === 'inventory';
  if (!order) {
    assert(!isSold && row.monthlyMillis === 0, 'no order brought it');
    return;
  }
  const item = order.item as unknown as NumberItem;
  assert.equal(order.kind, 'number', `${order._id} is for something else`);
  assert(order.step !== 'placed', `nobody paid for it, as ${order._id} says`);
  assert(order.state !== 'undone' || row.state === 'released' || row.isGoing, `${order._id} was undone, and it is there`);
  assert(order.clientId === row.clientId && order.world === row.world, `it is another's than ${order._id} says`);
  assert.equal(row.number, item.number, `${order._id} is for ${item.number}`);
  assert.equal(row.way, item.isInventory ? 'inventory' : 'bought', `it is ${row.way}, and ${order._id} says otherwise`);
  const { owedMillis = order.priceMillis } = row;
  assert.equal(owedMillis, order.priceMillis, `it owes ${owedMillis}, and ${order._id} cost ${order.priceMillis}`);
  const mayOwe = order.state === 'refunded' && item.monthlyMillis === 0;
  assert(row.owedMillis === undefined || mayOwe, `it owes its price, and ${order._id} says otherwise`);
  assert.equal(row.monthlyMillis, item.monthlyMillis, `its rent is ${item.monthlyMillis}, and said to be ${row.monthlyMillis}`);
}

/** Tells whether a number without rent is paid for good; its debt is paid once. */
const isPaidForGood = ({ monthlyMillis, rentsPaid }: PhoneNumber): boolean => monthlyMillis === 0 && rentsPaid > 0;

function checkNumber(row: PhoneNumber, orders: readonly Order[]): void {
  const [{ rentsPaid, state }, due] = [row, dueMillis(row)];
  // The number moves before its order is done.
  const delivered = orders.filter(
    (order) => ['done', 'refunded'].includes(order.state) || order.step === 'held' || order.step === 'fulfilled',
  );
  for (let month = 1; month <= rentsPaid; month += 1) {
    const times = delivered.filter(({ item }) => item.month === month).length;
    assert.equal(times, 1, `month ${month} is marked as paid, and ${times} orders paid for it`);
  }
  assert(rentsPaid <= 1 || row.monthlyMillis > 0, `it has no rent, and ${rentsPaid} months are marked as paid`);
  const further = orders.find((order) => order.state === 'done' && Number(order.item.month) > rentsPaid);
  assert(!further, `${further?._id} paid for month ${further?.item.month}, and ${rentsPaid} are marked as paid`);
  const odd = delivered.find(({ priceMillis }) => priceMillis !== due);
  assert(!odd, `its rent is said to be ${due}, and ${odd?._id} cost ${odd?.priceMillis}`);
  if (state === 'released') return;
  const until = isPaidForGood(row) ? 'no day at all' : paidDay(row).toISOString();
  const marked = row.paidUntil?.toISOString() ?? 'no day at all';
  assert.equal(marked, until, `it is paid until ${until}, and marked as paid until ${marked}`);
}

function paidDay({ createdAt, firstMonthEndedAt, rentsPaid, pausedMs = 0 }: PhoneNumber): Date {
  return later(firstMonthEndedAt ? paidAfter(firstMonthEndedAt, rentsPaid - 1) : paidAfter(createdAt, rentsPaid), pausedMs);
}

async function checkRent(row: PhoneNumber, now: Date): Promise<void> {
  const { agencyId, world, state, rentAt, paidUntil } = row;
  if (state === 'released' || isPaidForGood(row)) return;
  if (rentAt === undefined) {
    // Nobody pays in an abandoned test world.
    const agency = world === 'live' ? null : await agencyById(agencyId);
    assert(agency && world !== `test.${agency.testGeneration}`, 'it is rented, and nobody looks after its rent');
    return;
  }
  assert(!paidUntil || paidUntil <= later(paidAfter(now, 0), HOUR_MS), 'nobody pays more than a month ahead');
  const latest = Math.max(paidUntil?.getTime() ?? 0, later(now, PUT_OFF_MOST_MS).getTime());
  assert(rentAt.getTime() <= latest, `its rent is put off until ${rentAt.toISOString()}`);
}

/** Checks each order that brought a number or a month against that number. */
export function auditDelivered(findings: Findings): Batches<Order> {
  findings.expect(SOLD, PAID);
  const work = async (orders: readonly Order[]) => {
    const rows = new Map((await readNumbersNamed(orders.map(({ subjectId }) => subjectId))).map((row) => [row._id, row]));
    for (const { _id: what, kind, subjectId, item, agencyId, clientId } of orders)
      await findings.note(kind === 'rent' ? PAID : SOLD, { what }, () => {
        const isNamed = kind === 'number' ? subjectId === numberOf(what) : what.startsWith(`ord_rent-${subjectId}-${item.month}`);
        assert(isNamed, `it says that it is for ${subjectId}, which it is not named after`);
        const row = rows.get(subjectId);
        assert(row, `${subjectId} is gone, which it paid for`);
        assert(row.agencyId === agencyId && row.clientId === clientId, `${subjectId} is another's, and it paid for it`);
      });
  };
  return new Batches<Order>({ findings, name: SOLD, placeOf: ({ _id: what }) => ({ what }), work });
}

/** Tells whether an order brought a number or a month of rent. */
export const isOfNumbers = ({ kind, state }: Order): boolean =>
  (kind === 'number' || kind === 'rent') && (state === 'done' || state === 'refunded');
