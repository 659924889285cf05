import type { AgencyScope, ClientScope, World } from '../models/scope.ts';
import type { Currency } from '../rules/money.ts';

/** A client, named by its random subject: never by anything that says who it is. */
export type ClientAccount = `client.${string}`;
/** The minutes that an agency has prepaid, in one world. */
export type MinutesAccount = `minutes.${World}`;
/** What went back of one purchase. Nothing lies on it: its entries say how it stands, and that two corrections do not pass each other by. */
export type PurchaseAccount = `purchase.${string}`;
/** Accounts whose entries form a chain, each with the state after it. */
export type GuardedAccount = ClientAccount | MinutesAccount | PurchaseAccount;
/** The other ends of movements. They have no floor and no chain; what they hold is the sum of their postings. */
export type ContraAccount =
  | `${'issued' | 'used' | 'held' | 'debt' | 'overrun' | 'platform.issued' | 'platform.used' | 'platform.held'}.${World}`
  | `${'revenue' | 'clearing' | 'fees' | 'platform.fees'}.${Currency}.${World}`;
export type LedgerAccount = GuardedAccount | ContraAccount;

export const purchaseOf = ({ world }: AgencyScope, purchaseId: string): PurchaseAccount => `purchase.${purchaseId}.${world}`;
export const clientOf = (scope: ClientScope): ClientAccount => `client.${scope.subject}`;
export const minutesOf = ({ world }: AgencyScope): MinutesAccount => `minutes.${world}`;
/** Credits that an agency has promised to its clients: negative, as they come from here. */
export const issuedBy = ({ world }: AgencyScope) => `issued.${world}` as const;
/** Credits that clients have used. */
export const usedAt = ({ world }: AgencyScope) => `used.${world}` as const;
/** Credits that are set aside for something that is not over: the sum of what clients hold. */
export const heldAt = ({ world }: AgencyScope) => `held.${world}` as const;
/** Credits that clients have used and that were taken back: negative, the sum of what clients owe. */
export const debtTo = ({ world }: AgencyScope) => `debt.${world}` as const;
/** What calls took beyond what their clients had: negative. The agency bears it. */
export const overrunOf = ({ world }: AgencyScope) => `overrun.${world}` as const;
/** Minutes that the platform has sold: negative, as they come from here. */
export const platformIssued = ({ world }: AgencyScope) => `platform.issued.${world}` as const;
/** Minutes that agencies have used. */
export const platformUsed = ({ world }: AgencyScope) => `platform.used.${world}` as const;
/** Minutes that are set aside for running calls. */
export const platformHeld = ({ world }: AgencyScope) => `platform.held.${world}` as const;
/** What clients have paid: negative, as it comes from here. */
export const revenueOf = ({ world }: AgencyScope, currency: Currency) => `revenue.${currency}.${world}` as const;
/** Money that lies in the agency's own Stripe account. */
export const clearingOf = ({ world }: AgencyScope, currency: Currency) => `clearing.${currency}.${world}` as const;
/** What the agency owes the platform for settled payments: positive. */
export const feesOf = ({ world }: AgencyScope, currency: Currency) => `fees.${currency}.${world}` as const;
/** The platform's claim: the other side of the agency's fees. */
export const platformFees = ({ world }: AgencyScope, currency: Currency) => `platform.fees.${currency}.${world}` as const;

export const isClient = (account: string): account is ClientAccount => account.startsWith('client.');
export const isPurchase = (account: string): account is PurchaseAccount => account.startsWith('purchase.');
export const isGuarded = (account: string): account is GuardedAccount =>
  isClient(account) || isPurchase(account) || account.startsWith('minutes.');

/** Amounts of different units never meet: an account holds milli-credits, or minor units of the one currency in its name. */
export const unitOf = (account: string): 'credits' | Currency =>
  (/^(?:revenue|clearing|fees|platform\.fees)\.([A-Z]{3})\./.exec(account)?.[1] as Currency | undefined) ?? 'credits'; // named by the functions above
