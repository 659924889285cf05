import { EventEmitter } from 'node:events';
import { model, Schema } from 'mongoose';
import type { NoticeCode } from '../contract/notices.ts';
import { duplicateIndex } from './duplicate.ts';
import { type AgencyScope, type ClientScope, type World, within } from './scope.ts';

export const mailKinds = [
  'verification',
  'reset',
  'receipt',
  'minutes',
  'notice',
  'rent_due',
  'rent_past_due',
  'rent_last_call',
  'number_released',
] as const;
export type MailKind = (typeof mailKinds)[number];

/**
 * A mail that is to be sent, once. It names people and things by their ids and never holds an address, a token or a secret:
 * those are looked up or made when it is sent.
 */
export interface MailRow {
  _id: string;
  agencyId: string;
  world: World;
  /** Whose member reads it. These three are empty where it goes to the agency itself. */
  clientId: string;
  subject: string;
  memberId: string;
  kind: MailKind;
  /** The page that a link leads back to. */
  returnUrl?: string;
  purchaseId?: string;
  numberId?: string;
  /** What a notice to the agency is about. */
  notice?: NoticeCode;
  /** When what it tells of happened. Business time. */
  at?: Date;
  state: 'waiting' | 'sent' | 'given_up';
  /** Why it was given up: the server will not have it, took nothing for days, it cannot be written, or nobody is there to read it. */
  reason?: 'refused' | 'unreachable' | 'faulty' | 'nobody';
  /** How often it was taken to be sent. */
  attempts: number;
  /** How often it could not even be written; absent: never. */
  faults?: number;
  /** When it is tried next; whoever sends it moves this ahead first, so that nobody else does. Real time. */
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

/** Rings whenever this process has written a mail, so that it goes at once and not with the next round. */
const written = new EventEmitter<{ mail: [] }>();
written.setMaxListeners(0);

/** @returns a function that ends it */
export function onMailWritten(listener: () => void): () => void {
  written.on('mail', listener);
  return () => written.off('mail', listener);
}

/** Has a mail sent, once per agency and cause. @returns false where it was written before */
export const queueMail = (
  scope: ClientScope,
  mail: Pick<MailRow, 'kind' | 'memberId' | 'returnUrl' | 'purchaseId' | 'numberId' | 'at'> & { cause: string },
): Promise<boolean> => queue(scope, { ...mail, clientId: scope.clientId, subject: scope.subject });

/** The same to the agency itself, at the address where its clients reach it; where it has none, nothing is sent. */
export const queueAgencyMail = (scope: AgencyScope, mail: Pick<MailRow, 'kind' | 'notice'> & { cause: string }): Promise<boolean> =>
  queue(scope, { ...mail, clientId: '', subject: '', memberId: '' });

type Queued = Pick<MailRow, 'kind' | 'clientId' | 'subject' | 'memberId' | 'returnUrl' | 'purchaseId' | 'numberId' | 'notice' | 'at'> & {
  cause: string;
};

async function queue(scope: AgencyScope, { cause, ...mail }: Queued): Promise<boolean> {
  const now = new Date();
  const row: MailRow = {
    ...mail,
    ...within(scope),
    _id: `${scope.agencyId}/${scope.world}/${cause}`,
    state: 'waiting',
    attempts: 0,
    dueAt: now,
    createdAt: now,
  };
  try {
    await MailModel.collection.insertOne(row as never);
  } catch (error) {
    if (duplicateIndex(error) === '_id_') return false;
    throw error;
  }
  written.emit('mail');
  return true;
}

/**
 * Takes the mail that has been due longest, of any agency, for its sender alone until `leaseUntil`. What is not reported back by then is
 * due again.
 */
export const claimMail = (now: Date, leaseUntil: Date): Promise<MailRow | null> =>
  MailModel.findOneAndUpdate(
    { state: 'waiting', dueAt: { $lte: now } },
    { $set: { dueAt: leaseUntil }, $inc: { attempts: 1 } },
    { sort: { dueAt: 1 }, returnDocument: 'after' },
  )
    .lean()
    .exec();

/** Reports how a claimed mail went. Does nothing where the claim ran out and somebody else has it. */
export async function settleMail(
  claimed: MailRow,
  outcome: Partial<Pick<MailRow, 'state' | 'reason' | 'faults' | 'dueAt'>>,
): Promise<void> {
  await MailModel.updateOne({ _id: claimed._id, state: 'waiting', dueAt: claimed.dueAt }, { $set: outcome });
}

/** @returns when the next mail is due, or undefined where none waits */
export async function nextMailDueAt(): Promise<Date | undefined> {
  const next = await MailModel.findOne({ state: 'waiting' }, { dueAt: 1 }).sort({ dueAt: 1 }).lean().exec();
  return next?.dueAt;
}

/** What can be sent again; before there were reasons, those to nobody could not be told from the others. */
const givenUp = { state: 'given_up', reason: { $ne: 'nobody' } } as const;

/** @returns whether a mail was given up since then, that somebody waits for. Real time */
export const wasMailGivenUpSince = async (since: Date): Promise<boolean> =>
  (await MailModel.exists({ ...givenUp, dueAt: { $gte: since } }).exec()) !== null;

export interface MailCount {
  state: 'waiting' | 'given_up';
  kind: MailKind;
  reason?: MailRow['reason'];
  count: number;
  /** When the first of them was written. */
  since: Date;
}

/** Every mail of any agency that is not sent, by its state, kind and reason. */
export const countUnsentMails = (): Promise<MailCount[]> =>
  MailModel.aggregate<MailCount>([
    { $match: { $or: [{ state: 'waiting' }, givenUp] } },
    { $group: { _id: { state: '$state', kind: '$kind', reason: '$reason' }, count: { $sum: 1 }, since: { $min: '$createdAt' } } },
    { $replaceWith: { $mergeObjects: ['$_id', { count: '$count', since: '$since' }] } },
    { $sort: { state: -1, kind: 1, reason: 1 } },
  ]).exec();

/** Has mails that were given up sent again, all of them or those of a kind. @returns how many */
export async function reviveMails(now: Date, kind?: MailKind): Promise<number> {
  const result = await MailModel.updateMany(
    { ...givenUp, ...(kind && { kind }) },
    { $set: { state: 'waiting', attempts: 0, dueAt: now }, $unset: { reason: 1, faults: 1 } },
  );
  return result.modifiedCount;
}
