import type { Deps } from '../domain/ports.ts';
import { readPurchaseOf } from '../domain/wallets.ts';
import { answer, type Route } from '../http/route.ts';

export const purchaseRoutes = (deps: Deps): Route[] => [
  answer('purchases.read', (caller, { purchaseId }, { signal }) =>
    readPurchaseOf(caller.access, caller.kind === 'client' ? caller.scope : caller.access.scope, purchaseId, { signal, deps }),
  ),
];
