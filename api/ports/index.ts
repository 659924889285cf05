/** What the domain needs from the world outside. The real ones are in `providers/`; they arrive as arguments. */

import type { ErrorCode } from '../contract/index.ts';
import type { troubleNames } from '../contract/system.ts';
import type { Order, OrderKind } from '../models/order.ts';
import type { Keys } from '../security/keys.ts';
import type { Tokens } from '../security/tokens.ts';
import type { Directory } from './directory.ts';
import type { Documents } from './documents.ts';
import type { Payments } from './payments.ts';
import type { Telephony, Trunks } from './telephony.ts';
import type { Voice } from './voice.ts';
import type { Web } from './web.ts';

export type { AgencyScope, ClientScope } from '../models/scope.ts';
export * from './answers.ts';
export type * from './directory.ts';
export type * from './documents.ts';
export * from './payments.ts';
export type * from './telephony.ts';
export type * from './voice.ts';
export type * from './web.ts';

export interface Mail {
  from: { name: string; address: string };
  replyTo?: string;
  to: string;
  subject: string;
  html: string;
  text: string;
  /** The same for every attempt to send this mail. */
  messageId: string;
}

export interface Mailer {
  /** Throws MailError where the mail server does not take the mail. */
  send(mail: Mail): Promise<void>;
}

/**
 * A mail was not taken. `refused`: whoever it is for will never get it. `later`: this mail may be taken later. `away`: no mail leaves at the
 * moment, neither this one nor another.
 */
export class MailError extends Error {
  readonly outcome: 'refused' | 'later' | 'away';
  /** The mail server's or the system's own code, such as `550` or `ECONNREFUSED`. Its words stay unsaid: they quote addresses. */
  readonly code: string;

  constructor(outcome: MailError['outcome'], code: string) {
    super(`the mail server: ${code}`);
    this.name = 'MailError';
    this.outcome = outcome;
    this.code = code;
  }
}

/** Points in a story where a test may end the process, to show that nothing is lost or doubled there. */
export type CrashPoint =
  | 'webhook.verified'
  | 'webhook.read_back'
  | 'purchase.before_transfer'
  | 'purchase.after_transfer'
  | 'purchase.after_state'
  | 'returns.before_transfer'
  | 'returns.after_refund'
  | 'returns.after_transfer'
  | 'returns.after_order'
  | 'mail.after_send'
  | 'checkout.after_intent'
  | 'checkout.after_session'
  | 'order.after_insert'
  | 'order.after_hold'
  | 'order.after_fulfil'
  | 'order.after_capture'
  | 'order.after_settle'
  | 'order.after_undo'
  | 'agency.after_insert'
  | 'signup.after_insert'
  | 'verify.after_grant'
  | 'number.after_buy'
  | 'source.after_insert'
  | 'source.after_orders'
  | 'source.after_checking'
  | 'source.after_provider'
  | 'source.after_refund';

/** One line for an operator. `detail` holds ids and reasons, never a key, a token or an address. */
export interface Log {
  info(detail: object, sentence: string): void;
  /** Somebody has to look. */
  error(detail: object, sentence: string): void;
}

/** What somebody has to look at while the API goes on: `/readyz` names it as long as it is so. */
export type Trouble = (typeof troubleNames)[number];

/** How one kind of order is brought about. Credits are set aside in either case; what may be delivered first is only authorised money. */
export type Fulfilment = Bringing & (AfterPayment | BeforePayment);

interface Bringing {
  /**
   * Brings about what was ordered, or finds that it is there already: it is called again after a crash until it says how it ended.
   * Throws while the outcome is unknown: it is then asked again, later. One process at a time asks for one order.
   */
  fulfil(order: Order, deps: Deps): Promise<{ delivered: true } | { delivered: false; code: ErrorCode }>;
  /** The order is over without being delivered or paid: undoes what `fulfil` did, however far it came, and frees what was kept. Repeatable. */
  release(order: Order, deps: Deps): Promise<void>;
  /** The money that paid for it went back after it was delivered: takes back what can be taken back. Repeatable. Of kinds paid with money. */
  takeBack?(order: Order, deps: Pick<Deps, 'now'>): Promise<void>;
  /** How long after it was ordered it is tried, in milliseconds; then it is undone. Left out where somebody else ends it. */
  patienceMs?: number;
}

/** It costs the agency nothing to bring about, and nobody outside: the money is taken first. */
interface AfterPayment {
  delivered: 'after payment';
  /** Why it could not be delivered as things stand. It is asked before any money is taken. */
  prevented(order: Order, deps: Deps): Promise<ErrorCode | undefined>;
}

/** Only the provider can tell whether it comes: nobody is charged for what does not. */
interface BeforePayment {
  delivered: 'before payment';
}

/** Who delivers each kind of order. */
export type Fulfilments = Record<OrderKind, Fulfilment>;

export interface Deps {
  /** Business time. */
  now(): Date;
  /** Calls back each time business time jumps, where it can; what is due then need not wait. @returns a function that ends it */
  onClockMoved?(listener: () => void): () => void;
  keys: Keys;
  tokens: Tokens;
  directory: Directory;
  payments: Payments;
  telephony: Telephony;
  trunks: Trunks;
  voice: Voice;
  web: Web;
  documents: Documents;
  mailer: Mailer;
  fulfilments: Fulfilments;
  /** What this process is in trouble with at the moment. */
  troubles: Set<Trouble>;
  /** Where the API is reached from outside, without a slash at the end. */
  publicUrl: string;
  /** The domain that mails come from. */
  mailDomain: string;
  /** Whether real money may be taken: not on the embedded database, which is for trying and testing. */
  allowsLivePayments: boolean;
  log: Log;
  /** Aborted when the process takes no more work. */
  draining: AbortSignal;
  /** Does nothing but where a sandbox was told to crash. */
  reached(point: CrashPoint): void;
}
