import type { ClientScope } from '../models/scope.ts';
import type { Lot } from '../models/transfer.ts';
import { type CallRounding, callCostMillis } from '../rules/rounding.ts';
import type { Act } from './credits.ts';
import { clientOf, minutesOf, platformUsed, usedAt } from './ledger/accounts.ts';
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
}

export interface Charged extends Standing {
  costMillis: number;
  /** The call was recorded before; the standing is the one of then. */
  repeated: boolean;
}

/**
 * Charges one finished call, once per call id, client and agency in one transfer. A call that never connected costs nothing and leaves no trace.
 * Refuses with `credits.insufficient`, for this call for ever, and with `usage.mismatch` where the call was recorded with another duration.
 */
export async function chargeCall(scope: ClientScope, { callId, seconds, rounding, ...act }: Call): Promise<Charged> {
  const cost = callCostMillis(seconds, rounding);
  if (cost === 0) return { costMillis: 0, repeated: false, ...(await readStanding(scope)) };
  const client = clientOf(scope);
  const { transfer, repeated } = await commit(scope, {
    ...act,
    kind: 'usage.record',
    cause: callId,
    content: { client, seconds },
    mismatch: 'usage.mismatch',
    guarded: [client, minutesOf(scope)],
    legs: (stateOf) => {
      const { available, lots } = stateOf(client);
      return available < cost ? 'credits.insufficient' : callLegs(scope, lots, cost);
    },
  });
  const charged = transfer.postings.find(({ account }) => account === usedAt(scope))?.amount ?? 0;
  return { costMillis: charged, repeated, ...standingAfter(scope, transfer) };
}

/**
 * What a call moves. Free credits were paid for when they were granted, so only the others make the agency pay too.
 * @see white-label guides: "minutes are deducted equally"; free credits are taken from the agency at sign-up
 */
export function callLegs(scope: ClientScope, lots: readonly Lot[], millis: number): Leg[] {
  const promised = sumTaken(burn(lots, millis).taken, (lot) => !lot.prepaid);
  return legs([clientOf(scope), -millis], [usedAt(scope), millis], [minutesOf(scope), -promised], [platformUsed(scope), promised]);
}
