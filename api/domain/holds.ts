import { Refusal, refuse } from '../contract/refusal.ts';
import { deleteHoldRow, insertHoldRow, readExpiredHolds } from '../models/hold.ts';
import type { ClientScope } from '../models/scope.ts';
import { type ClientState, prefixOf, readTransfers, type Transfer } from '../models/transfer.ts';
import { type MinutesPolicy, mayFall } from '../rules/minutes.ts';
import type { Act } from './credits.ts';
import { clientOf, heldAt, minutesOf, overrunOf, usedAt } from './ledger/accounts.ts';
import { contentHash } from './ledger/chain.ts';
import { commit } from './ledger/commit.ts';
import { holdLegs, releaseLegs, settleLegs } from './ledger/hold-legs.ts';
import { countHolds, heldFor, isHeld } from './ledger/holds.ts';
import type { Leg } from './ledger/legs.ts';
import type { Committed } from './ledger/order.ts';
import { type Standing, standingAfter } from './ledger/standing.ts';

/** How many calls of one client may run at a time. */
const OPEN_HOLDS_MAX = 100;
/** Expired holds that are ended at a time. */
const EXPIRED_AT_ONCE = 100;

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
 * Refuses with `credits.insufficient`, `agency.minutes_exhausted` or `calls.too_many`, for this id for ever.
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
    if (error instanceof Refusal && error.code !== 'server.busy' && error.code !== 'idempotency.mismatch')
      await deleteHoldRow(scope, holdId);
    throw error;
  });
  return { heldMillis: amountOn(transfer, heldAt(scope)), repeated, ...standingAfter(scope, transfer) };
}

export interface Settlement extends Standing {
  /** What the call cost. */
  costMillis: number;
  /** The part of it that the client did not have: the agency bears it. */
  overrunMillis: number;
  repeated: boolean;
}

/**
 * The call is over and cost so much: what was held for it pays first, then whatever else the client has; the rest of the hold comes back.
 * What is nowhere to be had is an overrun: the call was made, so the agency's minutes pay for it, even below its floor, and the client is
 * told no debt. Refuses with `call.not_found`, and with `call.over` where it was given up or has expired.
 * @param basis what a repetition must be equal in, where the cost may not be: the call's seconds, whose price may change
 */
export async function settleHold(
  scope: ClientScope,
  { holdId, millis, basis, ...act }: About & { millis: number; basis: unknown },
): Promise<Settlement> {
  const { transfer, repeated } = await resolve(scope, { holdId, ...act }, { settled: basis }, (state) =>
    millis === 0 ? releaseLegs(scope, state, holdId) : settleLegs(scope, state, holdId, millis),
  );
  return { ...costOf(scope, transfer), repeated, ...standingAfter(scope, transfer) };
}

/** What a call's transfer says that it cost. */
export const costOf = (scope: ClientScope, transfer: Transfer): { costMillis: number; overrunMillis: number } => ({
  costMillis: amountOn(transfer, usedAt(scope)),
  overrunMillis: 0 - amountOn(transfer, overrunOf(scope)),
});

/** The call never came about: all of it comes back. Refuses like `settleHold`. */
export async function voidHold(scope: ClientScope, about: About): Promise<Standing & { repeated: boolean }> {
  const { transfer, repeated } = await resolve(scope, about, 'voided', (state) => releaseLegs(scope, state, about.holdId));
  return { repeated, ...standingAfter(scope, transfer) };
}

/** Nobody has said how the call ended: all of it comes back. @returns whether it did, and not somebody else was first */
async function expireHold(scope: ClientScope, about: About): Promise<boolean> {
  try {
    return !(await resolve(scope, about, EXPIRED, (state) => releaseLegs(scope, state, about.holdId))).repeated;
  } catch (error) {
    if (!(error instanceof Refusal) || !['call.over', 'call.not_found'].includes(error.code)) throw error;
    await deleteHoldRow(scope, about.holdId);
    return false;
  }
}

/** Ends every hold, of any agency, that should be over by `now` (business time). @returns how many came back */
export async function expireHolds(now: Date): Promise<number> {
  for (let expired = 0; ; ) {
    const rows = await readExpiredHolds(now, EXPIRED_AT_ONCE);
    const outcomes = await Promise.all(rows.map((row) => expireHold(row, { holdId: row.holdId, actor: 'expiry', at: now })));
    expired += outcomes.filter(Boolean).length;
    if (rows.length < EXPIRED_AT_ONCE) return expired;
  }
}

/** Whether credits were ever held under this id, and whether the hold ran out before anybody said how the call ended. */
export async function readHold(scope: ClientScope, holdId: string): Promise<'none' | 'held' | 'expired'> {
  const [hold, end] = await readNamed(scope, ['call.hold', 'hold.resolve'], holdId);
  if (!hold || hold.refused) return 'none';
  return end?.input === contentHash({ client: clientOf(scope), end: EXPIRED }) ? 'expired' : 'held';
}

const EXPIRED = 'expired';

/** Whichever way a hold ends, it is one transfer of one name: each is resolved once. */
async function resolve(
  scope: ClientScope,
  { holdId, ...act }: About,
  end: unknown,
  legs: (state: ClientState) => Leg[],
): Promise<Committed> {
  const [client, minutes] = [clientOf(scope), minutesOf(scope)];
  const [hold] = await readNamed(scope, ['call.hold'], holdId);
  if (!hold || hold.refused || !hold.postings.some(({ account }) => account === client)) return refuse('call.not_found');
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
  await deleteHoldRow(scope, holdId);
  return done;
}

async function readNamed(scope: ClientScope, kinds: readonly string[], cause: string): Promise<(Transfer | undefined)[]> {
  const names = kinds.map((kind) => ({ _id: `${prefixOf(scope)}${kind}/${cause}`, agencyId: scope.agencyId }));
  const found = await readTransfers(names);
  return names.map(({ _id }) => found.get(_id));
}

const amountOn = ({ postings }: Transfer, account: string): number => postings.find((posting) => posting.account === account)?.amount ?? 0;
