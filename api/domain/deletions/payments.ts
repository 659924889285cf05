import { Refusal, refuse } from '../../contract/refusal.ts';
import { agencyById } from '../../models/agency.ts';
import { readUnfinished } from '../../models/order.ts';
import { type Purchase, readUnended, unsettled } from '../../models/purchase.ts';
import { modeOf } from '../../models/scope.ts';
import { describeCause } from '../../ports/causes.ts';
import type { ClientScope, Deps } from '../../ports/index.ts';
import { alertOfProvider } from '../journal/alerts.ts';
import { advanceOrder } from '../orders/orders.ts';
import { closePurchase } from '../payments/checkout.ts';
import { giveBack } from '../payments/give-back.ts';
import { settingsOfPurchase } from '../payments/stripe.ts';

/** Reads the purchases whose pages were opened and not paid. */
export const readOpenPages = async (scope: ClientScope): Promise<Purchase[]> =>
  (await readUnended(scope)).filter(({ state }) => state === 'open');

/**
 * Closes the pages on which a client could still pay. One that cannot be closed now is left.
 * @returns whether there was one
 */
export async function closePages(scope: ClientScope, deps: Deps): Promise<boolean> {
  const open = await readOpenPages(scope);
  for (const purchase of open)
    await closePage(purchase, deps).catch((error: unknown) => {
      if (!(error instanceof Refusal)) throw error;
      const about = { agencyId: scope.agencyId, purchaseId: purchase._id, code: error.code, cause: describeCause(error.cause) };
      deps.log.info(about, 'deletion.page_open: a payment page could not be closed; it is tried again');
    });
  return open.length > 0;
}

/**
 * Ends all that a client whose deletion has begun could pay or has paid for: orders are undone, pages closed, and what was paid meanwhile goes
 * back. Tries each, also where another fails.
 * @returns false while a payment or an order is under way
 */
export async function endPayments(scope: ClientScope, deps: Deps): Promise<boolean> {
  const orders = await readUnfinished(scope);
  const advanced = await Promise.allSettled(orders.map((order) => advanceOrder(order, deps)));
  const purchases = await readUnended(scope);
  const ended = await Promise.allSettled(purchases.map((purchase) => endPurchase(scope, purchase, deps)));
  const failed = [...advanced, ...ended].find((one) => one.status === 'rejected');
  if (failed) throw failed.reason;
  return (await readUnfinished(scope)).length === 0 && (await readUnended(scope)).length === 0;
}

async function endPurchase(scope: ClientScope, purchase: Purchase, deps: Deps): Promise<void> {
  try {
    const now = unsettled.includes(purchase.state) ? await closePage(purchase, deps) : purchase;
    const marked = (await readUnended(scope)).find(({ _id, giveBackAt }) => _id === now._id && giveBackAt !== undefined);
    if (marked) await giveBack(marked, deps);
  } catch (error) {
    await alertOfProvider(scope, error, deps);
    throw error;
  }
}

async function closePage(purchase: Purchase, deps: Deps): Promise<Purchase> {
  const agency = await agencyById(purchase.agencyId);
  const settings = (agency && settingsOfPurchase(agency, modeOf(purchase.world), purchase, deps)) ?? refuse('payments.not_configured');
  return closePurchase(purchase, settings, { ...deps, payments: deps.payments.for({ who: purchase.clientId, purpose: 'money' }) });
}
