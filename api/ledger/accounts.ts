import type { AgencyScope, ClientScope, World } from '../models/scope.ts';
import type { Currency } from '../rules/money.ts';

/** A client's account. Its name is a random subject, so that the ledger never says who the client is. */
export type ClientAccount = `client.${string}`;
/** The agency's prepaid minutes in one world. */
export type MinutesAccount = `minutes.${World}`;
/**
 * The returns of one purchase. It holds no amount. Its numbered entries carry the purchase's state, so that two corrections cannot overtake
 * each other.
 */
export type PurchaseAccount = `purchase.${string}`;
/** Accounts whose entries form a chain, each with the state after it. */
export type GuardedAccount = ClientAccount | MinutesAccount | PurchaseAccount;
/** The opposite sides of movements. They have no floor and no chain; their value is the sum of their postings. */
export type ContraAccount =
  | `${'issued' | 'used' | 'held' | 'debt' | 'overrun' | 'platform.issued' | 'platform.used' | 'platform.held'}.${World}`
  | `${'revenue' | 'clearing' | 'fees' | 'platform.fees'}.${Currency}.${World}`;
export type LedgerAccount = GuardedAccount | ContraAccount;

export const purchaseOf = ({ world }: AgencyScope, purchaseId: string): PurchaseAccount => `purchase.${purchaseId}.${world}`;
export const clientOf = (scope: ClientScope): ClientAccount => `client.${scope.subject}`;
export const minutesOf = ({ world }: AgencyScope): MinutesAccount => `minutes.${world}`;
/** Credits that the agency has promised to its clients. Negative, because promises start here. */
export const issuedBy = ({ world }: AgencyScope) => `issued.${world}` as const;
/** Credits that clients have used. */
export const usedAt = ({ world }: AgencyScope) => `used.${world}` as const;
/** Credits set aside for unfinished calls and orders: the sum of all that clients hold. */
export const heldAt = ({ world }: AgencyScope) => `held.${world}` as const;
/** Credits that clients used before their payment was taken back. Negative: the sum of all that clients owe. */
export const debtTo = ({ world }: AgencyScope) => `debt.${world}` as const;
/** Use beyond a client's credits. Negative; the agency bears it. */
export const overrunOf = ({ world }: AgencyScope) => `overrun.${world}` as const;
/** Minutes that the platform has sold. Negative, because minutes start here. */
export const platformIssued = ({ world }: AgencyScope) => `platform.issued.${world}` as const;
/** Minutes that agencies have used. */
export const platformUsed = ({ world }: AgencyScope) => `platform.used.${world}` as const;
/** Minutes that are set aside for running calls. */
export const platformHeld = ({ world }: AgencyScope) => `platform.held.${world}` as const;
/** Money that clients have paid. Negative, because it starts here. */
export const revenueOf = ({ world }: AgencyScope, currency: Currency) => `revenue.${currency}.${world}` as const;
/** Money that lies in the agency's own Stripe account. */
export const clearingOf = ({ world }: AgencyScope, currency: Currency) => `clearing.${currency}.${world}` as const;
/** Fees that the agency owes the platform for settled payments. Positive. */
export const feesOf = ({ world }: AgencyScope, currency: Currency) => `fees.${currency}.${world}` as const;
/** The platform's claim: the opposite side of the agency's fees. */
export const platformFees = ({ world }: AgencyScope, currency: Currency) => `platform.fees.${currency}.${world}` as const;

export const isClient = (account: string): account is ClientAccount => account.startsWith('client.');
export const isPurchase = (account: string): account is PurchaseAccount => account.startsWith('purchase.');
export const isGuarded = (account: string): account is GuardedAccount =>
  isClient(account) || isPurchase(account) || account.startsWith('minutes.');

/** Returns the unit of an account: milli-credits, or minor units of the currency in its name. Units never mix. */
export const unitOf = (account: string): 'credits' | Currency =>
  // the functions above put it there
  (/^(?:revenue|clearing|fees|platform\.fees)\.([A-Z]{3})\./.exec(account)?.[1] as Currency | undefined) ?? 'credits';
