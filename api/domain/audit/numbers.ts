import assert from 'node:assert/strict';
import { everyNumber, type NumberRow, readNumber } from '../../models/number.ts';
import { type Order, readOrdersNamed } from '../../models/order.ts';
import { paidAfter } from '../numbers-month.ts';
import type { Owners } from './clients.ts';
import type { Findings } from './findings.ts';

const NAME = 'every month of a number was paid for by one order, and the number is paid until then';

/** Each number against the orders that paid its rent. */
export async function auditNumbers(findings: Findings, owners: Owners): Promise<void> {
  findings.expect(NAME);
  for await (const number of everyNumber()) {
    await owners.add({ ...number, what: number._id });
    if (number.monthlyMillis === 0) continue;
    const orders = await readOrdersNamed(`ord_rent-${number._id}-`);
    const now = await readNumber(number, number._id);
    if (now?.rentsPaid !== number.rentsPaid) continue; // a month was paid this very moment
    await findings.note(NAME, { what: number._id }, () => checkNumber(number, orders));
  }
}

function checkNumber({ rentsPaid, createdAt, paidUntil, firstMonthEndedAt }: NumberRow, orders: readonly Order[]): void {
  // The number is moved before its order is done.
  const delivered = orders.filter(({ state, step }) => ['done', 'refunded'].includes(state) || step === 'held' || step === 'fulfilled');
  for (let month = 1; month <= rentsPaid; month += 1) {
    const times = delivered.filter(({ item }) => item.month === month).length;
    assert.equal(times, 1, `month ${month} is marked as paid, and ${times} orders paid for it`);
  }
  const further = orders.find(({ state, item }) => state === 'done' && Number(item.month) > rentsPaid);
  assert(!further, `${further?._id} paid for month ${further?.item.month}, and ${rentsPaid} are marked as paid`);
  if (!paidUntil) return; // released
  const until = (firstMonthEndedAt ? paidAfter(firstMonthEndedAt, rentsPaid - 1) : paidAfter(createdAt, rentsPaid)).toISOString();
  assert.equal(paidUntil.toISOString(), until, `it is paid until ${until}, and marked as paid until ${paidUntil.toISOString()}`);
}
