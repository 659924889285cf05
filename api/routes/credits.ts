import { describePackages } from '../domain/bootstrap.ts';
import { paymentSettings } from '../domain/agencies.ts';
import { checkReturnUrl } from '../domain/accounts.ts';
import { balanceOf, clientOf } from '../domain/clients.ts';
import { allocate, readStatement, recharge } from '../domain/credits.ts';
import type { Deps } from '../domain/ports.ts';
import { startPurchase } from '../domain/purchases.ts';
import { answer, type Route } from '../http/route.ts';

export const creditRoutes = (deps: Deps): Route[] => [
  answer('credits.balance', async (caller, { clientId }) => balanceOf(await clientOf(caller, clientId), caller.access.agency)),
  answer('credits.packages', async ({ access }) => describePackages(access)),
  answer('credits.statement', async (caller, { clientId, ...page }) => readStatement(scopeOf(await clientOf(caller, clientId)), page)),
  answer('credits.checkout', async ({ access, scope, memberId }, { packageId, amountMillis, returnUrl }, { seed }) => {
    checkReturnUrl(access, returnUrl);
    const { agency, mode } = access;
    const email = await emailOf(scope, memberId);
    const shop = { plan: agency.plan, packages: agency.packages, settings: paymentSettings(agency, mode, deps) };
    return startPurchase(scope, { requestId: seed, memberId, email, packageId, amountMillis, returnUrl }, shop, deps);
  }),
  answer('credits.allocate', async ({ access }, { clientId, amountMillis, description }, { seed }) =>
    credit(access, clientId, { millis: amountMillis, description }, seed),
  ),
];
