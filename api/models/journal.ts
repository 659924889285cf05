import { model, Schema } from 'mongoose';
import type { Mode } from './agency.ts';
import { duplicateIndex } from './duplicate.ts';

/** One action of an agency, or of the platform on it. */
export interface JournalEntry {
  /** `<agencyId>/<seq>`, so that two writers cannot both take entry 42. */
  _id: string;
  agencyId: string;
  seq: number;
  /** Identifies the action, so that an attempt that is finished twice is written once. */
  cause: string;
  at: Date;
  actor: string;
  mode: Mode | null;
  action: string;
  target: string;
  before: Record<string, unknown>;
  after: Record<string, unknown>;
  reason: string | null;
  requestId: string;
  /** The newest register at that moment; absent if there was none. */
  register?: number;
  hash: string;
  /** Seal of the hash. Only a process with the server's keys can make it. Absent in entries written before seals existed. */
  seal?: string;
}

const values = { type: Schema.Types.Mixed, default: {} };
const schema = new Schema<JournalEntry>(
  {
    _id: String,
    agencyId: String,
    seq: Number,
    cause: String,
    at: Date,
    actor: String,
    mode: String,
    action: String,
    target: String,
    before: values,
    after: values,
    reason: String,
    requestId: String,
    register: Number,
    hash: String,
    seal: String,
  },
  { strict: 'throw', versionKey: false, minimize: false },
);
schema.index({ agencyId: 1, seq: 1 }, { unique: true });
schema.index({ agencyId: 1, cause: 1 }, { unique: true });
// Written entries never change.
for (const change of [
  'updateOne',
  'updateMany',
  'findOneAndUpdate',
  'replaceOne',
  'deleteOne',
  'deleteMany',
  'findOneAndDelete',
] as const) {
  schema.pre(change, () => {
    throw new Error('an entry of the journal is neither changed nor removed');
  });
}
const JournalModel = model('Journal', schema);

export type JournalPlace = Pick<JournalEntry, 'seq' | 'hash'>;

/** Reads the newest entry of an agency's journal. One journal covers both modes. */
export const readPlace = (agencyId: string): Promise<JournalPlace | null> =>
  JournalModel.findOne({ agencyId }, { seq: 1, hash: 1 }).sort({ seq: -1 }).lean().exec();

/**
 * Appends entries in order, durably, and stops at the first whose place is taken.
 * @returns the number written, and whether the next one exists ('exists') or another took its place ('moved')
 */
export async function appendEntries(entries: readonly JournalEntry[]): Promise<{ written: number; stop?: 'exists' | 'moved' }> {
  try {
    await JournalModel.collection.insertMany(entries as never, { ordered: true });
    return { written: entries.length };
  } catch (error) {
    const index = duplicateIndex(error);
    if (index === undefined) throw error;
    const { insertedCount } = (error as { result?: { insertedCount: number } }).result ?? { insertedCount: 0 };
    return { written: insertedCount, stop: index.includes('cause') ? 'exists' : 'moved' };
  }
}

/** Reads entries of one mode and those of the platform, newest first. */
export const readJournal = (
  agencyId: string,
  { mode, before, limit }: { mode: Mode; before?: number | undefined; limit: number },
): Promise<JournalEntry[]> =>
  JournalModel.find({ agencyId, mode: { $in: [mode, null] }, ...(before !== undefined && { seq: { $lt: before } }) })
    .sort({ seq: -1 })
    .limit(limit)
    .lean()
    .exec();

/** Iterates over an agency's entries in order, to check the chain. */
export const everyEntry = (agencyId: string): AsyncIterable<JournalEntry> =>
  JournalModel.find({ agencyId }).sort({ seq: 1 }).maxTimeMS(0).lean().cursor();

/** Reads the newest entry of each journal that was written since a moment of real time. The index alone answers it. */
export const readPlacesSince = (since: Date): Promise<(JournalPlace & { agencyId: string })[]> =>
  JournalModel.aggregate<JournalPlace & { agencyId: string }>([
    { $sort: { agencyId: -1, seq: -1 } },
    { $group: { _id: '$agencyId', seq: { $first: '$seq' }, hash: { $first: '$hash' }, at: { $first: '$at' } } },
    { $match: { at: { $gte: since } } },
    { $project: { _id: 0, agencyId: '$_id', seq: 1, hash: 1 } },
  ]).exec();

/** Reads entries by agency and number. */
export async function readEntriesNamed(names: readonly { agencyId: string; seq: number }[]): Promise<Map<string, JournalEntry>> {
  const found = await JournalModel.find({ _id: { $in: names.map(({ agencyId, seq }) => `${agencyId}/${seq}`) } }).lean<JournalEntry[]>();
  return new Map(found.map((entry) => [`${entry.agencyId}/${entry.seq}`, entry]));
}

/** Returns those of the actions that are written, by agency and cause. */
export async function readActs(acts: readonly { agencyId: string; cause: string }[]): Promise<Set<string>> {
  const agencyIds = [...new Set(acts.map(({ agencyId }) => agencyId))];
  const found = await JournalModel.find(
    { agencyId: { $in: agencyIds }, cause: { $in: acts.map(({ cause }) => cause) } },
    { _id: 0, agencyId: 1, cause: 1 },
  ).lean<{ agencyId: string; cause: string }[]>();
  return new Set(found.map(({ agencyId, cause }) => `${agencyId}/${cause}`));
}

/** Reads the newest action of this name on each target. */
export async function readNewestActs(
  action: string,
  targets: readonly { _id: string; agencyId: string }[],
): Promise<Map<string, JournalEntry>> {
  const agencyIds = [...new Set(targets.map(({ agencyId }) => agencyId))];
  const found = await JournalModel.find({ agencyId: { $in: agencyIds }, action, target: { $in: targets.map(({ _id }) => _id) } })
    .sort({ seq: 1 })
    .lean<JournalEntry[]>()
    .exec();
  return new Map(found.map((entry) => [entry.target, entry]));
}

export const hasUnsealedActs = async (): Promise<boolean> => (await JournalModel.exists({ seal: { $exists: false } })) !== null;
