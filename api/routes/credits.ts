import {
  buyCredits,
  cancelPurchaseOf,
  exportStatement,
  giveCredits,
  readPurchaseOf,
  showBalance,
  showFunds,
  showHistory,
  showPackages,
  showStatement,
  watchBalance,
} from '../domain/credits/credits.ts';
import { clientIdOf, scopeOfClient } from '../http/caller.ts';
import { answer, answerStream, type Route } from '../http/route.ts';
import type { Deps } from '../ports/index.ts';

export const creditRoutes = (deps: Deps): Route[] => [
  answer('credits.balance', (caller, { clientId }) => showBalance(caller.access, clientIdOf(caller, clientId))),
  answer('credits.statement', (caller, { clientId, ...page }) => showStatement(caller.access, clientIdOf(caller, clientId), page)),
  answer('credits.funds', (caller, { clientId, ...wanted }) => showFunds(caller.access, clientIdOf(caller, clientId), wanted)),
  answer('credits.history', (caller, { clientId, ...page }) => showHistory(caller.access, clientIdOf(caller, clientId), page)),
  answer('credits.export', (caller, { clientId, ...wanted }) => exportStatement(caller.access, clientIdOf(caller, clientId), wanted, deps)),
  answer('credits.packages', (caller) => showPackages(caller.access, scopeOfClient(caller))),
  answer('credits.checkout', (caller, input, { seed, signal }) =>
    buyCredits(caller.access, caller, input, { requestId: seed, signal, deps }),
  ),
  answer('credits.allocate', ({ access }, input, { seed }) => giveCredits(access, input, seed, deps)),
  answer('credits.recharge', ({ access }, input, { seed }) => giveCredits(access, input, seed, deps)),
  answer('purchases.read', (caller, { purchaseId }, { signal }) =>
    readPurchaseOf(caller.access, scopeOfClient(caller) ?? caller.access.scope, purchaseId, { signal, deps }),
  ),
  answer('purchases.cancel', ({ access, scope }, { purchaseId }, { signal }) =>
    cancelPurchaseOf(access, scope, purchaseId, { signal, deps }),
  ),
  answerStream('live.stream', ({ access, scope }, { after }, { signal }) => watchBalance(access, scope, after, signal)),
];
