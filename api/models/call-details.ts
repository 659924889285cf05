import { model, Schema } from 'mongoose';
import { duplicateIndex } from './duplicate.ts';
import { type ClientScope, type World, within } from './scope.ts';

/** Words of an agency about a call, besides its duration. They may name people, so they lie outside the ledger, where they can be deleted. */
export interface CallDetails {
  number?: string | undefined;
  agentName?: string | undefined;
}

/** A call by the provider's id of it, with its connected seconds, so that details of a refused record never appear at another's charge. */
export interface EndedCall {
  callId: string;
  seconds: number;
}

interface Stored extends CallDetails {
  _id: string;
  agencyId: string;
  world: World;
  /** The client's subject. */
  subject: string;
}

const schema = new Schema<Stored>(
  { _id: String, agencyId: String, world: String, subject: String, number: String, agentName: String },
  { strict: 'throw', versionKey: false },
);
schema.index({ agencyId: 1, world: 1, subject: 1 });
const CallDetailsModel = model('CallDetails', schema);

const idOf = ({ agencyId, world, subject }: ClientScope, { callId, seconds }: EndedCall) =>
  `${agencyId}/${world}/${subject}/${callId}#${seconds}`;

/** Stores the details before the call is charged, so that no crash loses them. The first ones of a call stay. */
export async function insertCallDetails(scope: ClientScope, call: EndedCall, { number, agentName }: CallDetails): Promise<void> {
  const details = { ...(number !== undefined && { number }), ...(agentName !== undefined && { agentName }) };
  try {
    await CallDetailsModel.create([{ ...within(scope), _id: idOf(scope, call), subject: scope.subject, ...details }]);
  } catch (error) {
    if (duplicateIndex(error) !== '_id_') throw error; // the same attempt again
  }
}

/** @returns the details by call id */
export async function readCallDetails(scope: ClientScope, calls: readonly EndedCall[]): Promise<Map<string, CallDetails>> {
  const ids = new Map(calls.map((call) => [idOf(scope, call), call.callId]));
  const found = await CallDetailsModel.find({ ...within(scope), _id: { $in: [...ids.keys()] } }).lean();
  return new Map(found.map(({ _id, number, agentName }) => [ids.get(_id) ?? _id, { number, agentName }]));
}

/** Deletes the details of all calls of a client. */
export async function removeCallDetails(scope: ClientScope): Promise<void> {
  await CallDetailsModel.deleteMany({ ...within(scope), subject: scope.subject });
}
