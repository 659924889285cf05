import { shareReturned, wentBackCents } from '../../ledger/state/returns.ts';
import { returnFree } from '../../ledger/transfers/free-returns.ts';
import { readReturns } from '../../ledger/transfers/returns.ts';
import { notePlanFreeShare } from '../../models/client-plan.ts';
import { markFreeReturn } from '../../models/free-return.ts';
import { isGivenUp, type Order, readOrder } from '../../models/order.ts';
import { readPurchase } from '../../models/purchase.ts';
import type { ClientScope, Deps } from '../../ports/index.ts';

/** Free credits that a plan promised with an order. */
export interface OrderedFree {
  /** Names the promise in the client. */
  name: string;
  /** Names their grant. */
  cause: string;
  orderId: string;
  millis: number;
}

type ShareDeps = Pick<Deps, 'now' | 'reached'>;

/** Stores a reminder of waiting free credits that go back once they have come, because a part of their money did. */
export async function remindOfShare(scope: ClientScope, free: OrderedFree, { now }: Pick<Deps, 'now'>): Promise<void> {
  const at = now();
  if ((await askedBack(scope, free)) > 0) await markFreeReturn(scope, free.orderId, { at, checkAt: at });
}

/** Returns free credits that go back with a part of their money, right after they have come. */
export async function returnShare(scope: ClientScope, free: OrderedFree, deps: ShareDeps): Promise<void> {
  if ((await askedBack(scope, free)) > 0) await returnAsked(scope, free, deps);
}

/**
 * Returns as many free credits as the money that went back asks for, as far as they are unused. The ledger is asked how much did, and no
 * document: whoever gives the credits meanwhile looks after the grant, and finds what this one has found before it.
 * @returns the total that it asks for, in milli-credits
 */
export async function returnAsked(scope: ClientScope, free: OrderedFree, deps: ShareDeps): Promise<number> {
  const { name, cause, orderId } = free;
  for (let asked = await askedBack(scope, free); ; ) {
    // First, so that no page promises them meanwhile.
    await notePlanFreeShare(scope, name, { orderId, millis: asked });
    deps.reached('plan.after_free_share');
    await returnFree(scope, { cause, orderId, totalMillis: asked, ...byProvider(deps) });
    // More money may have gone back meanwhile, or some of it come back, and another process have looked before this one returned them.
    const now = await askedBack(scope, free);
    if (now === asked) return asked;
    asked = now;
  }
}

/** Returns how many of an order's free credits shall go back by now. */
export async function askedBack(scope: ClientScope, { orderId, millis }: Pick<OrderedFree, 'orderId' | 'millis'>): Promise<number> {
  const order = await readOrder(scope, orderId);
  if (order && isOver(order)) return millis;
  const purchase = order?.purchaseId === undefined ? null : await readPurchase(scope, order.purchaseId);
  if (!purchase) return 0;
  const back = wentBackCents(await readReturns(scope, purchase._id), purchase.priceCents);
  return shareReturned(millis, back, purchase.priceCents);
}

/** Tells whether an order was undone, or all of its money returned. */
export const isOver = (order: Pick<Order, 'state' | 'step'>): boolean => order.state === 'refunded' || isGivenUp(order);

/** The provider of payments is the actor, as it is of all that follows from returned money. */
export const byProvider = ({ now }: Pick<Deps, 'now'>) => ({ actor: 'stripe', at: now() });
