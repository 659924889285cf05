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

/** Names a credited purchase and the event that corrects it. */
export interface Return extends Act {
  sessionId: string;
  purchaseId: string;
  /**
   * The provider's id of the refund or dispute. Each cause acts once; a repetition's amount does not count. A caller that works from totals
   * may combine the payment's id with the next `version` of `readReturns`, read before it asks the provider. An outdated total then meets
   * an existing cause and is read anew.
   */
  cause: string;
}

/** Total of all refunds of the payment, this one included. */
export interface Refunded extends Return {
  refundedCents: number;
}

/** Disputed amount: the whole payment or a part of it. */
export interface Disputed extends Return {
  disputedCents: number;
}

export interface Returned extends Standing {
  /** True if this cause acted before, and the rest is the stored result; also true if there was nothing to do, which leaves no transfer. */
  repeated: boolean;
  /** Total returns of this purchase. */
  purchase: PurchaseReturns;
}

/**
 * Reverses a refunded purchase: takes back `floor(credits x refunded / paid)` in total, with the money and the platform's 2 % of it. The
 * client owes credits that it has used (`debt`), but not those that its own order used. A total below the known one changes nothing.
 * Refuses with `webhook.not_ready` until the purchase is credited and its order is over, as all functions here do.
 */
export const reversePurchase = (scope: ClientScope, refund: Refunded): Promise<Returned> => correctTotal(scope, 'refund.reverse', refund);

/**
 * Gives credits back after a reversed refund failed, down to the total without it. A total above the known one changes nothing.
 * @param refund has the failed refund's id as its cause
 */
export const reinstatePurchase = (scope: ClientScope, refund: Refunded): Promise<Returned> => correctTotal(scope, 'refund.fail', refund);

/** Holds the credits that an opened dispute could take back, as far as they are left. No money moves yet. */
export const freezePurchase = (scope: ClientScope, dispute: Disputed): Promise<Returned> => correct(scope, 'dispute.freeze', dispute);

/**
 * Releases the credits of a won dispute, once. If they were not frozen yet, they never will be. Refuses with `idempotency.mismatch` if the
 * dispute was lost before.
 */
export async function releaseFreeze(scope: ClientScope, { sessionId, purchaseId, cause, actor, at }: Return): Promise<Returned> {
  const dispute = { sessionId, purchaseId, cause, actor, at }; // without an amount, which would mean that it was lost
  await correct(scope, 'dispute.freeze', { ...dispute, disputedCents: 0 });
  return correct(scope, 'dispute.resolve', dispute);
}

/**
 * Takes back the disputed amount of a lost dispute, from its hold first, with money and fee. Amounts that refunds took back are not taken
 * again. Refuses with `idempotency.mismatch` if the dispute was won before.
 */
export async function loseFreeze(scope: ClientScope, dispute: Disputed): Promise<Returned> {
  await correct(scope, 'dispute.freeze', { ...dispute, disputedCents: 0 });
  return correct(scope, 'dispute.resolve', dispute);
}

/** Reads the returns of a purchase and the number of their changes. To compare with the provider, ask here first and then there. */
export async function readReturns(scope: ClientScope, purchaseId: string): Promise<PurchaseReturns & { version: number }> {
  const head = await readHead(scope, purchaseOf(scope, purchaseId));
  return { ...((head?.after as PurchaseReturns | undefined) ?? untouched), version: head?.seq ?? 0 }; // the account is a purchase
}

/** Corrects by a total. A total that changes nothing leaves its cause unused, because it may be outdated and come again. */
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
    // The amount is no part of the content: a later report of the same refund includes others. The outcome of a dispute is.
    content: { client, purchaseId, ...(kind === 'dispute.resolve' && { lost: disputedCents !== undefined }) },
    guarded: [client, purchase],
    legs: (stateOf) =>
      correctionLegs(scope, { kind, cause, correction, currency }, { client: stateOf(client), purchase: [purchase, stateOf(purchase)] }),
  });
  const after = transfer.postings.find(({ account }) => account === purchase)?.after as PurchaseReturns; // the account is a purchase
  return { repeated, purchase: after, ...standingAfter(scope, transfer) };
}

/** Reads the sale from the ledger. Refuses with `webhook.not_ready` while its order is unfinished. */
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

/** Returns the movements of a correction: the client's credits, the returned money and the platform's part of it. */
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
