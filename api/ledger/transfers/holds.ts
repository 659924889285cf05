import { Refusal, refuse } from '../../contract/refusal.ts';
import { deleteHoldRow, forgetHold, type HoldRow, insertHoldRow, putOffHold, readExpiredHolds } from '../../models/hold.ts';
import type { ClientScope } from '../../models/scope.ts';
import type { ClientState, Transfer } from '../../models/transfer.ts';
import type { Deps } from '../../ports/index.ts';
import { type MinutesPolicy, mayFall } from '../../rules/minutes.ts';
import { later, MINUTE_MS } from '../../rules/time.ts';
import { clientOf, heldAt, minutesOf, overrunOf, platformHeld, platformUsed, usedAt } from '../accounts.ts';
import { type GivenBack, isOf, readCall, wasHeldFor } from '../calls.ts';
import { type Leg, legs } from '../legs.ts';
import { amountOn } from '../reading.ts';
import { type Standing, standingAfter } from '../standing.ts';
import { changeOf } from '../state/changes.ts';
import { chargeHold, releaseHold } from '../state/debts.ts';
import { countHolds, heldFor, holdFor, isHeld, promisedIn } from '../state/holds.ts';
import { draw, sumTaken } from '../state/lots.ts';
import type { Act } from '../write/act.ts';
import { commit } from '../write/commit.ts';
import type { Committed } from '../write/pending.ts';

/** Calls of one client that may run at once. */
const OPEN_HOLDS_MAX = 100;
/** Expired holds to end in one batch. */
const EXPIRED_AT_ONCE = 100;
/** Delay before the next attempt to return an expired hold, in milliseconds of business time. */
const RETRY_MS = 5 * MINUTE_MS;

interface About extends Act {
  /** Id of the hold: that of its call. */
  holdId: string;
}

export interface Held extends Standing {
  /** Milli-credits set aside. */
  heldMillis: number;
  repeated: boolean;
}

/**
 * Sets credits aside for a call that is about to start, with the agency's minutes for the promised part. No other call can take them. They
 * return at `expiresAt` (business time) unless somebody reports the call's end before.
 * Refuses for good with `credits.insufficient`, `agency.minutes_exhausted` or `calls.too_many`, and with `call.over` if the call was
 * charged without a start.
 */
export async function holdCredits(
  scope: ClientScope,
  { holdId, millis, expiresAt, policy, ...act }: About & { millis: number; expiresAt: Date; policy: MinutesPolicy },
): Promise<Held> {
  const [client, minutes] = [clientOf(scope), minutesOf(scope)];
  await insertHoldRow(scope, holdId, expiresAt);
  const held = commit(scope, {
    ...act,
    kind: 'call.hold',
    cause: holdId,
    content: { client, millis },
    mismatch: (there) => (isClosed(there) ? 'call.over' : 'idempotency.mismatch'),
    guarded: [client, minutes],
    legs: (stateOf) => {
      const state = stateOf(client);
      if (isHeld(state, heldFor(holdId))) return 'call.over'; // the same transfer exists already; writing this one finds it
      if (state.available < millis) return 'credits.insufficient';
      if (countHolds(state, 'call/') >= OPEN_HOLDS_MAX) return 'calls.too_many';
      const { available } = stateOf(minutes);
      const { legs, promised } = holdLegs(scope, state, holdId, millis);
      return mayFall(policy, 'call', { before: available, after: available - promised }) ? legs : 'agency.minutes_exhausted';
    },
  });
  const { transfer, repeated } = await held.catch(async (error: unknown) => {
    // A final refusal leaves no hold to expire. After any other error there may be one.
    if (error instanceof Refusal && error.code !== 'server.busy' && error.code !== 'idempotency.mismatch') await forgetHold(scope, holdId);
    throw error;
  });
  return { heldMillis: amountOn(transfer, heldAt(scope)), repeated, ...standingAfter(scope, transfer) };
}

/** Tells whether the call was charged without a start, or its start came too late. */
const isClosed = ({ kind, refused }: Transfer): boolean => kind !== 'call.hold' || refused === 'call.over';

/**
 * Charges an ended call. Its hold pays first, then the client's other credits; the unused rest of the hold returns. The shortfall is an
 * overrun: the agency's minutes pay it, even below their floor, and the client gets no debt.
 * Refuses with `call.over` if the hold ended in another way.
 * @param seconds identify a repetition; the cost does not, because prices may change
 */
export const settleCallHold = (
  scope: ClientScope,
  { millis, seconds, ...about }: About & { millis: number; seconds: number },
): Promise<Committed> => resolve(scope, about, { settled: seconds }, (state) => settleLegs(scope, state, about.holdId, millis));

/**
 * Returns the whole hold of a call that did not happen. Refuses with `call.not_found`, or with `call.over` if the call ended in another
 * way.
 */
export async function voidHold(scope: ClientScope, about: About): Promise<Standing & { repeated: boolean }> {
  const { begun } = await readCall(scope, about.holdId, ['begun']);
  if (!begun || !isOf(scope, begun)) refuse('call.not_found');
  if (isClosed(begun)) refuse('call.over');
  const { transfer, repeated } = await giveBack(scope, about, 'voided');
  return { repeated, ...standingAfter(scope, transfer) };
}

const giveBack = (scope: ClientScope, about: About, end: GivenBack): Promise<Committed> =>
  resolve(scope, about, end, (state) => releaseLegs(scope, state, about.holdId));

/**
 * Returns the whole hold of a call whose end nobody reported.
 * @returns false if another process was first
 */
async function expireHold(row: HoldRow, now: Date): Promise<boolean> {
  const about = { holdId: row.holdId, actor: 'expiry', at: now };
  const known = await readCall(row, row.holdId, ['begun']);
  if (!known.begun) await isDone(closeStart(row, about));
  const { begun } = known.begun ? known : await readCall(row, row.holdId, ['begun']);
  const isOurs = wasHeldFor(row, { begun }) && (await isDone(giveBack(row, about, 'expired')));
  await deleteHoldRow(row);
  return isOurs;
}

/** Closes a start that has held nothing: nobody would remember a later hold, so none may follow. */
const closeStart = (scope: ClientScope, { holdId, ...act }: About): Promise<Committed> =>
  commit(scope, { ...act, kind: 'call.hold', cause: holdId, content: 'closed', guarded: [], legs: () => 'call.over' });

/** @returns true if this call wrote the transfer, false if it existed */
async function isDone(done: Promise<Committed>): Promise<boolean> {
  try {
    return !(await done).repeated;
  } catch (error) {
    if (!(error instanceof Refusal) || error.code === 'server.busy') throw error;
    return false;
  }
}

/**
 * Ends every hold of all agencies that is due by `now` (business time). A hold that cannot be ended is put off.
 * @returns the number of holds returned
 */
export async function expireHolds(now: Date, { log }: Pick<Deps, 'log'>): Promise<number> {
  const expire = (row: HoldRow) =>
    expireHold(row, now).catch(async (error: unknown) => {
      log.error({ err: error, holdId: row.holdId, agencyId: row.agencyId }, 'hold.expiry.failed: it is tried again');
      await putOffHold(row, later(now, RETRY_MS));
      return false;
    });
  for (let expired = 0; ; ) {
    const rows = await readExpiredHolds(now, EXPIRED_AT_ONCE);
    const outcomes = await Promise.all(rows.map(expire));
    expired += outcomes.filter(Boolean).length;
    if (rows.length < EXPIRED_AT_ONCE) return expired;
  }
}

/** Ends a hold. All ends share one name, so that a hold is resolved once. The hold itself must exist. */
async function resolve(
  scope: ClientScope,
  { holdId, ...act }: About,
  end: unknown,
  legs: (state: ClientState) => Leg[],
): Promise<Committed> {
  const [client, minutes] = [clientOf(scope), minutesOf(scope)];
  const done = await commit(scope, {
    ...act,
    kind: 'hold.resolve',
    cause: holdId,
    content: { client, end },
    mismatch: 'call.over',
    guarded: [client, minutes],
    // If nothing is held any more, the same transfer exists already; writing this one finds it.
    legs: (stateOf) => (isHeld(stateOf(client), heldFor(holdId)) ? legs(stateOf(client)) : 'call.over'),
  });
  await forgetHold(scope, holdId);
  return done;
}

/** Sets credits aside for a call, and the agency's minutes for the promised part. */
export function holdLegs(scope: ClientScope, before: ClientState, call: string, millis: number): { legs: Leg[]; promised: number } {
  const after = holdFor(before, heldFor(call), millis);
  const promised = promisedIn(after, heldFor(call));
  return { promised, legs: legs(...changeOf(scope, before, after), [minutesOf(scope), -promised], [platformHeld(scope), promised]) };
}

/** Returns an unused hold to the client and the agency. */
export function releaseLegs(scope: ClientScope, before: ClientState, call: string): Leg[] {
  const promised = promisedIn(before, heldFor(call));
  const after = releaseHold(before, heldFor(call));
  return legs(...changeOf(scope, before, after), [minutesOf(scope), promised], [platformHeld(scope), -promised]);
}

/** Charges a call with a hold. The agency pays for the promised credits and for the overrun. */
export function settleLegs(scope: ClientScope, before: ClientState, call: string, millis: number): Leg[] {
  const promised = promisedIn(before, heldFor(call));
  const { state, taken, overrun } = chargeHold(before, heldFor(call), millis);
  const paid = sumTaken(taken, (lot) => !lot.prepaid) + overrun;
  return legs(
    ...changeOf(scope, before, state),
    [usedAt(scope), overrun],
    [overrunOf(scope), -overrun],
    [minutesOf(scope), promised - paid],
    [platformHeld(scope), -promised],
    [platformUsed(scope), paid],
  );
}

/**
 * Charges a call without a hold: the client pays what it has, and the rest is an overrun. Free credits were paid for at their grant, so
 * only the others debit the agency.
 * @see white-label guides: "minutes are deducted equally"; free credits are taken from the agency at sign-up
 */
export function chargeLegs(scope: ClientScope, { lots }: Pick<ClientState, 'lots'>, millis: number): Leg[] {
  const { taken, millis: charged } = draw(lots, millis);
  const overrun = millis - charged;
  const paid = sumTaken(taken, (lot) => !lot.prepaid) + overrun;
  return legs(
    [clientOf(scope), -charged],
    [usedAt(scope), millis],
    [overrunOf(scope), -overrun],
    [minutesOf(scope), -paid],
    [platformUsed(scope), paid],
  );
}
