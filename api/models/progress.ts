import { model, Schema } from 'mongoose';

/** How far a job has read the transfers of all agencies. */
interface Progress {
  /** The name of the job. */
  _id: string;
  /** Everything that was written before is read. Real time. */
  until: Date;
}

const schema = new Schema<Progress>({ _id: String, until: Date }, { strict: 'throw', versionKey: false });
const ProgressModel = model('Progress', schema, 'progress');

/** @returns undefined if the job never ran */
export const readJobProgress = async (job: string): Promise<Date | undefined> =>
  (await ProgressModel.findOne({ _id: job }).lean().exec())?.until;

/** Moves the progress forward. Never moves it back, if another process is ahead. */
export async function moveJobProgress(job: string, until: Date): Promise<void> {
  await ProgressModel.updateOne({ _id: job }, { $max: { until } }, { upsert: true });
}
