import assert from 'node:assert/strict';
import type { ClientState, Correction, FreeCorrection, Lot, OrderCorrection, PurchaseCorrection } from '../../models/transfer.ts';
import {
  chargeHold,
  freeze,
  receiveCredits,
  receiveHeld,
  returnCredits,
  returnParts,
  takeAvailable,
  takeBack,
  takeFree,
  takeFromUse,
  unfreeze,
} from './debts.ts';
import { heldFor, holdFor, orderedFor } from './holds.ts';
import { burn, isOpen } from './lots.ts';

/** Kinds of transfers that bring a client credits, and the lot that each makes. A lot is named after its cause. */
const grants = {
  'signup.grant': { kind: 'free', prepaid: true },
  'credits.allocate': { kind: 'allocated', prepaid: false },
  'credits.recharge': { kind: 'allocated', prepaid: false },
  'credits.purchase': { kind: 'purchased', prepaid: false },
} as const satisfies Record<string, Pick<Lot, 'kind' | 'prepaid'>>;
type Grant = keyof typeof grants;

/** The facts of a transfer that decide its effect on an account. */
export interface Movement {
  kind: string;
  cause: string;
  correction?: Correction | undefined;
  /** All legs of the transfer, also those of other accounts. */
  legs: readonly { account: string; amount: number }[];
  account: string;
  /** Version of the rules by which lots are joined and leave. */
  rules: number;
}

/** Effects of each kind of transfer on a client. Its legs say how much moves. */
const effects = {
  ...(Object.fromEntries(Object.keys(grants).map((kind) => [kind, receiveGrant])) as Record<Grant, Effect>),
  'usage.record': thenClose((state, { leaving }) => {
    const millis = leaving('client.');
    return { ...state, available: state.available - millis, used: state.used + millis, lots: burn(state.lots, millis).lots };
  }),
  'account.close': thenClose((state, { leaving }) => takeAvailable(state, leaving('client.'))),
  'call.hold': (state, { cause, leaving }) => holdFor(state, heldFor(cause), -leaving('held.')),
  // All of it comes back if nothing was used: the call was given up, or nobody reported its end.
  'hold.resolve': thenClose((state, { cause, leaving }) => chargeHold(state, heldFor(cause), -leaving('used.')).state),
  'order.hold': (state, { cause, leaving }) => holdFor(state, orderedFor(cause), -leaving('held.'), (lot) => !lot.prepaid),
  // A plan may let free credits buy everything.
  'order.hold_all': (state, { cause, leaving }) => holdFor(state, orderedFor(cause), -leaving('held.')),
  'order.resolve': thenClose((state, { cause, leaving }) =>
    withoutOwn(chargeHold(state, orderedFor(cause), -leaving('used.')).state, lotId('credits.purchase', cause)),
  ),
  'order.refund': thenClose((state, { ordered, rules }) => returnParts(state, ordered().parts, rules)),
  'free.return': (state, { freed, leaving, rules }) => takeFree(state, freed().lot, leaving('client.'), rules),
  'refund.reverse': thenClose(takeBackPaid),
  'refund.fail': (state, { bought, leaving, rules }) =>
    returnCredits(takeFromUse(state, leaving('used.')), bought(), leaving('issued.') + leaving('used.'), rules),
  'dispute.freeze': (state, { cause, bought, leaving }) => freeze(state, cause, bought(), -leaving('held.')),
  'dispute.resolve': thenClose((state, facts) => takeBackPaid(unfreeze(state, facts.cause), facts)),
} satisfies Record<string, Effect>;

export type ClientKind = keyof typeof effects;

interface Facts {
  kind: string;
  cause: string;
  rules: number;
  /** Returns the lot of the corrected purchase. */
  bought(): string;
  /** Returns the corrected order. */
  ordered(): OrderCorrection;
  /** Returns the corrected grant. */
  freed(): FreeCorrection;
  /** Returns the milli-credits that leave the accounts with this prefix, e.g. promised or no longer held. */
  leaving(start: string): number;
}
type Effect = (state: ClientState, facts: Facts) => ClientState;

/** Returns a client's state after a transfer. */
export function clientAfter(state: ClientState, { kind, cause, correction, legs, rules }: Movement): ClientState {
  const effect: Effect | undefined = effects[kind as ClientKind];
  assert(effect, `nothing is known of ${kind}`);
  return effect(state, {
    kind,
    cause,
    rules,
    bought: () => (correction && 'sessionId' in correction ? lotOf(state, correction) : assert.fail(`${kind} corrects no purchase`)),
    ordered: () => (correction && 'parts' in correction ? correction : assert.fail(`${kind} corrects no order`)),
    freed: () => (correction && 'lot' in correction ? correction : assert.fail(`${kind} corrects no grant`)),
    leaving: (start) => 0 - legs.reduce((sum, { account, amount }) => (account.startsWith(start) ? sum + amount : sum), 0),
  });
}

/** Names the lot of a grant. */
export const lotId = (kind: Grant, cause: string): string => `${kind}/${cause}`;

/** Finds the lot that holds a purchase's credits: its own or, if that is not listed, the one that it joined. */
export function lotOf({ lots }: Pick<ClientState, 'lots'>, { sessionId, joined }: PurchaseCorrection): string {
  const own = lotId('credits.purchase', sessionId);
  const isListed = (lot: string | undefined) => lots.some(({ id }) => id === lot);
  return joined !== undefined && !isListed(own) && isListed(joined) ? joined : own;
}

/** Completes an effect that takes from lots: by rules before 3, those that it used up leave at once. */
function thenClose(effect: Effect): Effect {
  return (state, facts) => {
    const after = effect(state, facts);
    return facts.rules < 3 ? { ...after, lots: after.lots.filter(isOpen) } : after;
  };
}

/** Removes the used-up lot that was bought for one order: the client never had these credits to spend, so the meter does not show them. */
const withoutOwn = (state: ClientState, own: string): ClientState => ({
  ...state,
  lots: state.lots.filter((lot) => lot.id !== own || isOpen(lot)),
});

/** Takes the amount in the legs out of the order's use, and the rest from any lot. */
function takeBackPaid(state: ClientState, { bought, leaving }: Facts): ClientState {
  return takeBack(takeFromUse(state, leaving('used.')), bought(), -leaving('issued.') - leaving('used.'));
}

function receiveGrant(state: ClientState, { kind, cause, leaving, rules }: Facts): ClientState {
  const form = grants[kind as Grant]; // every kind with this effect is a grant
  const granted = leaving('issued.') + leaving('minutes.');
  assert(granted > 0, 'a grant brings something');
  const lot: Lot = { id: lotId(kind as Grant, cause), ...form, granted, remaining: granted, held: 0, expiresAt: null };
  return -leaving('held.') === granted ? receiveHeld(state, lot, orderedFor(cause)) : receiveCredits(state, lot, rules);
}
