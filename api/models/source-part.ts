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

/** @returns 'other' where other bytes are there, which stay */
export async function insertPart(scope: AgencyScope, sourceId: string, offset: number, content: Buffer): Promise<'stored' | 'other'> {
  const _id = `${sourceId}/${offset}`;
  try {
    await SourcePartModel.create([{ _id, ...within(scope), sourceId, offset, content }]);
    return 'stored';
  } catch (error) {
    if (duplicateIndex(error) !== '_id_') throw error;
    const there = await SourcePartModel.findOne({ ...within(scope), _id }).exec();
    return there?.content.equals(content) ? 'stored' : 'other';
  }
}

/** Replaces a part that came before and was never counted. */
export async function replacePart(scope: AgencyScope, sourceId: string, offset: number, content: Buffer): Promise<void> {
  await SourcePartModel.updateOne({ ...within(scope), _id: `${sourceId}/${offset}` }, { $set: { content } });
}

/** The content in order, one part at a time. */
export async function* readParts(scope: AgencyScope, sourceId: string): AsyncGenerator<Buffer> {
  const parts = SourcePartModel.find({ ...within(scope), sourceId })
    .sort({ offset: 1 })
    .cursor({ batchSize: 1 });
  for await (const { content } of parts) yield content;
}

export async function removeParts(scope: AgencyScope, sourceId: string): Promise<void> {
  await SourcePartModel.deleteMany({ ...within(scope), sourceId });
}
