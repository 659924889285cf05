import type { Output, PlainCode } from '../../contract/index.ts';
import { tell } from '../../contract/refusal.ts';
import { type BlockedCode, remedies } from '../../contract/sentences.ts';
import { readStanding } from '../../ledger/standing.ts';
import { callsOnlyIn } from '../../ledger/transfers/orders.ts';
import { readProviderAccount } from '../../models/provider-account.ts';
import type { AgencyAccess, AgencyScope, ClientScope } from '../../ports/index.ts';
import { type FundKind, type Funds, fundsFor } from '../../rules/funds.ts';
import { lackedBy, takesPayments } from '../directory/open.ts';
import type { Plan } from '../directory/plan.ts';

export type FundsView = Output<'credits.funds'>;
type Blocked = FundsView['blocked'];

/** The thing that a client wants, at its price in milli-credits. */
export interface Wanted {
  kind: FundKind;
  priceMillis?: number;
}

/** Reads what a client could pay for a thing now. Refusals for lack of credits carry the same. */
export async function readFunds(scope: ClientScope, { kind, priceMillis = 0 }: Wanted, plan: Pick<Plan, 'freeCreditsBuy'>): Promise<Funds> {
  const { state } = await readStanding(scope);
  return fundsFor({ available: state.available, callsOnly: callsOnlyIn(state, plan.freeCreditsBuy === 'everything') }, kind, priceMillis);
}

/** Says whether a client can have a thing now: what it can pay, what is missing, and why it is not sold. */
export async function describeFunds(access: AgencyAccess, scope: ClientScope, wanted: Wanted, plan: Plan): Promise<FundsView> {
  const [funds, code] = await Promise.all([readFunds(scope, wanted, plan), whyBlocked(scope, wanted.kind, plan)]);
  // A call is not sold on a page, so nothing of a portal stands in its way.
  return { ...funds, blocked: wanted.kind === 'calls' ? null : blockedBy(access, code) };
}

/** Returns why a thing cannot be delivered to anyone on this plan; undefined if it can. */
export async function whyBlocked(scope: AgencyScope, kind: FundKind, plan: Plan): Promise<BlockedCode | undefined> {
  if (kind !== 'numbers' && kind !== 'knowledge') return undefined;
  if (!plan.features.includes(kind)) return 'feature.locked';
  if (kind === 'numbers' && plan.numbers.length === 0) return 'number.none_sold';
  return whyUnconnected(scope, kind);
}

/** Returns why the agency cannot deliver a thing: the provider that it takes is not connected. */
export async function whyUnconnected({ agencyId, world }: AgencyScope, kind: 'numbers' | 'knowledge'): Promise<BlockedCode | undefined> {
  const provider = kind === 'numbers' ? 'telephony' : 'voice';
  return (await readProviderAccount({ agencyId, world }, provider)) ? undefined : `${provider}.not_configured`;
}

/**
 * Tells a reason for clients and, in test mode, for the agency that builds its page. Where a live portal lacks something it sells nothing at
 * all, whatever else stands in the way.
 */
export function blockedBy(access: AgencyAccess, code: (BlockedCode & PlainCode) | undefined): Blocked {
  const why = lackedBy(access).length > 0 ? 'payments.not_configured' : code;
  return why === undefined ? null : { ...tell(why), forAgency: access.mode === 'test' ? remedies[why] : null };
}

/** Says why the agency's packages cannot be bought: its Stripe account is not set up in this mode. */
export const describePayable = (access: AgencyAccess): Blocked =>
  blockedBy(access, takesPayments(access) ? undefined : 'payments.not_configured');
