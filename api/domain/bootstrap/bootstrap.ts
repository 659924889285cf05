import type { Output, Parsed } from '../../contract/index.ts';
import { Refusal, refuse, tell } from '../../contract/refusal.ts';
import { readBalance } from '../../ledger/transfers/grants.ts';
import { type Client, isGone, type Member, readClient, scopeOf } from '../../models/client.ts';
import type { AgencyAccess, Deps } from '../../ports/index.ts';
import { balanceView, describeAccount, giveWaiting } from '../accounts/clients.ts';
import { mayPromiseFree } from '../accounts/free-credits.ts';
import { knownPage, refreshSession } from '../accounts/sessions.ts';
import { packagesFor } from '../agencies/package-settings.ts';
import { brandOf } from '../directory/brand.ts';
import { isForClientsOnly, noticeOf, noticeText, noticeWhileOff } from '../directory/open.ts';
import { entitlementsOf, planOf } from '../directory/plan.ts';
import { describePayable } from '../funds/funds.ts';

type Answer = Output<'bootstrap.read'>;
type SignedIn = { client: Client; member: Member; session: Answer['session'] };

/** Returns brand, session and all read models of a page in one answer. A page whose proof is refused counts as signed out. */
export async function readBootstrap(
  access: AgencyAccess,
  input: Parsed<'bootstrap.read'>,
  { url, deps }: { url: string; deps: Deps },
): Promise<Answer> {
  const { agency, mode, scope } = access;
  const found = await whoIsHere(access, input, url, deps);
  const here = found === 'disabled' ? undefined : found;
  const signedIn = here && { ...here, client: await giveWaiting(access, here.client, deps) };
  // Clients keep what they have: only a switched-off portal is closed to them.
  const { freeMillis: millis, freeGrantsPerDay: perDay } = planOf(agency, null);
  const notice = signedIn ? noticeWhileOff(agency) : noticeOf(access);
  return {
    mode,
    brand: brandOf(agency, deps.log),
    signUp: agency.signUp,
    // Nothing is promised to visitors that would not come at once; what was promised before waits.
    freeMillis: await mayPromiseFree(scope, agency, { millis, isEarned: false, perDay }, deps),
    packages: describePackages(access, signedIn?.client),
    notice: found === 'disabled' ? tell('client.disabled').message : noticeText(notice),
    noticeCode: found === 'disabled' ? 'disabled' : (notice?.notice ?? null),
    ...(found !== 'disabled' && isForClientsOnly(access) && { clientsOnly: true }),
    session: signedIn?.session ?? null,
    account: signedIn ? describeAccount(signedIn.client, signedIn.member) : null,
    entitlements: signedIn ? entitlementsOf(planOf(agency, signedIn.client)) : null,
    balance: signedIn ? await readBalance(scopeOf(signedIn.client), balanceView(signedIn.client, agency)) : null,
  };
}

/** Shows the agency's brand in the form that pages get. */
export const readBrand = ({ agency }: AgencyAccess, { log }: Pick<Deps, 'log'>): Output<'brand.read'> => brandOf(agency, log);

/** Names the session that a page proves, for rate limits. Refuses or returns undefined if it proves none. */
export async function knownVisitor({ scope }: AgencyAccess, { refresh, token }: Parsed<'bootstrap.read'>, { tokens }: Deps) {
  if (refresh) return knownPage(scope, refresh.refreshToken);
  if (token === undefined) return undefined;
  const { agencyId, world, sid } = tokens.readSession(token);
  return agencyId === scope.agencyId && world === scope.world ? sid : undefined;
}

/** Describes the prices of credits, by the plan of a calling client. `payable` is false until the agency's Stripe account is set up. */
export function describePackages(access: AgencyAccess, client?: Client | null): Output<'credits.packages'> {
  const { agency } = access;
  const plan = planOf(agency, client);
  const { customAmount, centsPer100Credits, currency } = plan;
  const blocked = describePayable(access);
  return {
    packages: packagesFor(agency, plan).map(({ active: _active, isRepriced: _isRepriced, ...one }) => ({
      ...one,
      credits: one.creditsMillis,
    })),
    custom: customAmount && { ...customAmount, centsPer100Credits, currency },
    payable: blocked === null,
    blocked,
  };
}

async function whoIsHere(
  access: AgencyAccess,
  input: Parsed<'bootstrap.read'>,
  url: string,
  deps: Deps,
): Promise<SignedIn | 'disabled' | undefined> {
  try {
    if (input.refresh) return await refreshSession(access.scope, input.refresh, { url, deps });
    if (input.token) return await holderOfToken(access, input.token, deps);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    if (error.code === 'client.disabled') return 'disabled';
  }
  return undefined;
}

/** Reads the token of a page with the agency's own log-in; it needs no other. */
async function holderOfToken({ scope }: AgencyAccess, token: string, deps: Deps): Promise<SignedIn | undefined> {
  const claims = deps.tokens.readSession(token);
  if (claims.agencyId !== scope.agencyId || claims.world !== scope.world) return undefined;
  const standing = await deps.directory.standingOf({ ...scope, clientId: claims.clientId, subject: claims.subject }, claims.sid);
  if (standing === 'ended') return undefined;
  const client = await readClient(scope, claims.clientId);
  const member = client?.members.find(({ id }) => id === claims.memberId);
  if (!client || !member || isGone(client)) return undefined;
  if (client.disabledAt) refuse('client.disabled');
  return { client, member, session: { token, expiresInSeconds: Math.max(1, Math.floor((claims.expiresAt - Date.now()) / 1000)) } };
}
