import { model, Schema } from 'mongoose';
import type { Output, Parsed } from '../contract/index.ts';
import type { MinutesPolicy } from '../rules/minutes.ts';
import { duplicateIndex } from './duplicate.ts';

export type Mode = 'test' | 'live';
type Settings = Parsed<'agencies.create'>;
/** A plan beside the first one. */
export type StoredPlan = NonNullable<Parsed<'agency.update'>['plans']>[number] & { id: string };

/** The shape in which `security/seal` keeps a secret. */
export interface SealedSecret {
  kid: string;
  iv: string;
  tag: string;
  text: string;
  last4: string;
}

/** The agency's own Stripe account in one mode. */
export interface StripeSettings {
  publishableKey: string;
  secretKey: SealedSecret;
  productId: string;
  priceId: string;
  webhookSecret: SealedSecret;
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

export interface Agency {
  _id: string;
  name: string;
  slug: string;
  /** Slugs of the past: their webhook addresses stay alive. */
  formerSlugs: string[];
  brand: Output<'brand.read'>;
  signUp: Output<'bootstrap.read'>['signUp'];
  origins: string[];
  /** What new clients are on. */
  plan: Settings['plan'];
  /** Those beside the first one. Absent until the agency has any. */
  plans?: StoredPlan[];
  packages: Output<'credits.packages'>['packages'];
  meter: { lowPermille: number; criticalPermille: number };
  /** Absent until it is switched for the first time: on. */
  portal?: { active: boolean; notice: string | null };
  /** Absent until it is set: unlimited. */
  minutesPolicy?: MinutesPolicy;
  /** Which test world is the current one. */
  testGeneration: number;
  publishableKeys: PublishableKey[];
  secretKeys: SecretKey[];
  /** Absent while the platform lets it work. */
  suspended?: { at: Date; reason: string };
  stripe: { test?: StripeSettings; live?: StripeSettings };
  createdAt: Date;
}

const plain = { type: Schema.Types.Mixed, required: true };
const schema = new Schema<Agency>(
  {
    _id: { type: String, required: true },
    name: String,
    slug: String,
    formerSlugs: [String],
    brand: plain,
    signUp: plain,
    origins: [String],
    plan: plain,
    plans: { type: [Schema.Types.Mixed], default: undefined } as never,
    packages: { type: [Schema.Types.Mixed], required: true } as never,
    meter: plain,
    portal: Schema.Types.Mixed,
    suspended: { _id: false, type: { at: Date, reason: String } },
    minutesPolicy: Schema.Types.Mixed,
    testGeneration: { type: Number, default: 0 },
    publishableKeys: [{ _id: false, mode: String, key: String, createdAt: Date, until: Date }],
    secretKeys: [{ _id: false, mode: String, fingerprint: String, last4: String, createdAt: Date, until: Date }],
    stripe: { type: Schema.Types.Mixed, default: {} },
    createdAt: Date,
  },
  { strict: 'throw', minimize: false, versionKey: false },
);
// One index over the slugs of now and then, so that nobody can take over another agency's webhook address.
schema.index({ slug: 1 }, { unique: true });
schema.index({ formerSlugs: 1 });
schema.index({ 'publishableKeys.key': 1 }, { unique: true });
schema.index({ 'secretKeys.fingerprint': 1 }, { unique: true });
const AgencyModel = model('Agency', schema);

/** Agencies are found by a credential or an address, before there is a scope; what is found is the scope. */
export const agencyById = (id: string): Promise<Agency | null> => AgencyModel.findById(id).lean().exec();
export const agenciesById = (ids: readonly string[]): Promise<Agency[]> =>
  AgencyModel.find({ _id: { $in: ids } })
    .lean()
    .exec();
export const agenciesByPublishableKey = (keys: readonly string[]): Promise<Agency[]> =>
  AgencyModel.find({ 'publishableKeys.key': { $in: keys } })
    .lean()
    .exec();
export const agenciesBySecretKey = (fingerprints: readonly string[]): Promise<Agency[]> =>
  AgencyModel.find({ 'secretKeys.fingerprint': { $in: fingerprints } })
    .lean()
    .exec();
export const agencyBySlug = (slug: string): Promise<Agency | null> =>
  AgencyModel.findOne({ $or: [{ slug }, { formerSlugs: slug }] })
    .lean()
    .exec();

/** @returns 'taken' where another agency has the slug, or had it. */
export async function insertAgency(agency: Agency): Promise<'inserted' | 'taken'> {
  if (await agencyBySlug(agency.slug)) return 'taken';
  try {
    await AgencyModel.create([agency], { validateBeforeSave: true });
    return 'inserted';
  } catch (error) {
    if (duplicateIndex(error) === 'slug_1') return 'taken';
    throw error;
  }
}

/** Changes settings of one agency. @returns the agency as it is now, or 'taken' for its new slug. */
export async function updateAgency(id: string, changes: Partial<Omit<Agency, '_id'>>): Promise<Agency | 'taken'> {
  const { slug, ...set } = changes;
  const before = await agencyById(id);
  const renamed = slug !== undefined && before !== null && slug !== before.slug;
  if (renamed) {
    const holder = await agencyBySlug(slug);
    if (holder && holder._id !== id) return 'taken';
  }
  try {
    const update = renamed ? { $set: { ...set, slug }, $addToSet: { formerSlugs: before.slug } } : { $set: set };
    const agency = await AgencyModel.findOneAndUpdate({ _id: id }, update, { returnDocument: 'after' }).lean().orFail().exec();
    return agency;
  } catch (error) {
    if (duplicateIndex(error) === 'slug_1') return 'taken';
    throw error;
  }
}

/** Replaces the keys of one kind if they are still the ones that were read. @returns false where they are not. */
export async function replaceKeys(
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
export const everyAgency = (): AsyncIterable<Agency> => AgencyModel.find().lean<Agency>().cursor();
