import { scopeOf } from '../../models/client.ts';
import type { AgencyAccess } from '../../ports/index.ts';
import type { Funds } from '../../rules/funds.ts';
import { requireClient, requireKnownClient } from '../accounts/clients.ts';
import { planOf, requireFeature } from '../directory/plan.ts';
import { readFunds } from '../funds/funds.ts';
import type { KnowledgeBuyer } from './quote.ts';

/** A member of a client, or the agency's server for a client that it names, or for the agency itself. */
export interface KnowledgeCaller {
  access: AgencyAccess;
  /** Undefined for the agency's own. */
  clientId: string | undefined;
  memberId: string | undefined;
}

/** A buyer, and the member who is named in its orders. */
export type KnowledgeMember = KnowledgeBuyer & { memberId: string };

/** Returns the owner whose knowledge a caller means, and its plan. Refuses with `client.not_found`. */
export async function knowledgeBuyerOf(
  { access, clientId, memberId }: KnowledgeCaller,
  find = requireKnownClient,
): Promise<KnowledgeMember> {
  const { agency, scope } = access;
  if (clientId === undefined) return { scope: { ...scope }, plan: null, memberId: 'agency' };
  const client = await find(scope, clientId);
  return { scope: scopeOf(client), plan: planOf(agency, client), memberId: memberId ?? client.members[0]?.id ?? 'agency' };
}

/**
 * Returns the owner whose knowledge a caller means, if its plan includes knowledge. Refuses with `client.not_found`, `client.deleted` and
 * `feature.locked`.
 */
export async function requireBuyer(caller: KnowledgeCaller): Promise<KnowledgeMember> {
  const buyer = await knowledgeBuyerOf(caller, requireClient);
  if (buyer.plan) requireFeature(buyer.plan, 'knowledge');
  return buyer;
}

/** The owner that a caller means, whether or not the plan includes knowledge: sources that are there can be seen and removed. */
export async function ownerScopeOf(caller: KnowledgeCaller): Promise<KnowledgeBuyer['scope']> {
  return (await knowledgeBuyerOf(caller)).scope;
}

/** Reads what a buyer can pay for sources of this price, in milli-credits; undefined for the agency itself, which pays nothing. */
export async function fundsOfBuyer({ scope, plan }: KnowledgeBuyer, priceMillis: number): Promise<Funds | undefined> {
  return plan && 'clientId' in scope ? readFunds(scope, { kind: 'knowledge', priceMillis }, plan) : undefined;
}
