import { type AgencyScope, within } from './scope.ts';
import { AGENCY_OWN, type Source, SourceModel } from './source.ts';

/** The bases that an agent of a client may use: the client's and the agency's own. */
export const readBases = (scope: AgencyScope, clientId: string): Promise<Pick<Source, 'baseId' | 'agentIds' | 'state'>[]> =>
  SourceModel.find({ ...within(scope), owner: { $in: [clientId, AGENCY_OWN] }, baseId: { $exists: true } })
    .select({ baseId: 1, agentIds: 1, state: 1 })
    .lean()
    .exec();

/** Notes the base of a source that goes its way and has none. @returns false where it has one, or was removed meanwhile */
export async function noteBase(
  { _id, state, attempt, ...scope }: Source,
  taken: Pick<Source, 'checks' | 'checkAt'> & { baseId: string; takenAt: Date },
): Promise<boolean> {
  const waiting = { ...within(scope), _id, state, attempt, baseId: { $exists: false } };
  return (await SourceModel.updateOne(waiting, { $set: taken })).modifiedCount === 1;
}

/** Notes whether an agent uses a source. @returns the source as it is then, or null where it is not ready any more */
export const noteAgent = (source: Source, agentId: string, uses: boolean): Promise<Source | null> =>
  SourceModel.findOneAndUpdate(
    { ...within(source), _id: source._id, ...(uses && { state: 'ready' }) },
    uses ? { $addToSet: { agentIds: agentId } } : { $pull: { agentIds: agentId } },
    { returnDocument: 'after' },
  )
    .lean()
    .exec();

/** How many bases the provider keeps for the agency and its clients. */
export const countBases = (scope: AgencyScope): Promise<number> =>
  SourceModel.countDocuments({ ...within(scope), baseId: { $exists: true } }).exec();
