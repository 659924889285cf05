import { model, Schema } from 'mongoose';
import type { Output } from '../contract/index.ts';
import type { MinutesPolicy } from '../rules/minutes.ts';
import { duplicateIndex } from './duplicate.ts';

export const modes = ['test', 'live'] as const;
export type Mode = (typeof modes)[number];
type Settings = Output<'agency.read'>;
/** A plan beside the first one. */
export type StoredPlan = Settings['plans'][number];
export type StoredPackage = Omit<Settings['packages'][number], 'credits'>;

/** The shape in which `security/seal` keeps a secret. */
export interface SealedSecret {
  kid: string;
  iv: string;
  tag: string;
  text: string;
  last4: string;
}

/** The agency's own Stripe account in one mode. */
export interface StripeSettings extends StripeAccount {
  /** The package that the price sells; null: none. Absent from before there was a choice: the first one. */
  packageId?: string | null;
  /** Accounts that were left, in the order in which they were. What was paid there may still go back. */
  former?: FormerAccount[];
}

/** Business time. */
export type FormerAccount = StripeAccount & { leftAt: Date };

interface StripeAccount {
  /** What Stripe calls the account. Absent where it was saved before that was noted. */
  accountId?: string;
  publishableKey: string;
  secretKey: SealedSecret;
  productId: string;
  priceId: string;
  webhookSecret: SealedSecret;
  /** The endpoint at Stripe that the secret is of, where it was made here. */
  webhookId?: string;
}

interface Key {
  mode: Mode;
  createdAt?: Date;
  /** Absent until it is rotated. Real time. */
  until?: Date;
}
export type PublishableKey = Key & { key: string };
/** Of a secret key only its fingerprint is kept. */
export type SecretKey = Key & { fingerprint: string; last4: string };

/** What test and live hold apart: nothing that is changed in one is seen in the other. */
export interface ModeSettings {
  signUp: Settings['signUp'];
  origins: string[];
  /** What new clients are on. */
  plan: Settings['plan'];
  /** Those beside the first one. */
  plans: StoredPlan[];
  packages: StoredPackage[];
  meter: Settings['meter'];
  portal: Settings['portal'];
  minutesPolicy: MinutesPolicy;
}

/** What test and live share. */
export interface SharedSettings {
  name: string;
  slug: string;
  brand: Settings['brand'];
}

/** The version in which each setting was changed last. Absent: before there were versions. */
type Changed = Partial<Record<keyof SharedSettings, number>> &
  Partial<Record<Mode, Partial<Record<keyof ModeSettings | 'stripe', number>>>>;

export interface Agency extends SharedSettings {
  _id: string;
  /** Slugs of the past: their addresses lead here until somebody else may have them. The newest comes last. */
  formerSlugs: string[];
  /** When each of them was left, in business time. One that was left before this was noted is not in it, and stays the agency's. */
  slugsLeft?: Record<string, Date>;
  /** Slugs that it had and that others may have: their pages are the others', but an endpoint at Stripe may still send to the address of one. */
  freedSlugs?: string[];
  settings: Record<Mode, ModeSettings>;
  /** Rises with every change of a setting. */
  version: number;
  changed?: Changed;
  /** Which test world is the current one. */
  testGeneration: number;
  publishableKeys: PublishableKey[];
  secretKeys: SecretKey[];
  /** Absent while the platform lets it work. */
  suspended?: { at: Date; reason: string };
  stripe: { test?: StripeSettings; live?: StripeSettings };
  createdAt: Date;
}

/** An agency with the settings of one mode beside what both share. */
export type AgencyInMode = Agency & ModeSettings;

export const inMode = (agency: Agency, mode: Mode): AgencyInMode => ({ ...agency, ...agency.settings[mode] });

/** Before packages said of what their credits are a thousandth, and whether they are on offer. */
type FormerPackage = Omit<StoredPackage, 'creditsMillis' | 'active'> & { credits: number };
type AsStored = Partial<Omit<ModeSettings, 'packages'> & { packages: (StoredPackage | FormerPackage)[] }>;

/** An agency as it may lie in the database: before settings were held per mode, those of both lay beside the name. */
type Stored = Omit<Agency, 'settings' | 'version'> & AsStored & { settings?: Partial<Record<Mode, AsStored>>; version?: number };

/** What an agency that never said has. */
const unsaid: Pick<ModeSettings, 'plans' | 'portal' | 'minutesPolicy'> = {
  plans: [],
  portal: { active: true, notice: null },
  minutesPolicy: { kind: 'unlimited' },
};

/** Each mode has what was set for it, and otherwise what was set for both before there were modes. */
function asAgency({ signUp, origins, plan, plans, packages, meter, portal, minutesPolicy, settings, ...shared }: Stored): Agency {
  const before = defined({ signUp, origins, plan, plans, packages, meter, portal, minutesPolicy });
  const of = (mode: Mode): ModeSettings => {
    const found = { ...unsaid, ...before, ...settings?.[mode] } as Required<AsStored>; // an agency is stored with all of the rest
    return { ...found, packages: (found.packages ?? []).map(asPackage) };
  };
  return { ...shared, version: shared.version ?? 0, settings: { test: of('test'), live: of('live') } };
}

const asPackage = (stored: StoredPackage | FormerPackage): StoredPackage => {
  if (!('credits' in stored)) return stored;
  const { credits, ...rest } = stored;
  return { ...rest, creditsMillis: credits, active: true };
};

const defined = <Values extends object>(values: Values): Partial<Values> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<Values>;

const plain = { type: Schema.Types.Mixed, required: true };
const schema = new Schema<Agency>(
  {
    _id: { type: String, required: true },
    name: String,
    slug: String,
    formerSlugs: [String],
    slugsLeft: Schema.Types.Mixed,
    freedSlugs: { type: [String], default: undefined },
    brand: plain,
    settings: plain,
    version: Number,
    changed: Schema.Types.Mixed,
    suspended: { _id: false, type: { at: Date, reason: String } },
    testGeneration: { type: Number, default: 0 },
    publishableKeys: [{ _id: false, mode: String, key: String, createdAt: Date, until: Date }],
    secretKeys: [{ _id: false, mode: String, fingerprint: String, last4: String, createdAt: Date, until: Date }],
    stripe: { type: Schema.Types.Mixed, default: {} },
    createdAt: Date,
  },
  { strict: 'throw', minimize: false, versionKey: false },
);
schema.index({ slug: 1 }, { unique: true });
schema.index({ formerSlugs: 1 });
schema.index({ freedSlugs: 1 });
schema.index({ 'publishableKeys.key': 1 }, { unique: true });
schema.index({ 'secretKeys.fingerprint': 1 }, { unique: true });
const AgencyModel = model('Agency', schema);

/** Agencies are found by a credential or an address, before there is a scope; what is found is the scope. */
export const agencyById = async (id: string): Promise<Agency | null> => {
  const [agency = null] = await find({ _id: id });
  return agency;
};
export const agenciesById = (ids: readonly string[]): Promise<Agency[]> => find({ _id: { $in: ids } });
export const agenciesByPublishableKey = (keys: readonly string[]): Promise<Agency[]> => find({ 'publishableKeys.key': { $in: keys } });
export const agenciesBySecretKey = (fingerprints: readonly string[]): Promise<Agency[]> =>
  find({ 'secretKeys.fingerprint': { $in: fingerprints } });
/** The agency that has a slug, or else the one that had it. */
export const agencyBySlug = async (slug: string): Promise<Agency | null> => {
  const found = await find({ $or: [{ slug }, { formerSlugs: slug }] });
  return found.find((agency) => agency.slug === slug) ?? found[0] ?? null;
};

/** Every agency that has a slug or ever had it. */
export const agenciesOfSlug = (slug: string): Promise<Agency[]> => find({ $or: [{ slug }, { formerSlugs: slug }, { freedSlugs: slug }] });

/** Whether there is one at all. */
export const isAnyAgency = async (): Promise<boolean> => (await AgencyModel.exists({}).exec()) !== null;

async function find(filter: object): Promise<Agency[]> {
  const found = await AgencyModel.find(filter).lean<Stored[]>().exec();
  return found.map(asAgency);
}

/** @returns 'exists' where this very id is there already (the same attempt again), 'taken' where another agency has the slug. */
export async function insertAgency(agency: Agency): Promise<'inserted' | 'exists' | 'taken'> {
  try {
    await AgencyModel.create([agency], { validateBeforeSave: true });
    return 'inserted';
  } catch (error) {
    const index = duplicateIndex(error);
    if (index === '_id_') return 'exists';
    if (index === 'slug_1') return (await agencyById(agency._id)) ? 'exists' : 'taken';
    throw error;
  }
}

/** Takes a former slug from the agency that left it before a moment. @returns false where it did not, or has it anew */
export async function takeFormerSlug(id: string, slug: string, leftBefore: Date): Promise<boolean> {
  const left = `slugsLeft.${slug}`;
  // The version moves, so that a save that was under way looks again.
  const update = { $pull: { formerSlugs: slug }, $addToSet: { freedSlugs: slug }, $unset: { [left]: 1 }, $inc: { version: 1 } };
  return (await AgencyModel.updateOne({ _id: id, formerSlugs: slug, [left]: { $lte: leftBefore } }, update)).modifiedCount === 1;
}

/** Agencies after an id, in the order of their ids. */
export const listAgencies = async ({ after = '', limit }: { after?: string | undefined; limit: number }): Promise<Agency[]> => {
  const stored = await AgencyModel.find({ _id: { $gt: after } })
    .sort({ _id: 1 })
    .limit(limit)
    .lean<Stored[]>()
    .exec();
  return stored.map(asAgency);
};

/** What one save changes: what both modes share, and what one of them has for itself. Whatever is not in it stays. */
export interface Changes extends Partial<SharedSettings>, Partial<ModeSettings> {
  stripe?: StripeSettings;
}

/** What an agency that is renamed keeps of its slugs. */
export type KeptSlugs = Pick<Agency, 'formerSlugs' | 'slugsLeft' | 'freedSlugs'>;

/** Those settings of a mode, or of those that both share, that were changed after a version. */
export function changedSince({ changed = {} }: Agency, version: number, of: Mode | 'shared'): string[] {
  const { test, live, ...shared } = changed;
  const versions = { test, live, shared }[of] ?? {};
  return Object.entries(versions).flatMap(([field, at]) => (at > version ? [field] : []));
}

/**
 * Changes settings of one agency, in one mode, if it still is as it was read.
 * @param kept where the agency is renamed
 * @returns the agency as it is now, 'moved' where somebody else was quicker, or 'taken' for its new slug
 */
export async function saveSettings(read: Agency, mode: Mode, changes: Changes, kept?: KeptSlugs): Promise<Agency | 'moved' | 'taken'> {
  const { name, slug, brand, stripe, ...own } = changes;
  const version = read.version + 1;
  const shared = defined({ name, brand, slug });
  const ofMode = Object.entries(defined(own)).map(([field, value]): [string, unknown] => [`settings.${mode}.${field}`, value]);
  const changed = [...Object.keys(shared), ...Object.keys(defined({ ...own, stripe })).map((field) => `${mode}.${field}`)];
  const set = {
    ...shared,
    ...defined({ [`stripe.${mode}`]: stripe }),
    ...Object.fromEntries([...ofMode, ...changed.map((path) => [`changed.${path}`, version])]),
    ...kept,
    version,
  };
  const asRead = read.version === 0 ? { $in: [0, null] } : read.version; // absent before there were versions
  try {
    const agency = await AgencyModel.findOneAndUpdate({ _id: read._id, version: asRead }, { $set: set }, { returnDocument: 'after' })
      .lean<Stored>()
      .exec();
    return agency ? asAgency(agency) : 'moved';
  } catch (error) {
    if (duplicateIndex(error) === 'slug_1') return 'taken';
    throw error;
  }
}

/** Replaces the keys of one kind if they are still the ones that were read. @returns false where they are not. */
export async function replaceAgencyKeys(
  { _id, publishableKeys, secretKeys }: Agency,
  keys: { publishableKeys: PublishableKey[] } | { secretKeys: SecretKey[] },
): Promise<boolean> {
  const before = 'secretKeys' in keys ? { secretKeys } : { publishableKeys };
  return (await AgencyModel.updateOne({ _id, ...before }, { $set: keys })).modifiedCount === 1;
}

/** @param suspended undefined lets the agency work again. @returns false where there is no such agency. */
export async function setSuspended(id: string, suspended: { at: Date; reason: string } | undefined): Promise<boolean> {
  const update = suspended ? { $set: { suspended } } : { $unset: { suspended: 1 } };
  return (await AgencyModel.updateOne({ _id: id }, update)).matchedCount === 1;
}

/** Raises the number of the test world, if it is still the one that is left. @returns the agency as it is then */
export async function leaveTestWorld(id: string, leaving: number): Promise<Agency | null> {
  await AgencyModel.updateOne({ _id: id, testGeneration: leaving }, { $inc: { testGeneration: 1 } });
  return agencyById(id);
}

/** All of them, for work that is done for each. */
export async function* everyAgency(): AsyncIterable<Agency> {
  for await (const stored of AgencyModel.find().lean<Stored>().cursor()) yield asAgency(stored);
}

/** All of them as the audit needs them, whatever else stands in them. */
export const readAgencyIds = (): Promise<Pick<Agency, '_id' | 'testGeneration'>[]> =>
  AgencyModel.find({}, { _id: 1, testGeneration: 1 }).lean<Pick<Agency, '_id' | 'testGeneration'>[]>().exec();

/** Which of these agencies there are. */
export async function knownAgencies(ids: readonly string[]): Promise<Set<string>> {
  const found = await AgencyModel.find({ _id: { $in: ids } }, { _id: 1 }).lean<Pick<Agency, '_id'>[]>();
  return new Set(found.map(({ _id }) => _id));
}

/** Forgets the accounts that were left before a time, with their keys. */
export async function forgetFormerAccounts(id: string, mode: Mode, before: Date): Promise<void> {
  await AgencyModel.updateOne({ _id: id }, { $pull: { [`stripe.${mode}.former`]: { leftAt: { $lt: before } } } });
}
