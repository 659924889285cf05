import assert from 'node:assert/strict';
import type { AgencyScope } from '../models/scope.ts';
import { type ClientState, type Posting, type PurchaseReturns, prefixOf, type Transfer } from '../models/transfer.ts';
import { type Currency, currencies } from '../rules/money.ts';
import { isClient, isGuarded, isPurchase } from './accounts.ts';
import { namesOf } from './names.ts';
import { lotId } from './state/effects.ts';
import { wentBackCents } from './state/returns.ts';

/** Returns the cause in a transfer's id: the part after agency, world and name. Returns '' if the id has another form. */
export function causeOf(transfer: Transfer): string {
  const prefix = namesOf(transfer.kind)
    .map((name) => `${prefixOf(transfer)}${name}/`)
    .find((start) => transfer._id.startsWith(start));
  return prefix === undefined ? '' : transfer._id.slice(prefix.length);
}

/** Returns the postings that are links of a chain. */
export const entriesOf = ({ postings }: { postings: Posting[] }) =>
  postings.filter(({ account }) => isGuarded(account)) as Required<Posting>[]; // guarded postings have all fields

export const isDone = ({ kind, refused }: Transfer, wanted: string): boolean => kind === wanted && refused === undefined;

export const amountOn = ({ postings }: Transfer, account: string): number =>
  postings.find((posting) => posting.account === account)?.amount ?? 0;

export const clientIn = ({ postings }: Transfer) => postings.find(({ account }) => isClient(account));

export const clientAmount = (transfer: Transfer): number => clientIn(transfer)?.amount ?? 0;

/**
 * Returns the lot that a purchase joined, if it got no lot of its own. Before rules 2, credits for a client with many open lots joined the
 * newest lot like them.
 */
export function joinedIn(sale: Transfer): string | undefined {
  const { amount = 0, after } = clientIn(sale) ?? {};
  const { lots } = after as ClientState; // of a client's account
  if (amount === 0 || (sale.rules ?? 1) >= 2 || lots.some(({ id }) => id === lotId('credits.purchase', causeOf(sale)))) return undefined;
  return lots.findLast(({ kind, expiresAt }) => kind === 'purchased' && expiresAt === null)?.id;
}

/** Returns the state of a purchase after its correction. */
export const purchaseIn = ({ postings }: Transfer) => postings.find(({ account }) => isPurchase(account))?.after as PurchaseReturns; // of a purchase

/** Returns the part of a correction that is about a purchase. */
export const purchaseCorrected = ({ correction }: Transfer) => (correction && 'sessionId' in correction ? correction : undefined);

/** Returns the part of a correction that is about an order. */
export const orderCorrected = ({ correction }: Transfer) => (correction && 'parts' in correction ? correction : undefined);

/** Returns the part of a correction that is about free credits. */
export const freeCorrected = ({ correction }: Transfer) => (correction && 'lot' in correction ? correction : undefined);

export const moneyBack = (transfer: Transfer, before: PurchaseReturns): number => {
  const { priceCents } = purchaseCorrected(transfer) ?? assert.fail('it does not say what it corrects');
  return wentBackCents(before, priceCents) - wentBackCents(purchaseIn(transfer), priceCents);
};

export const feeBack = (transfer: Transfer, before: PurchaseReturns): number =>
  before.reversedFeeCents - purchaseIn(transfer).reversedFeeCents;

export const sumOver = (transfer: Transfer, accountOf: (scope: AgencyScope, currency: Currency) => string): number =>
  currencies.reduce((sum, currency) => sum + amountOn(transfer, accountOf(transfer, currency)), 0);
