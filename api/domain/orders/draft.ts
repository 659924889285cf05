import { refuse } from '../../contract/refusal.ts';
import { readStanding } from '../../ledger/standing.ts';
import { spendableIn } from '../../ledger/transfers/order-legs.ts';
import type { Order } from '../../models/order.ts';
import type { AgencyAccess, ClientScope } from '../../ports/index.ts';
import { priceOf } from '../../rules/money.ts';
import { later } from '../../rules/time.ts';
import { requireClient } from '../accounts/clients.ts';
import { planOf } from '../directory/plan.ts';
import { requireAsShown } from '../payments/shown-price.ts';
import type { Placement } from './orders.ts';

/** An order before it is stored, at the price of this moment in the client's plan. Nobody looks after it for `restMs`: whoever makes it does. */
export async function newOrder(
  { agency }: AgencyAccess,
  scope: ClientScope,
  { orderId, memberId, ware, pay }: Placement,
  { now, restMs }: { now: Date; restMs: number },
): Promise<Order> {
  const { agencyId, world, clientId, subject } = scope;
  const { money, ...sold } = ware;
  const plan = planOf(agency, await requireClient(scope, clientId));
  const isPaidOutside = pay === 'money' && ware.priceMillis > 0;
  return {
    _id: orderId,
    ...{ agencyId, world, clientId, subject, memberId },
    ...sold,
    ...(money ?? { priceCents: priceOf(ware.priceMillis, plan.centsPer100Credits), currency: plan.currency }),
    pay,
    takesFree: plan.freeCreditsBuy === 'everything',
    state: isPaidOutside ? 'open' : 'working',
    step: 'placed',
    checks: 0,
    checkAt: later(now, restMs),
    leaseUntil: new Date(0),
    createdAt: now,
  };
}

/** Refuses with `quote.changed` where an order costs something else than its client was shown; with `input.invalid` where that is not said. */
export function requireShown({ priceMillis, priceCents, currency }: Order, { shown, pay }: Placement): void {
  if (!shown) return;
  requireAsShown({ priceMillis }, shown);
  if (pay === 'credits') return;
  requireAsShown({ priceCents, currency }, shown);
  if (shown.priceCents === undefined)
    refuse('input.invalid', { param: 'priceCents', values: { sentence: 'Name the price in money that was shown.' } });
}

/** Refuses with `credits.insufficient` before anything is stored. What decides is the hold; this spares everybody an order that would end there. */
export async function requireFunds(scope: ClientScope, { priceMillis, takesFree }: Order): Promise<void> {
  const { state } = await readStanding(scope);
  if (spendableIn(state, takesFree) < priceMillis) refuse('credits.insufficient');
}
