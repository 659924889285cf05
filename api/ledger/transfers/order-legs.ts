import assert from 'node:assert/strict';
import type { ClientScope } from '../../models/scope.ts';
import type { ClientState, Hold, Lot, ReturnedPart } from '../../models/transfer.ts';
import { issuedBy, minutesOf } from '../accounts.ts';
import { type Leg, legs } from '../legs.ts';
import { changeOf } from '../state/changes.ts';
import { receiveHeld, releaseHold, returnParts, chargeHold } from '../state/debts.ts';
import { lotId } from '../state/effects.ts';
import { holdFor, orderedFor } from '../state/holds.ts';
import { draw } from '../state/lots.ts';

/** Credits that may pay for an order where free ones may not. */
export const isPaidFor = ({ prepaid }: Pick<Lot, 'prepaid'>): boolean => !prepaid;

/** What orders can be paid with out of these lots, in milli-credits. @param takesFree whether free credits may pay for them */
export const spendableIn = ({ lots }: Pick<ClientState, 'lots'>, takesFree: boolean): number =>
  lots.reduce((sum, lot) => (takesFree || isPaidFor(lot) ? sum + lot.remaining : sum), 0);

/** Sets credits aside for an order. The agency's minutes have nothing to do with it. */
export const orderHoldLegs = (scope: ClientScope, before: ClientState, key: string, millis: number, from?: (lot: Lot) => boolean): Leg[] =>
  legs(...changeOf(scope, before, holdFor(before, orderedFor(key), millis, from)));

/** Nothing was delivered: all of it comes back. */
export const orderVoidLegs = (scope: ClientScope, before: ClientState, key: string): Leg[] =>
  legs(...changeOf(scope, before, releaseHold(before, orderedFor(key))));

/**
 * Takes what an order cost out of what is held for it. The agency had paid for free credits with its minutes when it gave them. Spent on
 * something else than calls, they are its promise instead, and the minutes come back.
 */
export function orderSettleLegs(scope: ClientScope, before: ClientState, key: string, millis: number): Leg[] {
  const { state, taken, overrun } = chargeHold(before, orderedFor(key), millis);
  assert.equal(overrun, 0, 'an order costs no more than is held for it');
  const free = sumOf(taken.filter(({ lot }) => lot.prepaid));
  return legs(...changeOf(scope, before, state), [minutesOf(scope), free], [issuedBy(scope), -free]);
}

/** Gives back what an order took, and takes the minutes for the free credits among it again. */
export function orderRefundLegs(scope: ClientScope, before: ClientState, parts: readonly ReturnedPart[]): Leg[] {
  const free = sumOf(parts.filter(({ prepaid }) => prepaid));
  return legs(...changeOf(scope, before, returnParts(before, parts)), [minutesOf(scope), -free], [issuedBy(scope), free]);
}

/** What a client's account gains by credits that were paid for one order, and are set aside for it as they come. */
export function heldPurchaseMoves(scope: ClientScope, before: ClientState, sessionId: string, millis: number) {
  const id = lotId('credits.purchase', sessionId);
  const lot: Lot = { id, kind: 'purchased', granted: millis, remaining: millis, held: 0, prepaid: false, expiresAt: null };
  return changeOf(scope, before, receiveHeld(before, lot, orderedFor(sessionId)));
}

/** The lots that so much of a hold was taken from, as they were when it was held. */
export function partsTaken({ lots }: ClientState, hold: Hold, millis: number): ReturnedPart[] {
  const heldIn = new Map(hold.lots.map((part) => [part.id, part.millis]));
  const inHold = lots.map((lot) => ({ ...lot, remaining: heldIn.get(lot.id) ?? 0 }));
  return draw(inHold, millis).taken.map(({ lot: { id, kind, prepaid, expiresAt }, millis: part }) => ({
    id,
    kind,
    prepaid,
    expiresAt,
    millis: part,
  }));
}

const sumOf = (parts: readonly { millis: number }[]): number => parts.reduce((sum, { millis }) => sum + millis, 0);
