/** Interfaces of everything that the domain needs from outside. `providers/` implements them; they are passed as arguments. */

import type { PlainCode } from '../contract/index.ts';
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
  /** Throws MailError if the mail server does not accept the mail. */
  send(mail: Mail): Promise<void>;
}

/**
 * A mail that was not accepted. `refused`: its recipient will never get it. `later`: this mail may be accepted later. `away`: no mail can
 * be sent at the moment.
 */
export class MailError extends Error {
  readonly outcome: 'refused' | 'later' | 'away';
  /** The mail server's or the system's code, such as `550` or `ECONNREFUSED`. Their messages are left out, because they quote addresses. */
  readonly code: string;

  constructor(outcome: MailError['outcome'], code: string) {
    super(`the mail server: ${code}`);
    this.name = 'MailError';
    this.outcome = outcome;
    this.code = code;
  }
}

/** Points where a test may kill the process, to show that nothing is lost or doubled there. */
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
  | 'checkout.after_expire'
  | 'giveback.after_mark'
  | 'giveback.after_refund'
  | 'order.after_insert'
  | 'order.after_hold'
  | 'order.after_fulfil'
  | 'order.after_capture'
  | 'order.after_settle'
  | 'order.after_undo'
  | 'agency.after_insert'
  | 'signup.after_insert'
  | 'verify.after_grant'
  | 'password.before_replace'
  | 'password.after_replace'
  | 'email.after_wish'
  | 'email.after_notice'
  | 'link.before_set'
  | 'link.after_set'
  | 'email.after_change'
  | 'credits.after_low_mail'
  | 'deletion.after_begin'
  | 'deletion.after_payments'
  | 'deletion.after_things'
  | 'deletion.after_close'
  | 'deletion.after_journal'
  | 'deletion.after_erase'
  | 'deletion.after_close_again'
  | 'plan.after_move'
  | 'plan.after_promise'
  | 'plan.after_free_mark'
  | 'plan.after_free_share'
  | 'plan.after_free_end'
  | 'plan.after_free_back'
  | 'number.after_buy'
  | 'number.after_choice'
  | 'number.after_route'
  | 'source.after_insert'
  | 'source.after_orders'
  | 'source.after_checking'
  | 'source.after_provider'
  | 'source.after_refund';

/** Writes one line for operators. `detail` has ids and reasons, never a key, a token or an address. */
export interface Log {
  info(detail: object, sentence: string): void;
  /** Alerts the operators. */
  error(detail: object, sentence: string): void;
}

/** Problems that operators must look at while the API keeps running. `/readyz` names them until they are solved. */
export type Trouble = (typeof troubleNames)[number];

/**
 * How one kind of order is delivered. Credits are set aside in either case. Money for an order that is delivered before payment is only
 * authorised.
 */
export type Fulfilment = Bringing & (AfterPayment | BeforePayment);

interface Bringing {
  /**
   * Delivers the order, or finds that it is delivered: after a crash it is called again until it returns an outcome. Throws while the
   * outcome is unknown, and is then called again later. One process at a time delivers an order.
   */
  fulfil(order: Order, deps: Deps): Promise<{ delivered: true } | { delivered: false; code: PlainCode }>;
  /** Undoes all that `fulfil` did and frees everything reserved, after an order ended without delivery or payment. Repeatable. */
  release(order: Order, deps: Deps): Promise<void>;
  /** Takes back what can be taken back, after the money for a delivered order was returned. Repeatable. Only for kinds paid with money. */
  takeBack?(order: Order, deps: Pick<Deps, 'now' | 'reached'>): Promise<void>;
  /** Takes back a part after a part of the money was returned, or gives it back after that failed. Repeatable. */
  takePart?(order: Order, deps: Pick<Deps, 'now' | 'reached'>): Promise<void>;
  /** Time after the order until it is undone, in milliseconds. Absent if another event ends it. */
  patienceMs?: number;
}

/** The delivery costs nothing and needs no provider, so the money is taken first. */
interface AfterPayment {
  delivered: 'after payment';
  /** Returns why it cannot be delivered at present. Called before any money is taken. */
  prevented(order: Order, deps: Deps): Promise<PlainCode | undefined>;
}

/** Only the provider knows whether it can deliver, so nobody is charged before. */
interface BeforePayment {
  delivered: 'before payment';
}

/** The delivery of each kind of order. */
export type Fulfilments = Record<OrderKind, Fulfilment>;

export interface Deps {
  /** Business time. */
  now(): Date;
  /**
   * Calls back each time business time jumps, so that due work need not wait.
   * @returns a function that stops it
   */
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
  /** Present problems of this process. */
  troubles: Set<Trouble>;
  /** External address of the API, without a trailing slash. */
  publicUrl: string;
  /** Domain of the sender of mails. */
  mailDomain: string;
  /** True if real money may be taken. False on the embedded database, which is for trying and testing. */
  allowsLivePayments: boolean;
  log: Log;
  /** Aborted when the process takes no more work. */
  draining: AbortSignal;
  /** Does nothing, except in a sandbox that was told to crash at this point. */
  reached(point: CrashPoint): void;
}
