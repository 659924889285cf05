import { within } from './scope.ts';
import { type Source, SourceModel } from './source.ts';

/** Takes the source that has been due longest, of any agency but these, for one process alone until `leaseUntil`. Business time. */
export const claimDueSource = (now: Date, leaseUntil: Date, but: readonly string[]): Promise<Source | null> =>
  SourceModel.findOneAndUpdate(
    { agencyId: { $nin: but }, state: { $in: ['uploading', 'checking', 'processing', 'removing'] }, checkAt: { $lte: now } },
    { $set: { checkAt: leaseUntil }, $inc: { checks: 1 } },
    { sort: { checkAt: 1 }, returnDocument: 'after' },
  )
    .lean()
    .exec();

/** Has a claimed source looked after again later. Does nothing where it went a step further meanwhile. */
export async function putOffSource(claimed: Source, checkAt: Date): Promise<void> {
  await SourceModel.updateOne(
    { ...within(claimed), _id: claimed._id, state: claimed.state, checkAt: claimed.checkAt },
    { $set: { checkAt } },
  );
}
