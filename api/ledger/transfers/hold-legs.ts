import type { ClientScope } from '../../models/scope.ts';
import type { ClientState } from '../../models/transfer.ts';
import { clientOf, minutesOf, overrunOf, platformHeld, platformUsed, usedAt } from '../accounts.ts';
import { type Leg, legs } from '../legs.ts';
import { changeOf } from '../state/changes.ts';
import { releaseHold, chargeHold } from '../state/debts.ts';
import { heldFor, holdFor, promisedIn } from '../state/holds.ts';
import { draw, sumTaken } from '../state/lots.ts';

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
