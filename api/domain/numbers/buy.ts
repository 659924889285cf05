import { setTimeout as wait } from 'node:timers/promises';
import type { Output, Parsed } from '../../contract/index.ts';
import { refuse } from '../../contract/refusal.ts';
import { type Order, readOrder } from '../../models/order.ts';
import { moveReservation, type Reservation, readReservation } from '../../models/reservation.ts';
import type { ClientScope } from '../../models/scope.ts';
import type { AgencyAccess, Deps, NumberType } from '../../ports/index.ts';
import { HOUR_MS, later } from '../../rules/time.ts';
import { requireTelephony } from '../directory/provider-accounts.ts';
import { orderView, placeOrder } from '../orders/orders.ts';
import type { NumberItem } from './fulfil.ts';
import { type Papers, papersFor } from './papers.ts';
import { displayNumber } from './phone.ts';
import { KEPT_MS } from './reserve.ts';
import { requireNumbers, requirePlace } from './view.ts';

/** Longer than the page to pay for an order on lives, and than it takes to hear how it ended. Whoever fulfils the order keeps the number longer. */
const PAYING_MS = 3 * HOUR_MS;
/** Longer than it takes from keeping a number for an order to writing that. Real time. */
const BEGINNING_MS = 3_000;
const POLL_MS = 50;

/**
 * Buys the number that is kept for a client. What it costs is set aside before the provider is asked, and charged when the number is there.
 * What the provider says no to at once is a refusal, and nothing was charged.
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
  // Whatever is in its way by now, what was begun goes on: also to a page to pay on that is not open.
  const goOn = async (begun: Order) =>
    outcome(await placeOrder(access, scope, { orderId: begun._id, memberId, ware: begun, ...payment }, deps));
  const begun = await readOrder(scope, orderId);
  if (begun) return goOn(begun);

  const { plan } = await requireNumbers(access, scope);
  const kept = (await readReservation(scope, input.reservationId, deps.now())) ?? refuse('reservation.not_found');
  const other = kept.orderId === undefined ? null : await awaitOrder(scope, kept.orderId);
  // Two clicks are one order.
  if (other && other.state !== 'undone') return goOn(other);
  const papers = await requirePapers(scope, kept, deps);
  const until = (ms: number) => later(deps.now(), ms);
  // Another click was quicker.
  if (!(await moveReservation(scope, kept, orderId, until(PAYING_MS))))
    return buyNumber(access, { scope, memberId }, input, { seed, signal, deps });
  try {
    await requirePlace(scope, plan, kept.number, deps.now());
    const ware = await wareOf(kept, papers, { numberId: `num_${seed}`, label: input.label });
    return outcome(await placeOrder(access, scope, { orderId, memberId, ware, ...payment }, deps));
  } catch (error) {
    // Where nothing came of it the number stays kept as long as before, for another way to pay.
    const left = await readOrder(scope, orderId);
    const expiresAt = new Date(Math.min(kept.expiresAt.getTime(), until(KEPT_MS).getTime()));
    if (!left || left.state === 'undone') await moveReservation(scope, { ...kept, orderId }, undefined, expiresAt);
    throw error;
  }
}

/** An order is written a moment after its number is kept for it. @returns null where whoever began it has died in that moment */
async function awaitOrder(scope: ClientScope, orderId: string): Promise<Order | null> {
  for (const deadline = Date.now() + BEGINNING_MS; ; await wait(POLL_MS)) {
    const order = await readOrder(scope, orderId);
    if (order || Date.now() > deadline) return order;
  }
}

/** What did not come about at once is told as what it is: a refusal. */
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
  // The first month is paid with the number.
  return {
    kind: 'number' as const,
    name: `Phone number ${await displayNumber(number)}`,
    item: { ...item },
    subjectId: numberId,
    priceMillis: setupMillis + monthlyMillis,
    // As it was shown: the sum of both, each rounded.
    money: money && { priceCents: money.setupCents + money.monthlyCents, currency: money.currency },
  };
}

/** Papers that were missing when the number was kept may be approved by now. Refuses with `number.bundle_required`. */
async function requirePapers(scope: ClientScope, { papers, country, type }: Reservation, deps: Deps): Promise<Papers> {
  if (papers.isMet) return papers;
  const account = await requireTelephony(scope, deps);
  const kind = { country, type: type as NumberType }; // it was parsed when it was kept
  const now = await papersFor(account, kind, papers.needsAddress, deps);
  return now.papers.isMet ? now.papers : refuse('number.bundle_required');
}
