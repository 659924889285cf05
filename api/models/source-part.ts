import { model, Schema } from 'mongoose';
import { duplicateIndex } from './duplicate.ts';
import { type AgencyScope, within } from './scope.ts';

/** A part of a source's content. Parts lie in the database, so that any process can take the next one. */
interface SourcePart {
  /** The source and the offset. */
  _id: string;
  agencyId: string;
  world: string;
  sourceId: string;
  offset: number;
  content: Buffer;
}

const schema = new Schema<SourcePart>(
  { _id: String, agencyId: String, world: String, sourceId: String, offset: Number, content: Buffer },
  { strict: 'throw', versionKey: false },
);
schema.index({ agencyId: 1, sourceId: 1, offset: 1 });
const SourcePartModel = model('SourcePart', schema);

/** The part at an offset, once one was sent there. */
interface StoredPart {
  /** Its length, which may differ from what was sent. */
  bytes: number;
  /** True if it equals the part that was sent. */
  isSame: boolean;
  /** True if there was no part before. */
  isNew: boolean;
}

/**
 * Stores a part, unless there is one at this offset: that stays, whatever it holds, because it may be counted at this moment.
 * @returns undefined where the part that was there is gone by now
 */
export async function insertPart(scope: AgencyScope, sourceId: string, offset: number, content: Buffer): Promise<StoredPart | undefined> {
  const _id = `${sourceId}/${offset}`;
  try {
    await SourcePartModel.create([{ _id, ...within(scope), sourceId, offset, content }]);
    return { bytes: content.length, isSame: true, isNew: true };
  } catch (error) {
    if (duplicateIndex(error) !== '_id_') throw error;
    const there = await SourcePartModel.findOne({ ...within(scope), _id }).exec();
    return there ? { bytes: there.content.length, isSame: there.content.equals(content), isNew: false } : undefined;
  }
}

/** Reads the content in order, one part at a time. */
export async function* readParts(scope: AgencyScope, sourceId: string): AsyncGenerator<Buffer> {
  const parts = SourcePartModel.find({ ...within(scope), sourceId })
    .sort({ offset: 1 })
    .cursor({ batchSize: 1 });
  for await (const { content } of parts) yield content;
}

export async function removeParts(scope: AgencyScope, sourceId: string): Promise<void> {
  await SourcePartModel.deleteMany({ ...within(scope), sourceId });
}

export async function removePart(scope: AgencyScope, sourceId: string, offset: number): Promise<void> {
  await SourcePartModel.deleteOne({ ...within(scope), _id: `${sourceId}/${offset}` });
}
