import { readReceipt, showPurchases } from '../domain/receipts/receipts.ts';
import { clientIdOf, scopeOfClient } from '../http/caller.ts';
import { answer, type Route } from '../http/route.ts';
import type { Deps } from '../ports/index.ts';

export const receiptRoutes = (deps: Deps): Route[] => [
  answer('purchases.list', (caller, { clientId, before }) => showPurchases(caller.access, clientIdOf(caller, clientId), before)),
  answer('receipts.read', (caller, { purchaseId }) =>
    readReceipt(caller.access, scopeOfClient(caller) ?? caller.access.scope, purchaseId, deps),
  ),
];
