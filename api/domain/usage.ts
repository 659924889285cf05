import { refuse } from '../contract/refusal.ts';
import type { ClientScope } from '../models/scope.ts';
import { type Lot, prefixOf, readTransfers } from '../models/transfer.ts';
import { type MinutesPolicy, mayFall } from '../rules/minutes.ts';
import { type CallRounding, callCostMillis } from '../rules/rounding.ts';
import type { Act } from './credits.ts';
import { costOf } from './holds.ts';
import { clientOf, minutesOf, overrunOf, platformUsed, usedAt } from './ledger/accounts.ts';
import { commit } from './ledger/commit.ts';
import { type Leg, legs } from './ledger/legs.ts';
import { burn, sumTaken } from './ledger/lots.ts';
import { readStanding, type Standing, standingAfter } from './ledger/standing.ts';

export interface Call extends Act {
  /** The provider's own id of the call. */
  callId: string;
  /** Connected time. */
  seconds: number;
  /** The plan's. A repetition costs what the first record of the call did, whatever the plan says by then. */
  rounding: CallRounding;
  /** The agency's; unlimited unless said. */
  policy?: MinutesPolicy;
  /** The call was made on credits that were held for it and have been given back since: what is not there any more is an overrun. */
  wasHeld?: boolean;
}

export interface Charged extends Standing {
  costMillis: number;
  /** What the client did not have and the agency bears; only of a call that was held for. */
  overrunMillis: number;
  /** The call was recorded before; the standing is the one of then. */
  repeated: boolean;
}

/**
 * Charges one finished call, once per call id, client and agency in one transfer. A call that never connected costs nothing and leaves no trace.
 * Refuses with `credits.insufficient` or `agency.minutes_exhausted`, for this call for ever, and with `usage.mismatch` where the call was recorded with another duration.
 */
export async function chargeCall(scope: ClientScope, { callId, seconds, rounding, policy, wasHeld, actor, at }: Call): Promise<Charged> {
  const cost = callCostMillis(seconds, rounding);
  if (cost === 0) return { costMillis: 0, overrunMillis: 0, repeated: false, ...(await readStanding(scope)) };
  const [client, minutes] = [clientOf(scope), minutesOf(scope)];
  const { transfer, repeated } = await commit(scope, {
    kind: 'usage.record',
    actor,
    at,
    cause: callId,
    content: { client, seconds },
    mismatch: 'usage.mismatch',
    guarded: [client, minutes],
    legs: (stateOf) => {
      const { available, lots } = stateOf(client);
      if (wasHeld) return callLegs(scope, lots, { millis: Math.min(available, cost), overrun: Math.max(0, cost - available) });
      if (available < cost) return 'credits.insufficient';
      const before = stateOf(minutes).available;
      const legs = callLegs(scope, lots, { millis: cost });
      const after = before + (legs.find(({ account }) => account === minutes)?.amount ?? 0);
      return policy && !mayFall(policy, 'call', { before, after }) ? 'agency.minutes_exhausted' : legs;
    },
  });
  return { ...costOf(scope, transfer), repeated, ...standingAfter(scope, transfer) };
}

/**
 * What a call moves. Free credits were paid for when they were granted, so only the others make the agency pay too.
 * @see white-label guides: "minutes are deducted equally"; free credits are taken from the agency at sign-up
 */
export function callLegs(scope: ClientScope, lots: readonly Lot[], { millis, overrun = 0 }: { millis: number; overrun?: number }): Leg[] {
  const paid = sumTaken(burn(lots, millis).taken, (lot) => !lot.prepaid) + overrun;
  return legs(
    [clientOf(scope), -millis],
    [usedAt(scope), millis + overrun],
    [overrunOf(scope), -overrun],
    [minutesOf(scope), -paid],
    [platformUsed(scope), paid],
  );
}

/** Refuses with `call.over` where the call was charged already without having been started. */
export async function requireUnrecorded(scope: ClientScope, callId: string): Promise<void> {
  const _id = `${prefixOf(scope)}usage.record/${callId}`;
  if ((await readTransfers([{ _id, agencyId: scope.agencyId }])).has(_id)) refuse('call.over');
}
