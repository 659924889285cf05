import type { ClientScope } from '../../models/scope.ts';
import type { ClientState, PurchaseCorrection, PurchaseState } from '../../models/transfer.ts';
import type { Currency } from '../../rules/money.ts';
import { clearingOf, feesOf, type PurchaseAccount, platformFees, revenueOf } from '../accounts.ts';
import { type Leg, legs } from '../legs.ts';
import { changeOf } from '../state/changes.ts';
import { freeze, returnCredits, takeBack, takeFromUse, unfreeze } from '../state/debts.ts';
import { lotOf } from '../state/effects.ts';
import { disputedMillis, returnsAfter, unusedBy, wentBackCents } from '../state/returns.ts';

interface Before {
  client: ClientState;
  purchase: [PurchaseAccount, PurchaseState];
}

interface Wanted {
  kind: string;
  cause: string;
  correction: PurchaseCorrection;
  currency: Currency;
}

/** What a correction of a purchase moves: credits of the client, the money that went back, and the platform's part of it. */
export function correctionLegs(scope: ClientScope, wanted: Wanted, { client, purchase: [account, before] }: Before): Leg[] {
  const { correction, currency, kind } = wanted;
  const after = returnsAfter(before, kind, correction);
  const money = wentBackCents(after, correction.priceCents) - wentBackCents(before, correction.priceCents);
  const fee = after.reversedFeeCents - before.reversedFeeCents;
  return legs(
    ...changeOf(scope, client, corrected(client, wanted, before, after)),
    [account, 0],
    [clearingOf(scope, currency), -money],
    [revenueOf(scope, currency), money],
    [feesOf(scope, currency), -fee],
    [platformFees(scope, currency), fee],
  );
}

function corrected(client: ClientState, { kind, cause, correction }: Wanted, before: PurchaseState, after: PurchaseState): ClientState {
  const bought = lotOf(client, correction);
  if (kind === 'dispute.freeze') {
    const left = client.lots.find(({ id }) => id === bought)?.remaining ?? 0;
    return freeze(client, cause, bought, Math.min(left, disputedMillis(before, correction)));
  }
  const unused = unusedBy(before, after, correction);
  const back = after.reversed - before.reversed - unused;
  const now = takeFromUse(kind === 'dispute.resolve' ? unfreeze(client, cause) : client, unused);
  return back < 0 ? returnCredits(now, bought, -back) : takeBack(now, bought, back);
}
