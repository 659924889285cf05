import { type Clocked, randomText } from './ids.ts';
import type { Mail } from './mail/inbox.ts';
import type { PhoneMessage } from './phone/phone.ts';
import type { RetellAccount } from './retell/objects.ts';
import type {
  Answer,
  Charge,
  Delivery,
  Dispute,
  Endpoint,
  Event,
  LineItem,
  PaymentData,
  PaymentIntent,
  Price,
  Product,
  Refund,
  Session,
} from './stripe/objects.ts';
import { type TrunkState, trunkAtFirst } from './trunk/trunk.ts';
import type { PhoneKind, TwilioAccount } from './twilio/objects.ts';

/** One Stripe account of the sandbox with the keys of both modes. */
export interface Account {
  id: string;
  name: string;
  publishableKey: string;
  secretKey: string;
  livePublishableKey: string;
  liveSecretKey: string;
  /** Permissions of each of its restricted keys. Absent without any. */
  restrictedKeys?: Record<string, Restriction>;
  /** False if Stripe forbids it to take live payments. */
  isActive?: boolean;
  /** True if webhook addresses must be reachable from the internet; otherwise this machine's addresses suffice. */
  wantsPublicUrls?: boolean;
}

/** Permissions of a restricted key, in Stripe's words: `checkout_session_write`. Write includes read. */
export interface Restriction {
  livemode: boolean;
  rights: string[];
}

/** Everything that one account owns in one mode. Nothing in it is visible from the other mode. */
export interface Vault {
  accountId: string;
  livemode: boolean;
  products: Record<string, Product>;
  prices: Record<string, Price>;
  sessions: Record<string, Session>;
  /** The items of a Checkout session, by session id; Stripe shows them only where asked to. */
  lineItems: Record<string, LineItem[]>;
  /** Requests about payments that do not exist yet, by session id. */
  paymentData: Record<string, PaymentData>;
  paymentIntents: Record<string, PaymentIntent>;
  charges: Record<string, Charge>;
  refunds: Record<string, Refund>;
  disputes: Record<string, Dispute>;
  endpoints: Record<string, Endpoint>;
  events: Record<string, Event>;
  deliveries: Record<string, Delivery>;
  /** Answers by idempotency key. */
  answers: Record<string, Answer>;
}

/** The whole state of the sandbox. Plain JSON, so that it can be written to a file as it is. */
export interface World extends Clocked {
  accounts: Account[];
  vaults: Vault[];
  mails: Mail[];
  twilio: TwilioAccount[];
  /** Numbers that somebody outside has bought. */
  takenNumbers: string[];
  phoneMessages: PhoneMessage[];
  /** The phone behind a number, if it is unusual. */
  phones?: Record<string, PhoneKind>;
  retell: RetellAccount[];
  trunk: TrunkState;
}

export const emptyWorld = (): World => ({
  accounts: [],
  vaults: [],
  mails: [],
  twilio: [],
  takenNumbers: [],
  phoneMessages: [],
  retell: [],
  trunk: { ...trunkAtFirst },
  clock: { offsetSeconds: 0 },
});

/** Makes an account with keys of both modes and an empty vault for each. */
export function openAccount(world: World, name: string): Account {
  const key = (kind: string) => `${kind}_${randomText(32)}`;
  const account: Account = {
    id: `acct_${randomText(16)}`,
    name,
    publishableKey: key('pk_test'),
    secretKey: key('sk_test'),
    livePublishableKey: key('pk_live'),
    liveSecretKey: key('sk_live'),
  };
  world.accounts.push(account);
  world.vaults.push(emptyVault(account.id, false), emptyVault(account.id, true));
  return account;
}

/** Has every kind of object, so that a state written before a kind existed can be completed with it. */
export function emptyVault(accountId: string, livemode: boolean): Vault {
  const things = {
    products: {},
    prices: {},
    sessions: {},
    lineItems: {},
    paymentData: {},
    paymentIntents: {},
    charges: {},
    refunds: {},
    disputes: {},
    endpoints: {},
    events: {},
    deliveries: {},
  };
  return { accountId, livemode, ...things, answers: {} };
}

/** The vault that holds an object of this kind and id, whichever account and mode it belongs to. */
export function vaultOf(world: World, kind: 'sessions' | 'refunds' | 'disputes' | 'events' | 'deliveries', id: string): Vault | undefined {
  return world.vaults.find((vault) => Object.hasOwn(vault[kind], id));
}

/** The account's name, as the hosted pages show it. */
export const merchantOf = (world: World, vault: Vault): string =>
  world.accounts.find((account) => account.id === vault.accountId)?.name ?? 'Test merchant';

/** Forgets the oldest entries, so that a sandbox that runs for weeks stays small. */
export function keepNewest(entries: Record<string, unknown>, most: number): void {
  const keys = Object.keys(entries);
  for (const key of keys.slice(0, Math.max(0, keys.length - most))) delete entries[key];
}
