import { NumberModel, type PhoneNumber } from '../../api/models/number.ts';
import { type Order, OrderModel } from '../../api/models/order.ts';
import { DAY_MS } from '../../api/rules/time.ts';
import { compare } from './compare.ts';
import type { Person } from './person.ts';
import type { Tally } from './tally.ts';
import type { ChaosWorld } from './world.ts';

const MONTH_MS = 30 * DAY_MS;
const GRACE_MS = 7 * DAY_MS;

interface Sold {
  row: PhoneNumber;
  isGivenBack: boolean;
  /** The order for the number itself, and those for its rent. */
  order: Order | undefined;
  rents: Order[];
}

/**
 * Checks that the provider has exactly the numbers that clients bought and still have. Each month of each is paid once, none after the
 * release, and only unpaid numbers were released by the API. Own numbers belong to clients once verified, and were never sold.
 */
export async function verifyNumbers({ sandbox }: ChaosWorld, persons: readonly Person[], tally: Tally): Promise<string[]> {
  const rows = await NumberModel.find().lean<PhoneNumber[]>();
  const givenBack = new Set(persons.flatMap(({ released }) => [...released]));
  const wrong: string[] = [];
  for (const row of rows) {
    const orders = await OrderModel.find({ subjectId: row._id }).lean<Order[]>();
    const order = orders.find(({ kind }) => kind === 'number');
    const sold = { row, isGivenBack: givenBack.has(row._id), order, rents: orders.filter(({ kind }) => kind === 'rent') };
    const complaints = row.way === 'bought' ? [...verifyState(sold, sandbox.clock.now()), ...verifyRents(sold)] : verifyOwn(sold);
    wrong.push(...complaints.map((complaint) => `${row._id}, ${row.way} and ${row.state}: ${complaint}`));
    count(sold, tally);
  }
  const there = sandbox.twilio.numbers().filter(({ friendlyName }) => friendlyName.startsWith('ord_'));
  const known = rows.filter(({ way, state }) => way === 'bought' && state !== 'released');
  const [bought, kept] = [there.map(({ sid, phoneNumber }) => `${sid} ${phoneNumber}`), known.map(({ sid, number }) => `${sid} ${number}`)];
  return [...wrong, ...compare('numbers at the provider', bought, kept), ...verifyProven(rows, persons)];
}

/** Returns until when a number's payments reach. If its payment was returned, the first month ended then. */
const paidUntil = ({ createdAt, firstMonthEndedAt, rentsPaid, pausedMs = 0 }: PhoneNumber): number =>
  (firstMonthEndedAt?.getTime() ?? createdAt.getTime() + MONTH_MS) + rentsPaid * MONTH_MS + pausedMs;

/** Tells whether a number was released after an unpaid grace. */
const isReleasedUnpaid = ({ row }: Sold): boolean => (row.releasedAt?.getTime() ?? 0) >= paidUntil(row) + GRACE_MS;

function verifyState(sold: Sold, now: Date): string[] {
  const { row, isGivenBack, order } = sold;
  const { state, claim, providerClaim, rentAt, graceUntil } = row;
  const isPaid = paidUntil(row) > now.getTime();
  if (state === 'released') {
    const isWanted = isGivenBack || order?.state === 'undone' || isReleasedUnpaid(sold);
    const isBound = [claim, providerClaim, rentAt, graceUntil, row.paidUntil].some((one) => one !== undefined);
    return [...(isWanted ? [] : ['nobody gave it back, and it was paid']), ...(isBound ? ['it is still claimed or paid for'] : [])];
  }
  return [
    ...(isGivenBack ? ['it was given back'] : []),
    ...(row.paidUntil?.getTime() === paidUntil(row) ? [] : [`${row.rentsPaid} rents paid it until ${row.paidUntil?.toISOString()}`]),
    ...(isPaid === (state === 'active') ? [] : ['that is not what its rents say']),
    ...(isPaid || (graceUntil && graceUntil > now) ? [] : ['its grace is over']),
  ];
}

/** Checks that each paid month has one delivered order, and that none follows the release. */
function verifyRents({ row: { rentsPaid, releasedAt }, rents }: Sold): string[] {
  const paid = rents.filter(({ state }) => state === 'done').map(({ item }) => Number(item.month));
  const months = Array.from({ length: rentsPaid }, (_, index) => index + 1);
  const late = rents.filter(({ createdAt }) => releasedAt !== undefined && createdAt >= releasedAt);
  return [
    ...(paid.toSorted((a, b) => a - b).join() === months.join() ? [] : [`months ${paid.join()} were paid, and it knows of ${rentsPaid}`]),
    ...late.map(({ _id, state }) => `${_id} came after it was released, and is ${state}`),
  ];
}

const verifyOwn = ({ row, order, rents }: Sold): string[] =>
  order || rents.length > 0 || row.sid !== undefined || row.rentAt !== undefined ? ['it is its own, and was sold to it'] : [];

/** Checks that every number acknowledged as verified belongs to its client. */
const verifyProven = (rows: readonly PhoneNumber[], persons: readonly Person[]): string[] =>
  persons
    .flatMap(({ proven }) => [...proven])
    .filter(([id, number]) => !rows.some((row) => row._id === id && row.claim === number && row.state === 'active'))
    .map(([id, number]) => `${id} was said to be proven, and nobody has ${number} by it`);

function count(sold: Sold, tally: Tally): void {
  const { row, isGivenBack, rents } = sold;
  if (row.state === 'released' && !isGivenBack && isReleasedUnpaid(sold)) tally.count('number released unpaid');
  for (const { state, _id } of rents) {
    if (state !== 'done') continue;
    // A repeated attempt has its number at the end.
    tally.count(/-\d+-\d+$/.test(_id) ? 'rent paid in the grace' : 'rent paid');
  }
}
