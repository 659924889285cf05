import { EventEmitter } from 'node:events';
import { model, Schema } from 'mongoose';
import type { NoticeCode } from '../contract/notices.ts';
import { later, MINUTE_MS } from '../rules/time.ts';
import type { SealedSecret } from './agency.ts';
import { duplicateIndex } from './duplicate.ts';
import { type AgencyScope, type ClientScope, type World, within } from './scope.ts';

export const mailKinds = [
  'verification',
  'reset',
  'password_changed',
  'email_change',
  'email_changing',
  'linked',
  'deleted',
  'receipt',
  'refund',
  'minutes',
  'notice',
  'rent_due',
  'rent_past_due',
  'rent_last_call',
  'number_released',
  'credits_low',
] as const;
export type MailKind = (typeof mailKinds)[number];

/** A mail that its reader may turn off: neither about security nor about money that was paid. */
export type OptionalMail = Extract<MailKind, 'rent_due' | 'credits_low'>;

/**
 * A mail to send once. It names people and things by id and never contains an address, a token or a secret: those are looked up or made
 * when it is sent. Only for an account that is gone the address is sealed in it, until it is sent or given up.
 */
export interface MailRow {
  _id: string;
  agencyId: string;
  world: World;
  /** The member who gets it. These three are empty for mails to the agency. */
  clientId: string;
  subject: string;
  memberId: string;
  kind: MailKind;
  /** The page to which a link in the mail leads back. */
  returnUrl?: string;
  purchaseId?: string;
  numberId?: string;
  /** The subject of a notice to the agency. */
  notice?: NoticeCode;
  /** For a new password: the version that the member then has. Absent in mails that were queued after the change. */
  passwordVersion?: number;
  /** True for the first password of a member; absent for one that took the place of another. */
  isFirst?: boolean;
  /** For a link to the agency's own log-in: fingerprint of the external id that the client then has. */
  linkedAs?: string;
  /** Only for a deleted account: its sealed address. */
  to?: SealedSecret;
  /** When the reported event happened. Business time. */
  at?: Date;
  state: 'waiting' | 'sent' | 'given_up';
  /** Why it was given up: the server refused it, or accepted nothing for days, or it could not be written, or it has no recipient. */
  reason?: 'refused' | 'unreachable' | 'faulty' | 'nobody';
  /** Attempts to send it. */
  attempts: number;
  /** Failures to write it; absent for none. */
  faults?: number;
  /** Time of the next attempt. A sender moves it ahead first, so that no other sends the same mail. Real time. */
  dueAt: Date;
  createdAt: Date;
}

const schema = new Schema<MailRow>(
  {
    _id: { type: String, required: true },
    agencyId: { type: String, required: true },
    world: { type: String, required: true },
    clientId: String,
    subject: String,
    memberId: String,
    kind: { type: String, required: true },
    returnUrl: String,
    purchaseId: String,
    numberId: String,
    notice: String,
    passwordVersion: Number,
    isFirst: Boolean,
    linkedAs: String,
    to: Schema.Types.Mixed,
    at: Date,
    state: { type: String, required: true },
    reason: String,
    attempts: { type: Number, required: true },
    faults: Number,
    dueAt: { type: Date, required: true },
    createdAt: { type: Date, required: true },
  },
  { strict: 'throw', versionKey: false },
);
schema.index({ state: 1, dueAt: 1 });
const MailModel = model('Mail', schema);

/** Signals a mail written by this process, so that it is sent at once rather than with the next round. */
const written = new EventEmitter<{ mail: [] }>();
written.setMaxListeners(0);

/** @returns a function that stops listening */
export function onMailWritten(listener: () => void): () => void {
  written.on('mail', listener);
  return () => written.off('mail', listener);
}

/**
 * Queues a mail, once per agency and cause.
 * @returns false if it was queued before
 */
export const queueMail = (
  scope: ClientScope,
  mail: Pick<MailRow, 'kind' | 'memberId' | 'returnUrl' | 'purchaseId' | 'numberId' | 'at' | 'to'> & { cause: string },
): Promise<boolean> => queue(scope, { ...mail, clientId: scope.clientId, subject: scope.subject });

/** How long an announced mail waits for its change. Longer than storing it takes. Real time. */
const ANNOUNCED_MS = MINUTE_MS;

/** The cause of the mail about a member's new password, once for each. */
const causeOfPassword = (memberId: string, passwordVersion: number): string => `password_changed/${memberId}/${passwordVersion}`;

/**
 * Queues the mail about a change before the change is stored, so that a process that dies between the two does not lose it. It waits for
 * `releaseMail`, or for a minute; if the member has no such password or link then, nobody gets it.
 */
export async function announceMail(
  scope: ClientScope,
  { cause, ...mail }: Pick<MailRow, 'kind' | 'memberId' | 'passwordVersion' | 'isFirst' | 'linkedAs'> & { cause: string },
): Promise<void> {
  const dueAt = later(new Date(), ANNOUNCED_MS);
  // An earlier attempt may have announced it and died before the change was stored.
  const isNew = await queue(scope, { ...mail, clientId: scope.clientId, subject: scope.subject, cause, dueAt });
  if (!isNew) await makeDue(scope, cause, dueAt);
}

/** Sends an announced mail about a change that was stored. Does nothing if there is none. */
export const releaseMail = (scope: ClientScope, cause: string): Promise<void> => makeDue(scope, cause, new Date());

export const announcePasswordMail = (
  scope: ClientScope,
  { memberId, passwordVersion, isFirst }: { memberId: string; passwordVersion: number; isFirst: boolean },
): Promise<void> =>
  announceMail(scope, {
    kind: 'password_changed',
    memberId,
    passwordVersion,
    ...(isFirst && { isFirst }),
    cause: causeOfPassword(memberId, passwordVersion),
  });

export const releasePasswordMail = (scope: ClientScope, memberId: string, passwordVersion: number): Promise<void> =>
  releaseMail(scope, causeOfPassword(memberId, passwordVersion));

/** Sets when a mail is due. Does nothing if it was sent, or a sender has it. */
async function makeDue(scope: AgencyScope, cause: string, dueAt: Date): Promise<void> {
  await MailModel.updateOne(
    {
      ...within(scope),
      _id: idOf(scope, cause),
      $or: [
        { state: 'waiting' as const, attempts: 0 },
        { state: 'given_up' as const, reason: 'nobody' as const },
      ],
    },
    { $set: { state: 'waiting', attempts: 0, dueAt }, $unset: { reason: 1 } },
  );
  written.emit('mail');
}

/** Queues a mail to the agency's own address. Sends nothing if the agency has none. */
export const queueAgencyMail = (scope: AgencyScope, mail: Pick<MailRow, 'kind' | 'notice'> & { cause: string }): Promise<boolean> =>
  queue(scope, { ...mail, clientId: '', subject: '', memberId: '' });

type Queued = Omit<MailRow, '_id' | 'agencyId' | 'world' | 'state' | 'attempts' | 'dueAt' | 'createdAt'> & { cause: string; dueAt?: Date };

/** A mail has one row for each agency and cause. */
const idOf = (scope: AgencyScope, cause: string): string => `${scope.agencyId}/${scope.world}/${cause}`;

async function queue(scope: AgencyScope, { cause, ...mail }: Queued): Promise<boolean> {
  const now = new Date();
  const row: MailRow = { dueAt: now, ...mail, ...within(scope), _id: idOf(scope, cause), state: 'waiting', attempts: 0, createdAt: now };
  try {
    await MailModel.collection.insertOne(row as never);
  } catch (error) {
    if (duplicateIndex(error) === '_id_') return false;
    throw error;
  }
  written.emit('mail');
  return true;
}

/** Claims the longest due mail of any agency for one sender until `leaseUntil`. An unsettled mail is due again then. */
export const claimMail = (now: Date, leaseUntil: Date): Promise<MailRow | null> =>
  MailModel.findOneAndUpdate(
    { state: 'waiting', dueAt: { $lte: now } },
    { $set: { dueAt: leaseUntil }, $inc: { attempts: 1 } },
    { sort: { dueAt: 1 }, returnDocument: 'after' },
  )
    .lean()
    .exec();

/** Stores the outcome of a claimed mail. Does nothing if the claim expired and another sender has it. */
export async function settleMail(
  claimed: MailRow,
  outcome: Partial<Pick<MailRow, 'state' | 'reason' | 'faults' | 'dueAt'>>,
): Promise<void> {
  await MailModel.updateOne(
    { _id: claimed._id, state: 'waiting', dueAt: claimed.dueAt },
    { $set: outcome, ...(outcome.state && { $unset: { to: 1 } }) },
  );
}

/** @returns the time when the next mail is due, or undefined if none waits */
export async function nextMailDueAt(): Promise<Date | undefined> {
  const next = await MailModel.findOne({ state: 'waiting' }, { dueAt: 1 }).sort({ dueAt: 1 }).lean().exec();
  return next?.dueAt;
}

/** Mails that can be sent again. Before reasons were stored, mails without a recipient looked like the others. */
const givenUp = { state: 'given_up', reason: { $ne: 'nobody' } } as const;

/** @returns whether a mail with a recipient was given up since then. Real time */
export const wasMailGivenUpSince = async (since: Date): Promise<boolean> =>
  (await MailModel.exists({ ...givenUp, dueAt: { $gte: since } }).exec()) !== null;

export interface MailCount {
  state: 'waiting' | 'given_up';
  kind: MailKind;
  reason?: MailRow['reason'];
  count: number;
  /** When the first of them was queued. */
  since: Date;
}

/** Counts the unsent mails of all agencies by state, kind and reason. */
export const countUnsentMails = (): Promise<MailCount[]> =>
  MailModel.aggregate<MailCount>([
    { $match: { $or: [{ state: 'waiting' }, givenUp] } },
    { $group: { _id: { state: '$state', kind: '$kind', reason: '$reason' }, count: { $sum: 1 }, since: { $min: '$createdAt' } } },
    { $replaceWith: { $mergeObjects: ['$_id', { count: '$count', since: '$since' }] } },
    { $sort: { state: -1, kind: 1, reason: 1 } },
  ]).exec();

/**
 * Queues given-up mails again, all or one kind.
 * @returns their number
 */
export async function reviveMails(now: Date, kind?: MailKind): Promise<number> {
  const result = await MailModel.updateMany(
    { ...givenUp, ...(kind && { kind }) },
    { $set: { state: 'waiting', attempts: 0, dueAt: now }, $unset: { reason: 1, faults: 1 } },
  );
  return result.modifiedCount;
}
