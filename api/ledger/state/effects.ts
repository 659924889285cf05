import assert from 'node:assert/strict';
import type { ClientState, Correction, Lot, OrderCorrection, PurchaseCorrection } from '../../models/transfer.ts';
import {
  chargeHold,
  freeze,
  receiveCredits,
  receiveHeld,
  releaseHold,
  returnCredits,
  returnParts,
  takeBack,
  takeFromUse,
  unfreeze,
} from './debts.ts';
import { heldFor, holdFor, orderedFor } from './holds.ts';
import { burn } from './lots.ts';

/** Kinds of transfers that bring a client credits, and the lot that they make. Each is named after what caused it. */
const grants = {
  'signup.grant': { kind: 'free', prepaid: true },
  'credits.allocate': { kind: 'allocated', prepaid: false },
  'credits.recharge': { kind: 'allocated', prepaid: false },
  'credits.purchase': { kind: 'purchased', prepaid: false },
} as const satisfies Record<string, Pick<Lot, 'kind' | 'prepaid'>>;
type Grant = keyof typeof grants;

/** The part of a transfer that decides what it does to an account. */
export interface Movement {
  kind: string;
  cause: string;
  correction?: Correction | undefined;
  /** All that the transfer moves, also elsewhere. */
  legs: readonly { account: string; amount: number }[];
  account: string;
  /** By which rules lots are joined. */
  rules: number;
}

/** What each kind of transfer does to a client. How much, its legs say. */
const effects = {
  ...(Object.fromEntries(Object.keys(grants).map((kind) => [kind, receiveGrant])) as Record<Grant, Effect>),
  'usage.record': (state, { leaving }) => {
    const millis = leaving('client.');
    return { ...state, available: state.available - millis, used: state.used + millis, lots: burn(state.lots, millis).lots };
  },
  'call.hold': (state, { cause, leaving }) => holdFor(state, heldFor(cause), -leaving('held.')),
  // Nothing used of it: the call was given up, or nobody ever said how it ended.
  'hold.resolve': (state, { cause, leaving }) => {
    const millis = -leaving('used.');
    return millis === 0 ? releaseHold(state, heldFor(cause)) : chargeHold(state, heldFor(cause), millis).state;
  },
  'order.hold': (state, { cause, leaving }) => holdFor(state, orderedFor(cause), -leaving('held.'), (lot) => !lot.prepaid),
  // By a plan whose free credits buy everything.
  'order.hold_all': (state, { cause, leaving }) => holdFor(state, orderedFor(cause), -leaving('held.')),
  'order.resolve': (state, { cause, leaving }) => {
    const millis = -leaving('used.');
    return millis === 0 ? releaseHold(state, orderedFor(cause)) : chargeHold(state, orderedFor(cause), millis).state;
  },
  'order.refund': (state, { ordered, rules }) => returnParts(state, ordered().parts, rules),
  'refund.reverse': takeBackPaid,
  'refund.fail': (state, { bought, leaving, rules }) =>
    returnCredits(takeFromUse(state, leaving('used.')), bought(), leaving('issued.') + leaving('used.'), rules),
  'dispute.freeze': (state, { cause, bought, leaving }) => freeze(state, cause, bought(), -leaving('held.')),
  'dispute.resolve': (state, facts) => takeBackPaid(unfreeze(state, facts.cause), facts),
} satisfies Record<string, Effect>;

export type ClientKind = keyof typeof effects;

interface Facts {
  kind: string;
  cause: string;
  rules: number;
  /** The lot of the purchase that is corrected. */
  bought(): string;
  /** The order that is corrected. */
  ordered(): OrderCorrection;
  /** What leaves the accounts that start so, in milli-credits: is promised, for one, or no longer held. */
  leaving(start: string): number;
}
type Effect = (state: ClientState, facts: Facts) => ClientState;

/** What a transfer makes of a client's state. */
export function clientAfter(state: ClientState, { kind, cause, correction, legs, rules }: Movement): ClientState {
  const effect: Effect | undefined = effects[kind as ClientKind];
  assert(effect, `nothing is known of ${kind}`);
  return effect(state, {
    kind,
    cause,
    rules,
    bought: () => (correction && 'sessionId' in correction ? lotOf(state, correction) : assert.fail(`${kind} corrects no purchase`)),
    ordered: () => (correction && 'parts' in correction ? correction : assert.fail(`${kind} corrects no order`)),
    leaving: (start) => 0 - legs.reduce((sum, { account, amount }) => (account.startsWith(start) ? sum + amount : sum), 0),
  });
}

/** Credits that come with a grant are a lot of its name. */
export const lotId = (kind: Grant, cause: string): string => `${kind}/${cause}`;

/** Where a purchase's credits lie: in their own lot or, where that is not open, in the one that took them in, as long as that is. */
export function lotOf({ lots }: Pick<ClientState, 'lots'>, { sessionId, joined }: PurchaseCorrection): string {
  const own = lotId('credits.purchase', sessionId);
  const isOpen = (lot: string | undefined) => lots.some(({ id }) => id === lot);
  return joined !== undefined && !isOpen(own) && isOpen(joined) ? joined : own;
}

/** Out of what an order had used, as far as the legs say so; the rest as from anybody. */
function takeBackPaid(state: ClientState, { bought, leaving }: Facts): ClientState {
  return takeBack(takeFromUse(state, leaving('used.')), bought(), -leaving('issued.') - leaving('used.'));
}

function receiveGrant(state: ClientState, { kind, cause, leaving, rules }: Facts): ClientState {
  const form = grants[kind as Grant]; // it is one of these
  const granted = leaving('issued.') + leaving('minutes.');
  assert(granted > 0, 'a grant brings something');
  const lot: Lot = { id: lotId(kind as Grant, cause), ...form, granted, remaining: granted, held: 0, expiresAt: null };
  return -leaving('held.') === granted ? receiveHeld(state, lot, orderedFor(cause)) : receiveCredits(state, lot, rules);
}
