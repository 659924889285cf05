import { Refusal, refuse } from '../../contract/refusal.ts';
import type { ClientScope } from '../../models/scope.ts';
import type { Transfer } from '../../models/transfer.ts';
import { type CallRounding, callCostMillis } from '../../rules/rounding.ts';
import { clientOf, minutesOf, overrunOf, usedAt } from '../accounts.ts';
import { chargeOf, endedAs, isOf, type KnownCall, readCall, wasHeldFor } from '../calls.ts';
import { contentHash } from '../chain.ts';
import type { CallName } from '../names.ts';
import { amountOn } from '../reading.ts';
import { readStanding, type Standing, standingAfter } from '../standing.ts';
import type { Act } from '../write/act.ts';
import { commit } from '../write/commit.ts';
import type { Committed } from '../write/pending.ts';
import { chargeLegs, settleCallHold } from './holds.ts';

export interface MadeCall extends Act {
  /** The provider's id of the call. */
  callId: string;
  /** Connected time. */
  seconds: number;
  /** Rounding of the plan. A repetition costs as much as the first record of the call, even if the plan has changed. */
  rounding: CallRounding;
}

export interface Charged extends Standing {
  costMillis: number;
  /** Milli-credits that the client did not have. The agency bears them. */
  overrunMillis: number;
  /** True if the call was charged before; the standing is then the stored one. */
  repeated: boolean;
  /** Absent if the call never connected and left no transfer. */
  transfer?: Transfer;
}

/**
 * Charges a finished call once, whoever reports it and whether or not it was started. Lack of funds never refuses a call that was made.
 * Each way of charging has a name that can be written once. If another process was first, the next look shows its transfer.
 * Refuses with `usage.mismatch` if the call was charged with another duration or belongs to another client, with `call.over` if it was
 * given up, and with `call.not_found` if it `mustBeStarted` and was not.
 */
export async function settleCall(scope: ClientScope, call: MadeCall, { mustBeStarted = false } = {}): Promise<Charged> {
  for (;;) {
    const known = await readCall(scope, call.callId);
    const charge = chargeOf(scope, known);
    if (mustBeStarted && !(charge ? isOf(scope, charge) : wasHeldFor(scope, known))) refuse('call.not_found');
    if (charge) return repeat(scope, charge, call);
    const work = workFor(scope, known, call);
    try {
      return await work();
    } catch (error) {
      if (!isTaken(error)) throw error;
    }
  }
}

/** Chooses how to charge a call, from its known transfers. */
function workFor(scope: ClientScope, known: KnownCall, call: MadeCall): () => Promise<Charged> {
  const { begun, over } = known;
  if (!begun) return () => chargeCall(scope, call);
  if (begun.refused !== undefined) return () => chargeCall(scope, call, 'hold.resolve');
  if (!wasHeldFor(scope, known)) return refuse('usage.mismatch');
  if (!over) return () => chargeHeld(scope, call);
  return endedAs(scope, over, 'expired') ? () => chargeCall(scope, call, 'call.late') : refuse('call.over');
}

async function chargeHeld(scope: ClientScope, { callId: holdId, seconds, rounding, ...act }: MadeCall): Promise<Charged> {
  const done = await settleCallHold(scope, { ...act, holdId, seconds, millis: callCostMillis(seconds, rounding) });
  return chargedBy(scope, done);
}

/**
 * Charges a call without a hold, client and agency in one transfer. The client pays what it has; the agency bears the rest as an overrun,
 * even below its floor. A call that never connected costs nothing and leaves no transfer.
 * Refuses with `usage.mismatch` if another transfer has the name.
 * @param name of the transfer that can no longer be written for this call
 */
export async function chargeCall(scope: ClientScope, call: MadeCall, name: CallName = 'call.hold'): Promise<Charged> {
  const { callId, seconds, rounding, actor, at } = call;
  const cost = callCostMillis(seconds, rounding);
  if (cost === 0) return { costMillis: 0, overrunMillis: 0, repeated: false, ...(await readStanding(scope)) };
  const [client, minutes] = [clientOf(scope), minutesOf(scope)];
  const done = await commit(scope, {
    kind: 'usage.record',
    name,
    actor,
    at,
    cause: callId,
    content: { client, seconds },
    mismatch: 'usage.mismatch',
    guarded: [client, minutes],
    legs: (stateOf) => chargeLegs(scope, stateOf(client), cost),
  });
  return chargedBy(scope, done);
}

function repeat(scope: ClientScope, transfer: Transfer, { seconds }: MadeCall): Charged {
  const client = clientOf(scope);
  const isHeld = transfer.kind === 'hold.resolve';
  if (transfer.input !== contentHash(isHeld ? { client, end: { settled: seconds } } : { client, seconds }))
    refuse(isHeld ? 'call.over' : 'usage.mismatch');
  return chargedBy(scope, { transfer, repeated: true });
}

const chargedBy = (scope: ClientScope, { transfer, repeated }: Committed): Charged => ({
  costMillis: amountOn(transfer, usedAt(scope)),
  overrunMillis: 0 - amountOn(transfer, overrunOf(scope)),
  repeated,
  transfer,
  ...standingAfter(scope, transfer),
});

const isTaken = (error: unknown): boolean => error instanceof Refusal && ['usage.mismatch', 'call.over'].includes(error.code);
