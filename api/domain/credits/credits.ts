import type { Output, Parsed } from '../../contract/index.ts';
import { allocateCredits, balanceOf, type Granted, readBalance, rechargeCredits } from '../../ledger/transfers/grants.ts';
import { scopeOf } from '../../models/client.ts';
import { readPurchase } from '../../models/purchase.ts';
import type { AgencyAccess, AgencyScope, ClientScope, Deps } from '../../ports/index.ts';
import { checkReturnUrl } from '../accounts/accounts.ts';
import { balanceView, requireClient, requireKnownClient } from '../accounts/clients.ts';
import { packagesFor } from '../agencies/package-settings.ts';
import { describePackages } from '../bootstrap/bootstrap.ts';
import { planOf } from '../directory/plan.ts';
import { describeFunds } from '../funds/funds.ts';
import { cancelPurchase, lookingAt, showPurchase, startPurchase } from '../payments/checkout.ts';
import { paymentSettings, settingsOfPurchase } from '../payments/stripe.ts';
import { type HistoryPage, readHistory } from './history.ts';
import { watchClient } from './live.ts';
import { readStatement } from './statement.ts';

/** Shows a client's balance. Finds only clients of the caller's own agency. */
export async function showBalance(access: AgencyAccess, clientId: string): Promise<Output<'credits.balance'>> {
  const client = await requireKnownClient(access.scope, clientId);
  return readBalance(scopeOf(client), balanceView(client, access.agency));
}

/** Says whether a client can have a thing of this kind at this price now. */
export async function showFunds(
  access: AgencyAccess,
  clientId: string,
  { kind, priceMillis }: Pick<Parsed<'credits.funds'>, 'kind' | 'priceMillis'>,
): Promise<Output<'credits.funds'>> {
  const client = await requireKnownClient(access.scope, clientId);
  return describeFunds(access, scopeOf(client), { kind, priceMillis }, planOf(access.agency, client));
}

/** Shows the prices of credits, for a signed-in client by its own plan. */
export const showPackages = async (access: AgencyAccess, scope: ClientScope | undefined): Promise<Output<'credits.packages'>> =>
  describePackages(access, scope && (await requireClient(scope, scope.clientId)));

export async function showStatement(access: AgencyAccess, clientId: string, page: { before?: number | undefined; limit: number }) {
  return readStatement(scopeOf(await requireKnownClient(access.scope, clientId)), page);
}

/** Shows what a client's credits came from and went to. */
export async function showHistory(access: AgencyAccess, clientId: string, page: HistoryPage): Promise<Output<'credits.history'>> {
  return readHistory(scopeOf(await requireKnownClient(access.scope, clientId)), page);
}

export { exportStatement } from './export.ts';

type Gift = Parsed<'credits.recharge'> & { description?: string };

/** Gives credits without a payment: an allocation with a description, otherwise a recharge. */
export async function giveCredits(
  access: AgencyAccess,
  { clientId, amountMillis, description }: Gift,
  requestId: string,
  deps: Deps,
): Promise<Output<'credits.allocate'>> {
  const client = await requireClient(access.scope, clientId);
  const gift = { requestId, millis: amountMillis, actor: 'agency', at: deps.now() };
  const scope = scopeOf(client);
  const granted: Granted =
    description === undefined ? await rechargeCredits(scope, gift) : await allocateCredits(scope, { ...gift, description });
  return { transferId: granted.transferId, repeated: granted.repeated, balance: balanceOf(granted, balanceView(client, access.agency)) };
}

export async function buyCredits(
  access: AgencyAccess,
  { scope, memberId }: { scope: ClientScope; memberId: string },
  input: Parsed<'credits.checkout'>,
  { requestId, signal, deps }: { requestId: string; signal: AbortSignal; deps: Deps },
): Promise<Output<'credits.checkout'>> {
  checkReturnUrl(access, input.returnUrl, deps);
  const { agency, mode } = access;
  const id = `pur_${requestId}`;
  const [client, begun] = await Promise.all([requireClient(scope, scope.clientId), readPurchase(scope, id)]);
  const email = client.members.find(({ id }) => id === memberId)?.email ?? '';
  const isOpened = begun?.sessionId !== undefined;
  const settings = isOpened ? settingsOfPurchase(agency, mode, begun, deps) : paymentSettings(agency, mode, deps);
  const plan = planOf(agency, client);
  const shop = { plan, packages: packagesFor(agency, plan), settings };
  const payments = deps.payments.for({ who: scope.clientId, purpose: 'money', signal });
  return startPurchase(scope, { ...input, id, begun, memberId, email }, shop, { ...deps, payments });
}

/** Reads a purchase. A client sees its own, an agency those of all its clients. */
export const readPurchaseOf = (
  { agency, mode }: AgencyAccess,
  scope: AgencyScope | ClientScope,
  purchaseId: string,
  { signal, deps }: { signal: AbortSignal; deps: Deps },
) => showPurchase(scope, purchaseId, (purchase) => settingsOfPurchase(agency, mode, purchase, deps), lookingAt(scope, signal, deps));

/** Gives up a client's unpaid purchase. */
export const cancelPurchaseOf = (
  { agency, mode }: AgencyAccess,
  scope: ClientScope,
  purchaseId: string,
  { signal, deps }: { signal: AbortSignal; deps: Deps },
) => {
  const payments = deps.payments.for({ who: scope.clientId, purpose: 'money', signal });
  return cancelPurchase(scope, purchaseId, (purchase) => settingsOfPurchase(agency, mode, purchase, deps), { ...deps, payments });
};

/** Streams the client's balance as it changes. */
export async function* watchBalance(
  access: AgencyAccess,
  scope: ClientScope,
  after: number | undefined,
  signal: AbortSignal,
): AsyncIterable<Output<'live.stream'>> {
  const client = await requireKnownClient(scope, scope.clientId);
  let view = balanceView(client, access.agency);
  for await (const { state, seq, kind, amount, purchaseId } of watchClient(scope, { after, signal })) {
    // This grant brings free credits that waited.
    if (kind === 'signup.grant') view.waiting = Math.max(0, view.waiting - amount);
    // The order may have brought another plan, in which free credits buy more or less.
    if (kind === 'order.resolve') view = balanceView(await requireKnownClient(scope, scope.clientId), access.agency);
    yield { seq, kind, amount, purchaseId, balance: balanceOf({ seq, state }, view) };
  }
}
