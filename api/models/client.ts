import { model, Schema } from 'mongoose';
import { duplicateIndex } from './duplicate.ts';
import { type AgencyScope, type ClientScope, type World, within } from './scope.ts';

export interface Member {
  id: string;
  firstName: string;
  lastName: string;
  email: string;
  /** Absent for members who sign in at the agency's own site. */
  passwordHash?: string;
  /** Rises with every change of the password, so that a reset link works once. */
  passwordVersion: number;
  emailVerifiedAt?: Date;
}

/** The plan that a client is on; without an id it is the agency's first. */
export interface HeldPlan {
  planId?: string;
  /** The order that brought the client there. */
  planOrderId?: string;
}

/** A client organization of an agency with its members inside: a sign-up is one insert. */
export interface Client extends HeldPlan {
  _id: string;
  agencyId: string;
  world: World;
  /** Names the account in the ledger; random, so that it says nothing when the person is gone. */
  subject: string;
  /** What members sign in with: e-mails and usernames in lower case. */
  logins?: string[];
  externalId?: string;
  members: Member[];
  profile: Record<string, string>;
  consent?: { termsUrl: string | null; privacyUrl: string | null; at: Date };
  /** Free credits promised at sign-up, in milli-credits. */
  freeMillis: number;
  /** Of that promise. Absent from what was stored before there were such seals. */
  promiseSeal?: string;
  /** Of the plan that it is on. Absent where that was last changed before there were such seals. */
  planSeal?: string;
  /** Of the free credits: they wait although the address is confirmed: the day was full, or the agency had no minutes. `vouched`: no day is too full for them. */
  freeWaits?: { vouched: boolean };
  disabledAt?: Date;
  createdAt: Date;
}

const member = new Schema<Member>(
  {
    id: String,
    firstName: String,
    lastName: String,
    email: String,
    passwordHash: String,
    passwordVersion: { type: Number, default: 0 },
    emailVerifiedAt: Date,
  },
  { _id: false },
);
const schema = new Schema<Client>(
  {
    _id: { type: String, required: true },
    agencyId: { type: String, required: true },
    world: { type: String, required: true },
    subject: { type: String, required: true },
    logins: { type: [String], default: undefined },
    externalId: String,
    members: [member],
    profile: { type: Schema.Types.Mixed, default: {} },
    consent: { type: Schema.Types.Mixed },
    freeMillis: { type: Number, required: true },
    freeWaits: Schema.Types.Mixed,
    promiseSeal: String,
    planId: String,
    planOrderId: String,
    planSeal: String,
    disabledAt: Date,
    createdAt: Date,
  },
  { strict: 'throw', minimize: false, versionKey: false },
);
schema.index({ agencyId: 1, world: 1, logins: 1 }, { unique: true, partialFilterExpression: { logins: { $exists: true } } });
schema.index({ agencyId: 1, world: 1, externalId: 1 }, { unique: true, partialFilterExpression: { externalId: { $exists: true } } });
schema.index({ subject: 1 }, { unique: true });
const ClientModel = model('Client', schema);

/** The scope of one client, for the ledger and the models that are the client's own. */
export const scopeOf = (client: Client): ClientScope => ({
  agencyId: client.agencyId,
  world: client.world,
  clientId: client._id,
  subject: client.subject,
});

export const readClient = (scope: AgencyScope, clientId: string): Promise<Client | null> =>
  ClientModel.findOne({ ...within(scope), _id: clientId })
    .lean()
    .exec();

/** By a login as it was typed, or as usernames are kept: one from before they were kept alike is as it was typed then. */
export async function findClientByLogin(scope: AgencyScope, login: string): Promise<Client | null> {
  const typed = login.toLowerCase();
  const found = await ClientModel.find({ ...within(scope), logins: { $in: [typed, login.normalize('NFKC').toLowerCase()] } })
    .lean()
    .exec();
  return found.find(({ logins }) => logins?.includes(typed)) ?? found[0] ?? null;
}

/** Logins of the agency's clients that have one beginning with this; both in lower case. */
export async function loginsBeginning(scope: AgencyScope, text: string): Promise<string[]> {
  const beginning = { $elemMatch: { $gte: text, $lt: `${text}\u{10ffff}` } };
  const found = await ClientModel.find({ ...within(scope), logins: beginning }, { logins: 1 })
    .lean()
    .exec();
  return found.flatMap(({ logins = [] }) => logins);
}

export const findClientByExternalId = (scope: AgencyScope, externalId: string): Promise<Client | null> =>
  ClientModel.findOne({ ...within(scope), externalId })
    .lean()
    .exec();

type Inserted = 'inserted' | 'exists' | 'login' | 'external';

/** @returns 'exists' where this very id is there already (the same attempt again), 'login' or 'external' where another client has it. */
export async function insertClient(scope: AgencyScope, client: Client): Promise<Inserted> {
  const result = await tryInsert(scope, client);
  if (result !== 'login') return result;
  await freeEmails(scope, client);
  return tryInsert(scope, client);
}

async function tryInsert(scope: AgencyScope, client: Client): Promise<Inserted> {
  try {
    await ClientModel.create([{ ...client, ...within(scope) }]);
    return 'inserted';
  } catch (error) {
    const index = duplicateIndex(error);
    if (index === '_id_') return 'exists';
    if (index?.includes('logins')) return (await readClient(scope, client._id)) ? 'exists' : 'login';
    if (index?.includes('externalId')) return 'external';
    throw error;
  }
}

/**
 * An e-mail address signs in whose address it is. Usernames of before may be somebody else's address: that client keeps its own address
 * and loses the name. One update, guarded by whose address it is, so that no two clients ever have a login in common.
 */
async function freeEmails(scope: AgencyScope, { members }: Client): Promise<void> {
  const emails = members.map(({ email }) => email);
  await ClientModel.updateMany(
    { ...within(scope), logins: { $in: emails }, 'members.email': { $nin: emails } },
    { $pull: { logins: { $in: emails } } },
  );
}

/** @returns false where it was confirmed before. */
export async function markEmailVerified(
  scope: ClientScope,
  memberId: string,
  { at, freeWaits }: { at: Date; freeWaits: Client['freeWaits'] },
): Promise<boolean> {
  const result = await ClientModel.updateOne(
    { ...within(scope), _id: scope.clientId, members: { $elemMatch: { id: memberId, emailVerifiedAt: { $exists: false } } } },
    { $set: { 'members.$.emailVerifiedAt': at, ...(freeWaits && { freeWaits }) } },
  );
  return result.modifiedCount === 1;
}

/** The free credits do not wait any more. */
export async function endFreeWaiting(scope: ClientScope): Promise<void> {
  await ClientModel.updateOne({ ...within(scope), _id: scope.clientId }, { $unset: { freeWaits: 1 } });
}

/** Replaces a password if it is still the one that `passwordVersion` names. @returns false where it is not. */
export async function replacePassword(
  scope: ClientScope,
  memberId: string,
  passwordVersion: number,
  passwordHash: string,
): Promise<boolean> {
  const result = await ClientModel.updateOne(
    { ...within(scope), _id: scope.clientId, members: { $elemMatch: { id: memberId, passwordVersion } } },
    { $set: { 'members.$.passwordHash': passwordHash, 'members.$.passwordVersion': passwordVersion + 1 } },
  );
  return result.modifiedCount === 1;
}

/** How many clients each plan has; those without one of their own stand under an empty id. */
export async function countByPlan(scope: AgencyScope): Promise<Map<string, number>> {
  // All clients sign in by something, so that an index finds them.
  const mine = { ...within(scope), logins: { $exists: true } };
  const groups = await ClientModel.aggregate<{ _id: string | null; count: number }>([
    { $match: mine },
    { $group: { _id: '$planId', count: { $sum: 1 } } },
  ]);
  return new Map(groups.map(({ _id, count }) => [_id ?? '', count]));
}

/** The plan that a client is put on, with the seal of it where this process has one. */
type SealedPlan = HeldPlan & Pick<Client, 'planSeal'>;

export async function setPlan(scope: ClientScope, plan: SealedPlan): Promise<void> {
  await ClientModel.updateOne({ ...within(scope), _id: scope.clientId }, putOn(plan));
}

/** Moves a client from one plan to another. @returns false where it is not on the one before any more */
export async function movePlan(scope: ClientScope, before: HeldPlan, after: SealedPlan): Promise<boolean> {
  const { planId: wasId = null, planOrderId: wasOrderId = null } = before; // null also finds what is absent
  const filter = { ...within(scope), _id: scope.clientId, planId: wasId, planOrderId: wasOrderId };
  return (await ClientModel.updateOne(filter, putOn(after))).matchedCount === 1;
}

function putOn({ planId, planOrderId, planSeal }: SealedPlan) {
  const fields = Object.entries({ planId, planOrderId, planSeal });
  const having = (isThere: boolean) => fields.filter(([, value]) => (value !== undefined) === isThere);
  return { $set: Object.fromEntries(having(true)), $unset: Object.fromEntries(having(false).map(([name]) => [name, 1 as const])) };
}

/** @param at undefined lets the client in again */
export async function setDisabled(scope: ClientScope, at: Date | undefined): Promise<void> {
  const update = at ? { $set: { disabledAt: at } } : { $unset: { disabledAt: 1 } };
  await ClientModel.updateOne({ ...within(scope), _id: scope.clientId }, update);
}

export async function isDisabled(scope: ClientScope): Promise<boolean> {
  return (await ClientModel.exists({ ...within(scope), _id: scope.clientId, disabledAt: { $exists: true } }).exec()) !== null;
}

/** Clients of any agency by their ids, or by their subjects. */
export const readClientsBy = (field: '_id' | 'subject', names: readonly string[]): Promise<Client[]> =>
  ClientModel.find({ [field]: { $in: names } })
    .lean<Client[]>()
    .exec();

/** All of them, of every agency. For the audit. */
export const everyClient = (): AsyncIterable<Client> => ClientModel.find().maxTimeMS(0).lean<Client>().cursor({ batchSize: 500 });

/** How many carry no seal of what they were promised, and how many none of their plan. */
export const countUnsealedClients = (seal: 'promiseSeal' | 'planSeal'): Promise<number> =>
  ClientModel.countDocuments({ [seal]: { $exists: false } }).exec();

export const countClients = (): Promise<number> => ClientModel.countDocuments({}).exec();
