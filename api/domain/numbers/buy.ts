import { setTimeout as wait } from 'node:timers/promises';
import type { Output, Parsed } from '../../contract/index.ts';
import { refuse } from '../../contract/refusal.ts';
import { type Order, readOrder } from '../../models/order.ts';
import { moveReservation, type Reservation, readReservation } from '../../models/reservation.ts';
import type { ClientScope } from '../../models/scope.ts';
import type { AgencyAccess, Deps, NumberType } from '../../ports/index.ts';
import { HOUR_MS, later } from '../../rules/time.ts';
import { requireTelephony } from '../integrations/provider-accounts.ts';
import { orderView, placeOrder } from '../orders/orders.ts';
import type { NumberItem } from './fulfil.ts';
import { type Papers, papersFor } from './papers.ts';
import { displayNumber } from './phone.ts';
import { KEPT_MS } from './reserve.ts';
import { requireNumbers, requirePlace } from './view.ts';

/** Longer than an order's checkout page lives and its outcome takes. The fulfilment extends the reservation. */
const PAYING_MS = 3 * HOUR_MS;
/** Longer than the time between reserving a number for an order and storing the order. Real time. */
const BEGINNING_MS = 3_000;
const POLL_MS = 50;

/**
 * Buys the number reserved for a client. Its price is set aside before the provider is asked, and charged when the number is there. If the
 * provider refuses at once, the call is refused and nothing is charged.
 */
export async function buyNumber(
  access: AgencyAccess,
  { scope, memberId }: { scope: ClientScope; memberId: string },
  input: Parsed<'numbers.buy'>,
  { seed, signal, deps }: { seed: string; signal: AbortSignal; deps: Deps },
): Promise<Output<'numbers.buy'>> {
  const orderId = `ord_${seed}`;
  const { pay, ui, returnUrl } = input;
  const payment = { pay, ui, returnUrl, signal };
  // A repeated request resumes its order, even if something would now prevent it, and opens a checkout page that is not open.
  const goOn = async (begun: Order) =>
    outcome(await placeOrder(access, scope, { orderId: begun._id, memberId, ware: begun, ...payment }, deps));
  const begun = await readOrder(scope, orderId);
  if (begun) return goOn(begun);

  const { plan } = await requireNumbers(access, scope);
  const kept = (await readReservation(scope, input.reservationId, deps.now())) ?? refuse('reservation.not_found');
  const other = kept.orderId === undefined ? null : await awaitOrder(scope, kept.orderId);
  // Two clicks make one order.
  if (other && other.state !== 'undone') return goOn(other);
  const papers = await requirePapers(scope, kept, deps);
  const until = (ms: number) => later(deps.now(), ms);
  // Another click was first.
  if (!(await moveReservation(scope, kept, orderId, until(PAYING_MS))))
    return buyNumber(access, { scope, memberId }, input, { seed, signal, deps });
  try {
    await requirePlace(scope, plan, kept.number, deps.now());
    const ware = await wareOf(kept, papers, { numberId: `num_${seed}`, label: input.label });
    return outcome(await placeOrder(access, scope, { orderId, memberId, ware, ...payment }, deps));
  } catch (error) {
    // If no order came of it, the reservation keeps its earlier end, so that the client can pay in another way.
    const left = await readOrder(scope, orderId);
    const expiresAt = new Date(Math.min(kept.expiresAt.getTime(), until(KEPT_MS).getTime()));
    if (!left || left.state === 'undone') await moveReservation(scope, { ...kept, orderId }, undefined, expiresAt);
    throw error;
  }
}

/**
 * Waits for an order that is stored just after its reservation.
 * @returns null if its process died in between
 */
async function awaitOrder(scope: ClientScope, orderId: string): Promise<Order | null> {
  for (const deadline = Date.now() + BEGINNING_MS; ; await wait(POLL_MS)) {
    const order = await readOrder(scope, orderId);
    if (order || Date.now() > deadline) return order;
  }
}

/** Returns the order, or refuses with its code if it was undone at once. */
function outcome(order: Order): Output<'numbers.buy'> {
  if (order.state === 'undone' && order.code !== undefined) refuse(order.code);
  return orderView(order);
}

async function wareOf(kept: Reservation, papers: Papers, { numberId, label }: { numberId: string; label: string | undefined }) {
  const { number, country, type, capabilities, isInventory, setupMillis, monthlyMillis, money } = kept;
  const { bundleSid, addressSid } = papers;
  const item: NumberItem = {
    number,
    country,
    type,
    capabilities,
    isInventory,
    monthlyMillis,
    ...(label !== undefined && { label }),
    ...(bundleSid !== undefined && { bundleSid }),
    ...(addressSid !== undefined && { addressSid }),
  };
  const display = await displayNumber(number);
  // The price includes the first month.
  return {
    kind: 'number' as const,
    name: display,
    named: { code: 'number' as const, values: { display } },
    item: { ...item },
    subjectId: numberId,
    priceMillis: setupMillis + monthlyMillis,
    // As shown: the sum of both rounded prices.
    money: money && { priceCents: money.setupCents + money.monthlyCents, currency: money.currency },
  };
}

/** Returns the papers of a reserved number, and looks again if any were missing. Refuses with `number.bundle_required`. */
async function requirePapers(scope: ClientScope, { papers, country, type }: Reservation, deps: Deps): Promise<Papers> {
  if (papers.isMet) return papers;
  const account = await requireTelephony(scope, deps);
  const kind = { country, type: type as NumberType }; // parsed when it was reserved
  const now = await papersFor(account, kind, papers.needsAddress, deps);
  return now.papers.isMet ? now.papers : refuse('number.bundle_required');
}
