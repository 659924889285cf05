import { model, Schema } from 'mongoose';
import type { AgencyPermission, Output } from '../contract/index.ts';
import { isCountry } from '../rules/countries.ts';
import { LOW_MILLIS } from '../rules/credits.ts';
import type { MinutesPolicy } from '../rules/minutes.ts';
import { withOnePopular } from '../rules/popular.ts';
import { duplicateIndex } from './duplicate.ts';

export const modes = ['test', 'live'] as const;
export type Mode = (typeof modes)[number];
type Settings = Output<'agency.read'>;
/** A plan other than the first. */
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

/** The agency's Stripe account in one mode. */
export interface StripeSettings extends StripeAccount {
  /** The package that the price sells; null for none. Absent in settings stored before this choice existed: the first package. */
  packageId?: string | null;
  /** Earlier accounts, oldest first. Payments made there may still be returned. */
  former?: FormerAccount[];
}

/** Business time. */
export type FormerAccount = StripeAccount & { leftAt: Date };

interface StripeAccount {
  /** The account's id at Stripe. Absent if it was saved before ids were stored. */
  accountId?: string;
  publishableKey: string;
  secretKey: SealedSecret;
  productId: string;
  priceId: string;
  webhookSecret: SealedSecret;
  /** The webhook endpoint at Stripe whose secret this is, if it was created here. */
  webhookId?: string;
}

interface Key {
  mode: Mode;
  createdAt?: Date;
  /** Set once the key is rotated. Real time. */
  until?: Date;
}
export type PublishableKey = Key & { key: string };
/** A secret key is stored only as a fingerprint. */
export type SecretKey = Key & {
  fingerprint: string;
  last4: string;
  /** All that a restricted key may do, in the order of the contract. Absent: everything, as from before there were restricted keys. */
  permissions?: AgencyPermission[];
};

/** Settings that test and live keep apart. */
export interface ModeSettings {
  signUp: Settings['signUp'];
  origins: string[];
  /** The plan of new clients. */
  plan: Settings['plan'];
  /** The plans other than the first. */
  plans: StoredPlan[];
  packages: StoredPackage[];
  meter: Settings['meter'];
  portal: Settings['portal'];
  minutesPolicy: MinutesPolicy;
  alerts: Settings['alerts'];
  receipts: Settings['receipts'];
}

/** Settings that test and live share. */
export interface SharedSettings {
  name: string;
  slug: string;
  brand: Settings['brand'];
}

/** The version in which each setting last changed. Absent if it last changed before versions existed. */
type Changed = Partial<Record<keyof SharedSettings, number>> &
  Partial<Record<Mode, Partial<Record<keyof ModeSettings | 'stripe', number>>>>;

export interface Agency extends SharedSettings {
  _id: string;
  /** Former slugs, newest last. They lead to this agency until another one takes them. */
  formerSlugs: string[];
  /** When each former slug was given up, in business time. A slug given up before this was recorded is absent, and stays the agency's. */
  slugsLeft?: Record<string, Date>;
  /** Former slugs that others may have. Their pages belong to the others, but an endpoint at Stripe may still send to such an address. */
  freedSlugs?: string[];
  settings: Record<Mode, ModeSettings>;
  /** Increases with every change of a setting. */
  version: number;
  changed?: Changed;
  /** Number of the current test world. */
  testGeneration: number;
  publishableKeys: PublishableKey[];
  secretKeys: SecretKey[];
  /** Set while the platform suspends the agency. */
  suspended?: { at: Date; reason: string };
  stripe: { test?: StripeSettings; live?: StripeSettings };
  createdAt: Date;
}

/** An agency with the settings of one mode beside the shared ones. */
export type AgencyInMode = Agency & ModeSettings;

export const inMode = (agency: Agency, mode: Mode): AgencyInMode => ({ ...agency, ...agency.settings[mode] });

/** The stored form before packages had milli-credits and an `active` flag. */
type FormerPackage = Omit<StoredPackage, 'creditsMillis' | 'active'> & { credits: number };
type AsStored = Partial<Omit<ModeSettings, 'packages'> & { packages: (StoredPackage | FormerPackage)[] }>;

/** An agency as stored. Before settings were kept per mode, those of both modes lay beside the name. */
type Stored = Omit<Agency, 'settings' | 'version'> & AsStored & { settings?: Partial<Record<Mode, AsStored>>; version?: number };

/** Defaults of settings that an agency has never saved. */
const unsaid: Pick<ModeSettings, 'plans' | 'portal' | 'minutesPolicy' | 'alerts' | 'receipts'> = {
  plans: [],
  portal: { active: true, notice: null },
  minutesPolicy: { kind: 'unlimited' },
  alerts: { email: null },
  receipts: { address: null, vatId: null, vatBasisPoints: null },
};

/** Fills each mode with its own settings, or else with those saved before modes existed. */
function asAgency({ signUp, origins, plan, plans, packages, meter, portal, minutesPolicy, settings, ...shared }: Stored): Agency {
  const before = defined({ signUp, origins, plan, plans, packages, meter, portal, minutesPolicy });
  const of = (mode: Mode): ModeSettings => {
    const found = { ...unsaid, ...before, ...settings?.[mode] } as Required<AsStored>; // a stored agency has all other settings
    // Absent before balances were low by an amount.
    const meter = { ...found.meter, lowMillis: found.meter?.lowMillis ?? LOW_MILLIS };
    // Absent before receipts named a rate of VAT.
    const receipts = { ...found.receipts, vatBasisPoints: found.receipts.vatBasisPoints ?? null };
    const sold = { plan: asPlan(found.plan), plans: found.plans.map(asPlan) };
    // Before only one package could be popular, several were stored so.
    return { ...found, ...sold, meter, receipts, packages: withOnePopular((found.packages ?? []).map(asPackage)) };
  };
  return { ...shared, version: shared.version ?? 0, settings: { test: of('test'), live: of('live') } };
}

/**
 * Keeps the first price of each kind of number, which is the one that counts. Before kinds were checked, a plan could have two prices of
 * one, or one of a country that does not exist. Plans stored earlier have no numbers.
 */
const asPlan = <One extends ModeSettings['plan']>(stored: One): One => {
  const { numbers } = stored as Partial<One>;
  if (!numbers) return stored;
  const isFirst = ({ country, type }: One['numbers'][number], index: number) =>
    numbers.findIndex((other) => other.country === country && other.type === type) === index;
  return { ...stored, numbers: numbers.filter((one, index) => isCountry(one.country) && isFirst(one, index)) };
};

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
    secretKeys: [
      {
        _id: false,
        mode: String,
        fingerprint: String,
        last4: String,
        permissions: { type: [String], default: undefined },
        createdAt: Date,
        until: Date,
      },
    ],
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

/** Finds an agency by its id. No scope is needed, because agencies are found by a credential or an address before there is a scope. */
export const agencyById = async (id: string): Promise<Agency | null> => {
  const [agency = null] = await find({ _id: id });
  return agency;
};
export const agenciesById = (ids: readonly string[]): Promise<Agency[]> => find({ _id: { $in: ids } });
export const agenciesByPublishableKey = (keys: readonly string[]): Promise<Agency[]> => find({ 'publishableKeys.key': { $in: keys } });
export const agenciesBySecretKey = (fingerprints: readonly string[]): Promise<Agency[]> =>
  find({ 'secretKeys.fingerprint': { $in: fingerprints } });
/** Finds the agency that has a slug, or else the agency that had it. */
export const agencyBySlug = async (slug: string): Promise<Agency | null> => {
  const found = await find({ $or: [{ slug }, { formerSlugs: slug }] });
  return found.find((agency) => agency.slug === slug) ?? found[0] ?? null;
};

/** Finds every agency that has or had a slug. */
export const agenciesOfSlug = (slug: string): Promise<Agency[]> => find({ $or: [{ slug }, { formerSlugs: slug }, { freedSlugs: slug }] });

/** Tells whether any agency exists. */
export const isAnyAgency = async (): Promise<boolean> => (await AgencyModel.exists({}).exec()) !== null;

async function find(filter: object): Promise<Agency[]> {
  const found = await AgencyModel.find(filter).lean<Stored[]>().exec();
  return found.map(asAgency);
}

/** @returns 'exists' if this id exists (the same attempt again), 'taken' if another agency has the slug */
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

/**
 * Takes a former slug from an agency that gave it up before `leftBefore`.
 * @returns false if the agency did not, or has it again
 */
export async function takeFormerSlug(id: string, slug: string, leftBefore: Date): Promise<boolean> {
  const left = `slugsLeft.${slug}`;
  // The version increases, so that a concurrent save reads the agency again.
  const update = { $pull: { formerSlugs: slug }, $addToSet: { freedSlugs: slug }, $unset: { [left]: 1 }, $inc: { version: 1 } };
  return (await AgencyModel.updateOne({ _id: id, formerSlugs: slug, [left]: { $lte: leftBefore } }, update)).modifiedCount === 1;
}

/** Lists agencies with ids after `after`, ordered by id. */
export const listAgencies = async ({ after = '', limit }: { after?: string | undefined; limit: number }): Promise<Agency[]> => {
  const stored = await AgencyModel.find({ _id: { $gt: after } })
    .sort({ _id: 1 })
    .limit(limit)
    .lean<Stored[]>()
    .exec();
  return stored.map(asAgency);
};

/** Changes of one save, to shared settings and to those of one mode. Absent settings stay. */
export interface Changes extends Partial<SharedSettings>, Partial<ModeSettings> {
  stripe?: StripeSettings;
}

/** The former slugs of a renamed agency. */
export type KeptSlugs = Pick<Agency, 'formerSlugs' | 'slugsLeft' | 'freedSlugs'>;

/** Lists the settings of a mode, or the shared ones, that changed after a version. */
export function changedSince({ changed = {} }: Agency, version: number, of: Mode | 'shared'): string[] {
  const { test, live, ...shared } = changed;
  const versions = { test, live, shared }[of] ?? {};
  return Object.entries(versions).flatMap(([field, at]) => (at > version ? [field] : []));
}

/**
 * Changes settings of one agency in one mode, unless they have changed since they were read.
 * @param kept the former slugs, if the agency is renamed
 * @returns the changed agency, 'moved' if another writer was first, or 'taken' if another agency has the new slug
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
  const asRead = read.version === 0 ? { $in: [0, null] } : read.version; // absent before versions existed
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

/**
 * Replaces the keys of one kind, unless they have changed since they were read.
 * @returns false if they have
 */
export async function replaceAgencyKeys(
  { _id, publishableKeys, secretKeys }: Agency,
  keys: { publishableKeys: PublishableKey[] } | { secretKeys: SecretKey[] },
): Promise<boolean> {
  const before = 'secretKeys' in keys ? { secretKeys } : { publishableKeys };
  return (await AgencyModel.updateOne({ _id, ...before }, { $set: keys })).modifiedCount === 1;
}

/**
 * Suspends an agency.
 * @param suspended undefined ends the suspension
 * @returns false if there is no such agency
 */
export async function setSuspended(id: string, suspended: { at: Date; reason: string } | undefined): Promise<boolean> {
  const update = suspended ? { $set: { suspended } } : { $unset: { suspended: 1 } };
  return (await AgencyModel.updateOne({ _id: id }, update)).matchedCount === 1;
}

/**
 * Moves an agency to the next test world, if it is still in the world `leaving`.
 * @returns the agency after that
 */
export async function leaveTestWorld(id: string, leaving: number): Promise<Agency | null> {
  await AgencyModel.updateOne({ _id: id, testGeneration: leaving }, { $inc: { testGeneration: 1 } });
  return agencyById(id);
}

/** Iterates over all agencies. */
export async function* everyAgency(): AsyncIterable<Agency> {
  for await (const stored of AgencyModel.find().lean<Stored>().cursor()) yield asAgency(stored);
}

/** Reads all agencies for the audit, without their settings. */
export const readAgencyIds = (): Promise<Pick<Agency, '_id' | 'testGeneration'>[]> =>
  AgencyModel.find({}, { _id: 1, testGeneration: 1 }).lean<Pick<Agency, '_id' | 'testGeneration'>[]>().exec();

/** Returns those of the ids that belong to an agency. */
export async function knownAgencies(ids: readonly string[]): Promise<Set<string>> {
  const found = await AgencyModel.find({ _id: { $in: ids } }, { _id: 1 }).lean<Pick<Agency, '_id'>[]>();
  return new Set(found.map(({ _id }) => _id));
}

/** Deletes the former Stripe accounts left before a time, with their keys. */
export async function forgetFormerAccounts(id: string, mode: Mode, before: Date): Promise<void> {
  await AgencyModel.updateOne({ _id: id }, { $pull: { [`stripe.${mode}.former`]: { leftAt: { $lt: before } } } });
}
