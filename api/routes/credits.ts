import { buyCredits, giveCredits, showBalance, showPackages, showStatement } from '../domain/credits/credits.ts';
import { clientIdOf } from '../http/caller.ts';
import { answer, type Route } from '../http/route.ts';
import type { Deps } from '../ports/index.ts';

export const creditRoutes = (deps: Deps): Route[] => [
  answer('credits.balance', (caller, { clientId }) => showBalance(caller.access, clientIdOf(caller, clientId))),
  answer('credits.statement', (caller, { clientId, ...page }) => showStatement(caller.access, clientIdOf(caller, clientId), page)),
  answer('credits.packages', (caller) => showPackages(caller.access, caller.kind === 'client' ? caller.scope : undefined)),
  answer('credits.checkout', (caller, input, { seed, signal }) =>
    buyCredits(caller.access, caller, input, { requestId: seed, signal, deps }),
  ),
  answer('credits.allocate', ({ access }, input, { seed }) => giveCredits(access, input, seed, deps)),
  answer('credits.recharge', ({ access }, input, { seed }) => giveCredits(access, input, seed, deps)),
];
