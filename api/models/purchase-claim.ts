import { type Purchase, PurchaseModel, unsettled } from './purchase.ts';

/**
 * Takes the unsettled purchase that has been due longest, of any agency but these, for one process alone until `leaseUntil`. What is not put
 * off by then is due again. Business time.
 */
export const claimUnsettled = (now: Date, leaseUntil: Date, but: readonly string[]): Promise<Purchase | null> =>
  PurchaseModel.findOneAndUpdate(
    { state: { $in: unsettled }, agencyId: { $nin: but }, checkAt: { $lte: now } },
    { $set: { checkAt: leaseUntil }, $inc: { checks: 1 } },
    { sort: { checkAt: 1 }, returnDocument: 'after' },
  )
    .lean()
    .exec();

/** Has a claimed purchase looked after again at a later time. Does nothing where the claim ran out and somebody else has it. */
export async function putOff(claimed: Purchase, checkAt: Date): Promise<void> {
  await PurchaseModel.updateOne({ _id: claimed._id, agencyId: claimed.agencyId, checkAt: claimed.checkAt }, { $set: { checkAt } });
}
