import { model, Schema } from 'mongoose';
import { spellLogin } from '../rules/spelling.ts';
import { duplicateIndex } from './duplicate.ts';
import type { OptionalMail } from './mail.ts';
import { type AgencyScope, type ClientScope, type World, within } from './scope.ts';

export interface Member {
  id: string;
  firstName: string;
  lastName: string;
  /** Empty once somebody else has proved the address, which this member never did. */
  email: string;
  /** Absent for members who sign in at the agency's own site. */
  passwordHash?: string;
  /** Increases with every change of the password, so that a reset link works once. */
  passwordVersion: number;
  emailVerifiedAt?: Date;
  /** The address that takes the place of `email` once the link that was mailed to it is opened. Absent: none was asked for. */
  newEmail?: string;
  /** Mails that the member does not want. Absent: it wants all. */
  unwantedMails?: OptionalMail[];
}

/** A client's plan. Without an id it is the agency's first plan. */
export interface HeldPlan {
  planId?: string;
  /** The order that moved the client to the plan. */
  planOrderId?: string;
}

/** A client organization of an agency, with its members inside: a sign-up is one insert. */
export interface Client extends HeldPlan {
  _id: string;
  agencyId: string;
  world: World;
  /** Names the account in the ledger. Random, so that it reveals nothing after the person is deleted. */
  subject: string;
  /** Sign-in names of the members: e-mail addresses and usernames, in lower case. */
  logins?: string[];
  externalId?: string;
  /** Keyed hash of the profile that the agency's server sent last. Absent if it never did, or before this was stored. */
  mintedAs?: string;
  members: Member[];
  profile: Record<string, string>;
  consent?: { termsUrl: string | null; privacyUrl: string | null; at: Date };
  /** Free credits promised at sign-up, in milli-credits. */
  freeMillis: number;
  /** For each plan that is or was being ordered, the order that may bring it. */
  planClaims?: Record<string, string>;
  /** Seal of the promise. Absent in clients stored before such seals existed. */
  promiseSeal?: string;
  /** Seal of the plan. Absent if the plan last changed before such seals existed. */
  planSeal?: string;
  /**
   * Set while free credits wait although the address is confirmed: the day was full, or the agency had no minutes. `vouched` clients skip
   * the daily limit.
   */
  freeWaits?: { vouched: boolean };
  /**
   * Free credits that plans promised when the client changed to them, by the plan's id. They stay, because each plan gives them once. After
   * all of them went back, the plan's next promise has a number behind the id.
   */
  planFree?: Record<string, PlanPromise>;
  /** The plans among them whose free credits have not come yet. */
  planFreeWaits?: string[];
  /** Those whose order's money went back, or that was undone: what was left of them went back to the agency. Absent for none. */
  planFreeOver?: string[];
  /** How many of them go back with a part of their order's money, as is shown while they wait. The ledger proves it. Absent for none. */
  planFreeShares?: Record<string, FreeShare>;
  disabledAt?: Date;
  /** The deletion that one of its members asked for, until it is looked at once more after it was finished. */
  deletion?: Deletion;
  /** Set when the personal data was erased. What is left names nobody, and stands for the account in the ledger. Business time. */
  deletedAt?: Date;
  createdAt: Date;
}

/** Business time. */
export interface Deletion {
  memberId: string;
  at: Date;
  checkAt: Date;
  checks: number;
}

/** Free credits that go back with a part of their order's money, in milli-credits. */
export interface FreeShare {
  orderId: string;
  millis: number;
}

/** Free credits that a plan promised to one client. */
export interface PlanPromise {
  millis: number;
  /** True if the plan was paid or assigned. Otherwise the credits have the conditions of a sign-up: a confirmed address that had none yet. */
  isEarned: boolean;
  /** The order that brought the plan. Absent if the agency assigned it, and in promises from before this was stored. */
  orderId?: string;
  seal?: string;
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
    newEmail: String,
    unwantedMails: { type: [String], default: undefined },
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
    mintedAs: String,
    members: [member],
    profile: { type: Schema.Types.Mixed, default: {} },
    consent: { type: Schema.Types.Mixed },
    freeMillis: { type: Number, required: true },
    freeWaits: Schema.Types.Mixed,
    promiseSeal: String,
    planId: String,
    planOrderId: String,
    planSeal: String,
    planClaims: Schema.Types.Mixed,
    planFree: Schema.Types.Mixed,
    planFreeWaits: { type: [String], default: undefined },
    planFreeOver: { type: [String], default: undefined },
    planFreeShares: Schema.Types.Mixed,
    disabledAt: Date,
    deletion: { type: { memberId: String, at: Date, checkAt: Date, checks: Number }, _id: false, default: undefined },
    deletedAt: Date,
    createdAt: Date,
  },
  { strict: 'throw', minimize: false, versionKey: false },
);
schema.index({ agencyId: 1, world: 1, logins: 1 }, { unique: true, partialFilterExpression: { logins: { $exists: true } } });
schema.index({ agencyId: 1, world: 1, externalId: 1 }, { unique: true, partialFilterExpression: { externalId: { $exists: true } } });
schema.index({ subject: 1 }, { unique: true });
schema.index({ 'deletion.checkAt': 1 }, { partialFilterExpression: { 'deletion.checkAt': { $exists: true } } });
/** Only for the models of clients. */
export const ClientModel = model('Client', schema);

/** Returns the scope of one client, for the ledger and the client's own models. */
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

/**
 * Finds a client by a login: whose e-mail address it is comes first, then whose username it is, as typed or in the stored form. Older
 * usernames were stored as typed, and some are written like the address of somebody else.
 */
export async function findClientByLogin(scope: AgencyScope, login: string): Promise<Client | null> {
  const [typed, spelled] = [login.toLowerCase(), spellLogin(login)];
  const found = await ClientModel.find({ ...within(scope), logins: { $in: [typed, spelled] } })
    .lean()
    .exec();
  const owner = found.find(({ members }) => members.some(({ email }) => email === spelled));
  return owner ?? found.find(({ logins }) => logins?.includes(typed)) ?? found[0] ?? null;
}

/** Lists the logins of all clients who have one with this beginning. Lower case. */
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

/** Tells whether there is any client that can sign in. */
export const isAnyClient = async (scope: AgencyScope): Promise<boolean> => {
  // Each is the condition of a partial index.
  const named = [{ logins: { $exists: true } }, { externalId: { $exists: true } }];
  return (await ClientModel.exists({ ...within(scope), $or: named }).exec()) !== null;
};

type Inserted = 'inserted' | 'exists' | 'login' | 'external';

/** @returns 'exists' if this id exists (the same attempt again), 'login' or 'external' if another client has it */
export async function insertClient(scope: AgencyScope, client: Client): Promise<Inserted> {
  const result = await tryInsert(scope, client);
  if (result !== 'login') return result;
  await freeEmails(
    scope,
    client.members.map(({ email }) => email),
  );
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
 * Frees the addresses of a new client, or a new address: an older username of another client may equal one. That client keeps its own address and loses the
 * username. One update with a condition on the address ensures that no two clients ever share a login.
 */
async function freeEmails(scope: AgencyScope, emails: readonly string[]): Promise<void> {
  await ClientModel.updateMany(
    { ...within(scope), logins: { $in: emails }, 'members.email': { $nin: emails } },
    { $pull: { logins: { $in: emails } } },
  );
}

/**
 * Takes an address, for the person of an external id, from another client that signs in by it, unless its member has confirmed it. That
 * client keeps all else: a username, its sessions and what it has bought.
 * @returns the client's id; undefined if nobody else has the address unconfirmed
 */
export async function takeUnconfirmedEmail(scope: AgencyScope, email: string, externalId: string): Promise<string | undefined> {
  const holder = { email, emailVerifiedAt: { $exists: false } };
  const held = { ...within(scope), externalId: { $ne: externalId }, members: { $elemMatch: holder } };
  const client = await ClientModel.findOne({ ...held, logins: email }).lean();
  if (!client?.logins) return undefined;
  const logins = client.logins.filter((login) => login !== email);
  const rest = logins.length > 0 ? { $set: { 'members.$.email': '', logins } } : { $set: { 'members.$.email': '' }, $unset: { logins: 1 } };
  const as = { ...held, _id: client._id, logins: client.logins };
  return (await ClientModel.updateOne(as, rest)).modifiedCount === 1 ? client._id : undefined;
}

/** @returns false if the address was confirmed before, or is no longer the member's */
export async function markEmailVerified(
  scope: ClientScope,
  { id, email }: Member,
  { at, freeWaits }: { at: Date; freeWaits: Client['freeWaits'] },
): Promise<boolean> {
  const result = await ClientModel.updateOne(
    { ...within(scope), _id: scope.clientId, members: { $elemMatch: { id, email, emailVerifiedAt: { $exists: false } } } },
    { $set: { 'members.$.emailVerifiedAt': at, ...(freeWaits && { freeWaits }) } },
  );
  return result.modifiedCount === 1;
}

/** Ends the waiting of a client's free credits. */
export async function endFreeWaiting(scope: ClientScope): Promise<void> {
  await ClientModel.updateOne({ ...within(scope), _id: scope.clientId }, { $unset: { freeWaits: 1 } });
}

/**
 * Gives a client without one an external id.
 * @param member as it was when it agreed
 * @returns 'taken' if another client has it, 'moved' if the client has one by now or is gone, or the member signs in by something else
 */
export async function setExternalId(
  scope: ClientScope,
  { id, email, passwordVersion }: Member,
  externalId: string,
): Promise<'set' | 'taken' | 'moved'> {
  const filter = {
    ...within(scope),
    _id: scope.clientId,
    externalId: { $exists: false },
    disabledAt: { $exists: false },
    members: { $elemMatch: { id, email, passwordVersion } },
  };
  try {
    return (await ClientModel.updateOne(filter, { $set: { externalId } })).modifiedCount === 1 ? 'set' : 'moved';
  } catch (error) {
    if (duplicateIndex(error)?.includes('externalId')) return 'taken';
    throw error;
  }
}

/** Takes the external id from a client. */
export async function dropExternalId(scope: ClientScope): Promise<void> {
  await ClientModel.updateOne({ ...within(scope), _id: scope.clientId }, { $unset: noLink });
}

const noLink = { externalId: 1, mintedAs: 1 } as const;

/** A change of what a client and its member say of themselves. Absent values stay; null clears one. */
export interface AccountChange {
  member?: Partial<Pick<Member, 'firstName' | 'lastName' | 'email' | 'unwantedMails'>> & { newEmail?: string | null };
  profile?: Record<string, string | null>;
  /** All sign-in names of the client after the change. */
  logins?: readonly string[];
  mintedAs?: string;
}

/**
 * Changes an account as it was read.
 * @returns 'login' if another client has one of the sign-in names, 'moved' if its own have changed since, or the member is gone
 */
export async function changeAccount(before: Client, memberId: string, change: AccountChange): Promise<'changed' | 'login' | 'moved'> {
  const result = await tryChange(before, memberId, change);
  if (result !== 'login' || change.member?.email === undefined) return result;
  await freeEmails(before, [change.member.email]);
  return tryChange(before, memberId, change);
}

async function tryChange(before: Client, memberId: string, { member = {}, profile = {}, logins, mintedAs }: AccountChange) {
  const fields: [path: string, value: unknown][] = [
    ...Object.entries(member).map(([field, value]) => [`members.$.${field}`, value] as [string, unknown]),
    ...Object.entries(profile).map(([field, value]) => [`profile.${field}`, value] as [string, unknown]),
    ['logins', logins] as [string, unknown],
    ['mintedAs', mintedAs] as [string, unknown],
  ].filter(([, value]) => value !== undefined);
  if (fields.length === 0) return 'changed';
  const [set, unset] = [fields.filter(([, value]) => value !== null), fields.filter(([, value]) => value === null)];
  const update = {
    ...(set.length > 0 && { $set: Object.fromEntries(set) }),
    ...(unset.length > 0 && { $unset: Object.fromEntries(unset.map(([path]) => [path, 1 as const])) }),
  };
  const filter = { ...within(before), _id: before._id, 'members.id': memberId, ...(logins && { logins: before.logins }) };
  try {
    return (await ClientModel.updateOne(filter, update)).matchedCount === 1 ? 'changed' : 'moved';
  } catch (error) {
    if (duplicateIndex(error)?.includes('logins')) return 'login';
    throw error;
  }
}

/**
 * Replaces a password unless it has changed since `passwordVersion`. An address that was to take the place of the member's is forgotten.
 * @param dropsLink true takes the external id from the client as well
 * @returns false if it has
 */
export async function replacePassword(
  scope: ClientScope,
  { id: memberId, passwordVersion }: Pick<Member, 'id' | 'passwordVersion'>,
  { passwordHash, dropsLink }: { passwordHash: string; dropsLink: boolean },
): Promise<boolean> {
  const result = await ClientModel.updateOne(
    { ...within(scope), _id: scope.clientId, members: { $elemMatch: { id: memberId, passwordVersion } } },
    {
      $set: { 'members.$.passwordHash': passwordHash, 'members.$.passwordVersion': passwordVersion + 1 },
      $unset: { 'members.$.newEmail': 1, ...(dropsLink && noLink) },
    },
  );
  return result.modifiedCount === 1;
}

/**
 * Disables a client.
 * @param at undefined enables it again
 */
export async function setDisabled(scope: ClientScope, at: Date | undefined): Promise<void> {
  const update = at ? { $set: { disabledAt: at } } : { $unset: { disabledAt: 1 } };
  // A client that is being deleted stays shut out.
  await ClientModel.updateOne(
    { ...within(scope), _id: scope.clientId, deletion: { $exists: false }, deletedAt: { $exists: false } },
    update,
  );
}

export async function isDisabled(scope: ClientScope): Promise<boolean> {
  return (await ClientModel.exists({ ...within(scope), _id: scope.clientId, disabledAt: { $exists: true } }).exec()) !== null;
}

/** Tells whether a client is deleted, or its deletion has begun. */
export const isGone = ({ deletion, deletedAt }: Pick<Client, 'deletion' | 'deletedAt'>): boolean =>
  deletion !== undefined || deletedAt !== undefined;

/** Reads clients of any agency by ids or subjects. */
export const readClientsBy = (field: '_id' | 'subject', names: readonly string[]): Promise<Client[]> =>
  ClientModel.find({ [field]: { $in: names } })
    .lean<Client[]>()
    .exec();

/** Iterates over all clients of all agencies, for the audit. */
export const everyClient = (): AsyncIterable<Client> => ClientModel.find().maxTimeMS(0).lean<Client>().cursor({ batchSize: 500 });

/** Counts the clients without this seal. */
export const countUnsealedClients = (seal: 'promiseSeal' | 'planSeal'): Promise<number> =>
  ClientModel.countDocuments({ [seal]: { $exists: false } }).exec();

export const countClients = (): Promise<number> => ClientModel.countDocuments({}).exec();
