import { readPurchaseOf } from '../domain/credits/credits.ts';
import { answer, type Route } from '../http/route.ts';
import type { Deps } from '../ports/index.ts';

export const purchaseRoutes = (deps: Deps): Route[] => [
  answer('purchases.read', (caller, { purchaseId }, { signal }) =>
    readPurchaseOf(caller.access, caller.kind === 'client' ? caller.scope : caller.access.scope, purchaseId, { signal, deps }),
  ),
];
