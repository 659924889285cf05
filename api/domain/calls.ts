import type { Output, Parsed } from '../contract/index.ts';
import { Refusal } from '../contract/refusal.ts';
import { type Client, scopeOf } from '../models/client.ts';
import { callCostMillis } from '../rules/rounding.ts';
import { balanceView, requireClient } from './clients.ts';
import { balanceOf } from './credits.ts';
import type { AgencyAccess } from './directory.ts';
import { holdCredits, readHold, type Settlement, settleHold, voidHold } from './holds.ts';
import { policyOf, withMinutes } from './minutes.ts';
import { planOf } from './plans.ts';
import type { ClientScope, Deps } from './ports.ts';
import { chargeCall, requireUnrecorded } from './usage.ts';

/** How long after its longest end a call may still be reported before its credits come back by themselves. */
const LATE_SECONDS = 900;

type CallOfClient = Parsed<'usage.record'>;

/** Holds credits for as long as the call may run. */
export async function startCall(
  access: AgencyAccess,
  { clientId, callId, seconds }: CallOfClient,
  deps: Deps,
): Promise<Output<'calls.start'>> {
  const client = await requireClient(access.scope, clientId);
  const scope = scopeOf(client);
  await requireUnrecorded(scope, callId);
  const [at, expiresInSeconds] = [deps.now(), seconds + LATE_SECONDS];
  const hold = {
    holdId: callId,
    millis: callCostMillis(seconds, planOf(access.agency, client).rounding),
    expiresAt: new Date(at.getTime() + expiresInSeconds * 1000),
    policy: policyOf(access.agency),
    actor: 'agency',
    at,
  };
  const { heldMillis, repeated, ...standing } = await withMinutes(scope, deps, () => holdCredits(scope, hold));
  return { heldMillis, expiresInSeconds, repeated, balance: balanceOf(standing, balanceView(client, access.agency)) };
}

/** Charges a call that was started. One whose hold ran out before is charged all the same. */
export async function endCall(access: AgencyAccess, input: CallOfClient, deps: Deps): Promise<Output<'calls.end'>> {
  const client = await requireClient(access.scope, input.clientId);
  const { costMillis, overrunMillis, repeated, ...standing } = await settle(scopeOf(client), callOf(access, client, input, deps));
  return { costMillis, overrunMillis, repeated, balance: balanceOf(standing, balanceView(client, access.agency)) };
}

/** Gives back what was held. */
export async function cancelCall(
  access: AgencyAccess,
  { clientId, callId }: Parsed<'calls.cancel'>,
  deps: Deps,
): Promise<Output<'calls.cancel'>> {
  const client = await requireClient(access.scope, clientId);
  const { repeated, ...standing } = await voidHold(scopeOf(client), { holdId: callId, actor: 'agency', at: deps.now() });
  return { repeated, balance: balanceOf(standing, balanceView(client, access.agency)) };
}

/** Charges a finished call. One that was started is ended by it, so that no call is charged twice. */
export async function recordCall(access: AgencyAccess, input: CallOfClient, deps: Deps): Promise<Output<'usage.record'>> {
  const client = await requireClient(access.scope, input.clientId);
  const scope = scopeOf(client);
  const call = callOf(access, client, input, deps);
  const charge = () => chargeCall(scope, { ...call, policy: policyOf(access.agency) });
  const wasStarted = (await readHold(scope, input.callId)) !== 'none';
  const { costMillis, repeated, ...standing } = wasStarted ? await settle(scope, call) : await withMinutes(scope, deps, charge);
  return { costMillis, repeated, balance: balanceOf(standing, balanceView(client, access.agency)) };
}

async function settle(scope: ClientScope, call: ReturnType<typeof callOf>): Promise<Settlement> {
  const { callId: holdId, seconds, rounding, ...act } = call;
  try {
    return await settleHold(scope, { ...act, holdId, millis: callCostMillis(seconds, rounding), basis: seconds });
  } catch (error) {
    const isOver = error instanceof Refusal && error.code === 'call.over';
    if (!isOver || (await readHold(scope, holdId)) !== 'expired') throw error;
    return chargeCall(scope, { ...call, wasHeld: true });
  }
}

const callOf = ({ agency }: AgencyAccess, client: Client, { callId, seconds }: CallOfClient, deps: Deps) => ({
  callId,
  seconds,
  rounding: planOf(agency, client).rounding,
  actor: 'agency',
  at: deps.now(),
});
