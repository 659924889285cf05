import type { Output, Parsed } from '../../contract/index.ts';
import { Refusal, refuse } from '../../contract/refusal.ts';
import { chargeOf, readCall } from '../../ledger/calls.ts';
import { settleCall } from '../../ledger/transfers/calls.ts';
import { balanceOf } from '../../ledger/transfers/grants.ts';
import { holdCredits, voidHold } from '../../ledger/transfers/holds.ts';
import { insertCallDetails } from '../../models/call-details.ts';
import { isGone, scopeOf } from '../../models/client.ts';
import type { AgencyAccess, ClientScope, Deps } from '../../ports/index.ts';
import { fundsFor } from '../../rules/funds.ts';
import { callCostMillis } from '../../rules/rounding.ts';
import { balanceView, requireClient, requireKnownClient } from '../accounts/clients.ts';
import { alertIfBelow, policyOf, withMinutes } from '../directory/minutes.ts';
import { planOf } from '../directory/plan.ts';
import { readFunds } from '../funds/funds.ts';

/** Seconds after its longest end during which a call may still be reported, before its credits return by themselves. */
const LATE_SECONDS = 900;

type CallOfClient = Parsed<'usage.record'>;

/** Holds credits for the longest duration of a call. */
export async function startCall(
  access: AgencyAccess,
  { clientId, callId, seconds }: CallOfClient,
  deps: Deps,
): Promise<Output<'calls.start'>> {
  const client = await requireClient(access.scope, clientId);
  const scope = scopeOf(client);
  await requireUncharged(scope, callId);
  const [at, expiresInSeconds] = [deps.now(), seconds + LATE_SECONDS];
  const plan = planOf(access.agency, client);
  const millis = callCostMillis(seconds, plan.rounding);
  const hold = {
    holdId: callId,
    millis,
    expiresAt: new Date(at.getTime() + expiresInSeconds * 1000),
    policy: policyOf(access.agency),
    actor: 'agency',
    at,
  };
  const { heldMillis, repeated, ...standing } = await withMinutes(scope, deps, () => holdCredits(scope, hold)).catch(
    async (error: unknown) => {
      if (!(error instanceof Refusal) || error.code !== 'credits.insufficient') throw error;
      return refuse('credits.insufficient', { funds: await readFunds(scope, { kind: 'calls', priceMillis: millis }, plan) });
    },
  );
  const funds = fundsFor({ available: standing.state.available }, 'calls');
  return { heldMillis, expiresInSeconds, repeated, balance: balanceOf(standing, balanceView(client, access.agency)), funds };
}

/** Charges a started call, even if its hold has expired. */
export const endCall = (access: AgencyAccess, input: CallOfClient, deps: Deps): Promise<Output<'calls.end'>> =>
  charge(access, input, { mustBeStarted: true }, deps);

/** Charges a finished call, and ends it if it was started. */
export const recordCall = (access: AgencyAccess, input: CallOfClient, deps: Deps): Promise<Output<'usage.record'>> =>
  charge(access, input, {}, deps);

async function charge(
  { scope: agency, agency: settings }: AgencyAccess,
  { clientId, callId, seconds, number, agentName }: CallOfClient,
  how: { mustBeStarted?: boolean },
  deps: Deps,
): Promise<Output<'usage.record'>> {
  const client = await requireKnownClient(agency, clientId);
  const scope = scopeOf(client);
  // A deleted client pays for what it used, and nothing of it is told.
  if (!isGone(client) && (number !== undefined || agentName !== undefined))
    await insertCallDetails(scope, { callId, seconds }, { number, agentName });
  const call = { callId, seconds, rounding: planOf(settings, client).rounding, actor: 'agency', at: deps.now() };
  const { costMillis, overrunMillis, repeated, transfer, ...standing } = await settleCall(scope, call, how);
  if (transfer && !repeated) await alertIfBelow(scope, transfer, policyOf(settings), deps);
  return { costMillis, overrunMillis, repeated, balance: balanceOf(standing, balanceView(client, settings)) };
}

/** Returns the hold of a call that did not happen. */
export async function cancelCall(
  access: AgencyAccess,
  { clientId, callId }: Parsed<'calls.cancel'>,
  deps: Deps,
): Promise<Output<'calls.cancel'>> {
  const client = await requireKnownClient(access.scope, clientId);
  const { repeated, ...standing } = await voidHold(scopeOf(client), { holdId: callId, actor: 'agency', at: deps.now() });
  return { repeated, balance: balanceOf(standing, balanceView(client, access.agency)) };
}

/** Refuses with `call.over` a call that was charged under the former name of unstarted calls. */
async function requireUncharged(scope: ClientScope, callId: string): Promise<void> {
  if (chargeOf(scope, await readCall(scope, callId, ['former']))) refuse('call.over');
}
