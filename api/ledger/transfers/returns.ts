import assert from 'node:assert/strict';
import { refuse } from '../../contract/refusal.ts';
import { readHead } from '../../models/entry.ts';
import type { ClientScope } from '../../models/scope.ts';
import { type ClientState, type PurchaseCorrection, type PurchaseReturns, readNamed } from '../../models/transfer.ts';
import { type Currency, currencies } from '../../rules/money.ts';
import {
  clearingOf,
  clientOf,
  feesOf,
  heldAt,
  issuedBy,
  type PurchaseAccount,
  platformFees,
  purchaseOf,
  revenueOf,
  usedAt,
} from '../accounts.ts';
import { type Leg, legs } from '../legs.ts';
import { amountOn, clientIn, joinedIn } from '../reading.ts';
import { readStanding, type Standing, standingAfter } from '../standing.ts';
import { changeOf } from '../state/changes.ts';
import { freeze, returnCredits, takeBack, takeFromUse, unfreeze } from '../state/debts.ts';
import { lotOf } from '../state/effects.ts';
import { disputedMillis, returnsAfter, untouched, unusedBy, wentBackCents } from '../state/returns.ts';
import type { Kind } from '../state/states.ts';
import type { Act } from '../write/act.ts';
import { commit } from '../write/commit.ts';

/** A purchase that was credited, and what corrects it. */
export interface Return extends Act {
  sessionId: string;
  purchaseId: string;
  /**
   * The provider's id of what happened: of the refund, or of the dispute. The same cause does the same thing once; how much it is told the
   * second time does not count. Who works from totals can make one of the payment's id and the next `version` of `readReturns`, read before
   * the provider is asked: then a total that is old by the time it arrives meets a cause that was there already, and is looked up anew.
   */
  cause: string;
}

/** All that went back of the payment by refunds, the one of this cause among them. */
export interface Refunded extends Return {
  refundedCents: number;
}

/** What the dispute is about: the whole payment, or a part of it. */
export interface Disputed extends Return {
  disputedCents: number;
}

export interface Returned extends Standing {
  /** It was done before, for this very cause, and the rest is how it was left then; or there was nothing to do, and no trace is left. */
  repeated: boolean;
  /** What went back of this purchase in all. */
  purchase: PurchaseReturns;
}

/**
 * A refund left: takes back `floor(credits x refunded / paid)` in all, with the platform's 2 % of the same sum and the money. What has been
 * used of it is owed (`debt`), and nobody falls below zero; but what its own order used is used no more, and nobody owes it. Less than the
 * ledger knows of already changes nothing.
 * Refuses with `webhook.not_ready` as long as the purchase is not credited, or its order under way; so do the others here.
 */
export const reversePurchase = (scope: ClientScope, refund: Refunded): Promise<Returned> => correctTotal(scope, 'refund.reverse', refund);

/**
 * A refund failed after it had been reversed: gives back down to what is refunded without it. More than the ledger knows of changes nothing.
 * @param refund its cause is the refund's id, as before
 */
export const reinstatePurchase = (scope: ClientScope, refund: Refunded): Promise<Returned> => correctTotal(scope, 'refund.fail', refund);

/** A dispute was opened: as many credits as it would take back are held, as far as they are left. No money moves yet. */
export const freezePurchase = (scope: ClientScope, dispute: Disputed): Promise<Returned> => correct(scope, 'dispute.freeze', dispute);

/**
 * A dispute was won: exactly what was held for it is available again, once. If it was not frozen yet, it will not be any more.
 * Refuses with `idempotency.mismatch` where the same dispute was lost before.
 */
export async function releaseFreeze(scope: ClientScope, { sessionId, purchaseId, cause, actor, at }: Return): Promise<Returned> {
  const dispute = { sessionId, purchaseId, cause, actor, at }; // and no amount, which would say that it was lost
  await correct(scope, 'dispute.freeze', { ...dispute, disputedCents: 0 });
  return correct(scope, 'dispute.resolve', dispute);
}

/**
 * A dispute was lost: takes back what it is about, out of what was held for it first, together with the money and the fee. What refunds took
 * back before is not taken again. Refuses with `idempotency.mismatch` where the same dispute was won before.
 */
export async function loseFreeze(scope: ClientScope, dispute: Disputed): Promise<Returned> {
  await correct(scope, 'dispute.freeze', { ...dispute, disputedCents: 0 });
  return correct(scope, 'dispute.resolve', dispute);
}

/** What went back of a purchase, and how often that changed. Someone who compares it with the provider asks here first, then there. */
export async function readReturns(scope: ClientScope, purchaseId: string): Promise<PurchaseReturns & { version: number }> {
  const head = await readHead(scope, purchaseOf(scope, purchaseId));
  return { ...((head?.after as PurchaseReturns | undefined) ?? untouched), version: head?.seq ?? 0 }; // of a purchase
}

/** A total that changes nothing does not use up its cause: it may be old, and come again. */
async function correctTotal(scope: ClientScope, kind: 'refund.reverse' | 'refund.fail', refund: Refunded): Promise<Returned> {
  await readSale(scope, refund);
  const { version: _, ...purchase } = await readReturns(scope, refund.purchaseId);
  const isOld = kind === 'refund.reverse' ? refund.refundedCents <= purchase.refundedCents : refund.refundedCents >= purchase.refundedCents;
  return isOld ? { repeated: true, purchase, ...(await readStanding(scope)) } : correct(scope, kind, refund);
}

type Told = Return & { refundedCents?: number; disputedCents?: number };

async function correct(scope: ClientScope, kind: Kind, told: Told): Promise<Returned> {
  const { sessionId, purchaseId, cause, actor, at, refundedCents, disputedCents } = told;
  const { currency, ...sold } = await readSale(scope, told);
  const correction: PurchaseCorrection = {
    sessionId,
    ...sold,
    ...(refundedCents !== undefined && { refundedCents }),
    ...(disputedCents !== undefined && { disputedCents }),
  };
  const [client, purchase] = [clientOf(scope), purchaseOf(scope, purchaseId)];
  const { transfer, repeated } = await commit(scope, {
    actor,
    at,
    kind,
    cause,
    purchaseId,
    correction,
    // How much it is, is not part of it: told later, the same refund is told with others beside it. Won or lost is.
    content: { client, purchaseId, ...(kind === 'dispute.resolve' && { lost: disputedCents !== undefined }) },
    guarded: [client, purchase],
    legs: (stateOf) =>
      correctionLegs(scope, { kind, cause, correction, currency }, { client: stateOf(client), purchase: [purchase, stateOf(purchase)] }),
  });
  const after = transfer.postings.find(({ account }) => account === purchase)?.after as PurchaseReturns; // of a purchase
  return { repeated, purchase: after, ...standingAfter(scope, transfer) };
}

/** What was sold, as the ledger itself has it. Refuses with `webhook.not_ready` as long as it is open what becomes of the order it is for. */
async function readSale(scope: ClientScope, { sessionId, purchaseId }: Return): Promise<Sale> {
  const [sale, orderEnd] = await readNamed(scope, ['credits.purchase', 'order.resolve'], sessionId);
  if (!sale || sale.refused) return refuse('webhook.not_ready');
  assert(sale.purchaseId === purchaseId && clientIn(sale)?.account === clientOf(scope), `${purchaseId} is another purchase, or another's`);
  const currency = currencies.find((one) => amountOn(sale, clearingOf(scope, one)) !== 0) ?? assert.fail('a sale has a price');
  const credits = 0 - amountOn(sale, issuedBy(scope));
  if (amountOn(sale, heldAt(scope)) > 0 && !orderEnd) refuse('webhook.not_ready');
  const isOrdered = orderEnd !== undefined && amountOn(orderEnd, usedAt(scope)) === credits;
  const joined = joinedIn(sale);
  return {
    currency,
    credits,
    priceCents: amountOn(sale, clearingOf(scope, currency)),
    ...(joined !== undefined && { joined }),
    ...(isOrdered && { isOrdered }),
  };
}

type Sale = Pick<PurchaseCorrection, 'credits' | 'priceCents' | 'joined' | 'isOrdered'> & { currency: Currency };

interface Before {
  client: ClientState;
  purchase: [PurchaseAccount, PurchaseReturns];
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

function corrected(client: ClientState, { kind, cause, correction }: Wanted, before: PurchaseReturns, after: PurchaseReturns): ClientState {
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
