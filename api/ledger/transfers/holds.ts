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

/** How many calls of one client may run at a time. */
const OPEN_HOLDS_MAX = 100;
/** Expired holds that are ended at a time. */
const EXPIRED_AT_ONCE = 100;
/** When a hold is looked at again that could not be given back, in milliseconds of business time. */
const RETRY_MS = 5 * MINUTE_MS;

interface About extends Act {
  /** The hold's own id: that of the call it is for. */
  holdId: string;
}

export interface Held extends Standing {
  /** Milli-credits that are set aside. */
  heldMillis: number;
  repeated: boolean;
}

/**
 * Sets credits aside for a call that is about to start, together with the agency's minutes for what it has promised of them. No other call can
 * take them. Until `expiresAt` (business time) somebody must say how the call ended, or they come back.
 * Refuses with `credits.insufficient`, `agency.minutes_exhausted` or `calls.too_many`, for this id for ever, and with `call.over` where the
 * call was charged without having been started.
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
      if (isHeld(state, heldFor(holdId))) return 'call.over'; // this very transfer is there already, and is found when it is written
      if (state.available < millis) return 'credits.insufficient';
      if (countHolds(state, 'call/') >= OPEN_HOLDS_MAX) return 'calls.too_many';
      const { available } = stateOf(minutes);
      const { legs, promised } = holdLegs(scope, state, holdId, millis);
      return mayFall(policy, 'call', { before: available, after: available - promised }) ? legs : 'agency.minutes_exhausted';
    },
  });
  const { transfer, repeated } = await held.catch(async (error: unknown) => {
    // Refused for ever: there is nothing to be reminded of. After any other error there may be.
    if (error instanceof Refusal && error.code !== 'server.busy' && error.code !== 'idempotency.mismatch') await forgetHold(scope, holdId);
    throw error;
  });
  return { heldMillis: amountOn(transfer, heldAt(scope)), repeated, ...standingAfter(scope, transfer) };
}

/** The call was charged without having been started, or its start came too late. */
const isClosed = ({ kind, refused }: Transfer): boolean => kind !== 'call.hold' || refused === 'call.over';

/**
 * The call is over and cost so much: what was held for it pays first, then whatever else the client has; the rest of the hold comes back.
 * What is nowhere to be had is an overrun: the call was made, so the agency's minutes pay for it, even below its floor, and the client is
 * told no debt. Refuses with `call.over` where the hold was ended in another way.
 * @param seconds what a repetition must be equal in, as the cost need not be: the price may change
 */
export const settleCallHold = (
  scope: ClientScope,
  { millis, seconds, ...about }: About & { millis: number; seconds: number },
): Promise<Committed> =>
  resolve(scope, about, { settled: seconds }, (state) =>
    millis === 0 ? releaseLegs(scope, state, about.holdId) : settleLegs(scope, state, about.holdId, millis),
  );

/** The call never came about: all of it comes back. Refuses with `call.not_found`, and with `call.over` where it ended in another way. */
export async function voidHold(scope: ClientScope, about: About): Promise<Standing & { repeated: boolean }> {
  const { begun } = await readCall(scope, about.holdId, ['begun']);
  if (!begun || !isOf(scope, begun)) refuse('call.not_found');
  if (isClosed(begun)) refuse('call.over');
  const { transfer, repeated } = await giveBack(scope, about, 'voided');
  return { repeated, ...standingAfter(scope, transfer) };
}

const giveBack = (scope: ClientScope, about: About, end: GivenBack): Promise<Committed> =>
  resolve(scope, about, end, (state) => releaseLegs(scope, state, about.holdId));

/** Nobody has said how the call ended: all of it comes back. @returns whether it did, and not somebody else was first */
async function expireHold(row: HoldRow, now: Date): Promise<boolean> {
  const about = { holdId: row.holdId, actor: 'expiry', at: now };
  const known = await readCall(row, row.holdId, ['begun']);
  if (!known.begun) await isDone(closeStart(row, about));
  const { begun } = known.begun ? known : await readCall(row, row.holdId, ['begun']);
  const isOurs = wasHeldFor(row, { begun }) && (await isDone(giveBack(row, about, 'expired')));
  await deleteHoldRow(row);
  return isOurs;
}

/** A start that has held nothing by now never will: nobody would remember it. */
const closeStart = (scope: ClientScope, { holdId, ...act }: About): Promise<Committed> =>
  commit(scope, { ...act, kind: 'call.hold', cause: holdId, content: 'closed', guarded: [], legs: () => 'call.over' });

/** @returns whether it came about now, and nothing else was there */
async function isDone(done: Promise<Committed>): Promise<boolean> {
  try {
    return !(await done).repeated;
  } catch (error) {
    if (!(error instanceof Refusal) || error.code === 'server.busy') throw error;
    return false;
  }
}

/** Ends every hold, of any agency, that should be over by `now` (business time). One that cannot be ended waits. @returns how many came back */
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

/** Whichever way a hold ends, it is one transfer of one name: each is resolved once. The hold itself must be there. */
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
    // Where it is not held any more, this very transfer is there already, and is found when it is written.
    legs: (stateOf) => (isHeld(stateOf(client), heldFor(holdId)) ? legs(stateOf(client)) : 'call.over'),
  });
  await forgetHold(scope, holdId);
  return done;
}

/** Sets credits aside for a call, and the agency's minutes for what it has promised of them. */
export function holdLegs(scope: ClientScope, before: ClientState, call: string, millis: number): { legs: Leg[]; promised: number } {
  const after = holdFor(before, heldFor(call), millis);
  const promised = promisedIn(after, heldFor(call));
  return { promised, legs: legs(...changeOf(scope, before, after), [minutesOf(scope), -promised], [platformHeld(scope), promised]) };
}

/** Nothing was used: both come back. */
export function releaseLegs(scope: ClientScope, before: ClientState, call: string): Leg[] {
  const promised = promisedIn(before, heldFor(call));
  const after = releaseHold(before, heldFor(call));
  return legs(...changeOf(scope, before, after), [minutesOf(scope), promised], [platformHeld(scope), -promised]);
}

/** A call that was held for is charged. The agency pays for what it has promised, and for what was not there. */
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
 * A call that nothing is held for is charged: what the client has, and the rest is an overrun, as it was made. Free credits were paid for when
 * they were granted, so only the others make the agency pay too.
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
