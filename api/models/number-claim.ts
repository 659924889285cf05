import { NumberModel, type NumberRow } from './number.ts';
import type { AgencyScope } from './scope.ts';

/**
 * Takes the number whose rent has been due longest, of any agency but these, for one process alone until `leaseUntil`. What is not moved by
 * then is due again. Business time.
 */
export const claimRent = (now: Date, leaseUntil: Date, but: readonly string[]): Promise<NumberRow | null> =>
  NumberModel.findOneAndUpdate(
    { rentAt: { $lte: now }, agencyId: { $nin: but } },
    { $set: { rentAt: leaseUntil }, $inc: { rentChecks: 1 } },
    { sort: { rentAt: 1 }, returnDocument: 'after' },
  )
    .lean<NumberRow>()
    .exec();

/** Has a claimed rent looked after again later. Does nothing where it was moved meanwhile, or somebody else has it. */
export async function putOffRent({ _id, agencyId, world, rentAt }: NumberRow, at: Date): Promise<void> {
  await NumberModel.updateOne({ _id, agencyId, world, rentAt: rentAt ?? null }, { $set: { rentAt: at } });
}

/** Who has these numbers at the provider, whatever their agencies and their worlds. */
export const readProviderClaims = (providerClaims: readonly string[]): Promise<NumberRow[]> =>
  NumberModel.find({ providerClaim: { $in: providerClaims } })
    .lean<NumberRow[]>()
    .exec();

/**
 * Takes away the claim of a number in a test world that was left behind, unless it is about to go back to the provider.
 * @returns whether it is free now
 */
export async function dropProviderClaim({ _id, agencyId, world }: NumberRow): Promise<boolean> {
  const stays = [{ way: { $ne: 'bought' as const } }, { rentAt: { $exists: false } }];
  return (await NumberModel.updateOne({ _id, agencyId, world, $or: stays }, { $unset: { providerClaim: 1 } })).matchedCount === 1;
}

/**
 * Has the numbers looked after at once that were bought in test worlds which their agency has left, unless somebody took them over.
 * @param scope the agency's, with the test world of now
 */
export async function hurryLeftNumbers({ agencyId, world }: AgencyScope, now: Date): Promise<void> {
  const isLeft = { agencyId, world: { $nin: ['live' as const, world] }, way: 'bought' as const, providerClaim: { $exists: true } };
  await NumberModel.updateMany({ ...isLeft, isGoing: { $exists: false } }, { $set: { rentAt: now } });
}

/** Counts one more wrong code before it is compared, so that guesses made at once count each. @returns null where none is left */
export const countWrongCode = (id: string, most: number): Promise<NumberRow | null> =>
  NumberModel.findOneAndUpdate(
    { _id: id, state: 'pending_verification', 'check.wrong': { $lt: most } },
    { $inc: { 'check.wrong': 1 } },
    { returnDocument: 'after' },
  )
    .lean<NumberRow>()
    .exec();
