import { profileFields } from '../contract/accounts/accounts.ts';
import { type Client, ClientModel, type Deletion } from './client.ts';
import { type ClientScope, within } from './scope.ts';

/** Begins the deletion of a client and shuts it out. Does nothing if it has begun. */
export async function beginDeletion(scope: ClientScope, { at, ...deletion }: Deletion): Promise<void> {
  const filter = { ...within(scope), _id: scope.clientId, deletion: { $exists: false }, deletedAt: { $exists: false } };
  await ClientModel.updateOne(filter, { $set: { deletion: { ...deletion, at }, disabledAt: at } });
}

/** Claims the longest due deletion of any agency except `but`, until `leaseUntil`. Business time. */
export const claimDeletion = (now: Date, leaseUntil: Date, but: readonly string[]): Promise<Client | null> =>
  ClientModel.findOneAndUpdate(
    { agencyId: { $nin: but }, 'deletion.checkAt': { $lte: now } },
    { $set: { 'deletion.checkAt': leaseUntil }, $inc: { 'deletion.checks': 1 } },
    { sort: { 'deletion.checkAt': 1 }, returnDocument: 'after' },
  )
    .lean()
    .exec();

/** Puts a claimed deletion off. Does nothing if it is finished, or the claim expired and another process has it. */
export async function putOffDeletion({ _id, agencyId, world, deletion }: Client, checkAt: Date): Promise<void> {
  const claimed = deletion?.checkAt ?? null; // null matches a finished deletion, whose absent field is not set again
  const filter = { ...within({ agencyId, world }), _id, deletion: { $exists: true }, 'deletion.checkAt': claimed };
  await ClientModel.updateOne(filter, { $set: { 'deletion.checkAt': checkAt } });
}

/** Erases the personal data of a client whose deletion has begun, and leaves it due once more at `lookAt`. */
export async function eraseClient(scope: ClientScope, { deletedAt, lookAt }: { deletedAt: Date; lookAt: Date }): Promise<void> {
  const filter = { ...within(scope), _id: scope.clientId, deletion: { $exists: true }, deletedAt: { $exists: false } };
  const profile = Object.fromEntries(profileFields.map((field) => [`profile.${field}`, 1 as const]));
  const gone = { ...profile, logins: 1, externalId: 1, mintedAs: 1, consent: 1, freeWaits: 1, planFreeWaits: 1 } as const;
  await ClientModel.updateOne(filter, {
    $set: { deletedAt, 'deletion.checkAt': lookAt, 'deletion.checks': 0 },
    $pull: { members: {} },
    $unset: gone,
  });
}

/** Ends the deletion of an erased client. */
export async function endDeletion(scope: ClientScope): Promise<void> {
  await ClientModel.updateOne({ ...within(scope), _id: scope.clientId, deletedAt: { $exists: true } }, { $unset: { deletion: 1 } });
}

/** Tells whether a client is deleted, or its deletion has begun. */
export async function isDeleted(scope: ClientScope): Promise<boolean> {
  const gone = { $or: [{ deletion: { $exists: true } }, { deletedAt: { $exists: true } }] };
  return (await ClientModel.exists({ ...within(scope), _id: scope.clientId, ...gone }).exec()) !== null;
}

/** Iterates over the deleted clients of all agencies. */
export const everyDeletedClient = (): AsyncIterable<Client> =>
  ClientModel.find({ deletedAt: { $exists: true } })
    .maxTimeMS(0)
    .lean<Client>()
    .cursor({ batchSize: 500 });
