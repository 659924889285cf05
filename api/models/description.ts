import { model, Schema } from 'mongoose';
import { duplicateIndex } from './duplicate.ts';
import { type AgencyScope, type World, within } from './scope.ts';

/** Free text about a transfer. It may name people, so it lies outside the ledger, where it can be deleted. */
interface Description {
  /** The transfer's id and the hash of its content, so that the text of a losing attempt never appears at another's transfer. */
  _id: string;
  agencyId: string;
  world: World;
  text: string;
}

interface Described {
  _id: string;
  input: string;
}

const schema = new Schema<Description>(
  { _id: String, agencyId: String, world: String, text: String },
  { strict: 'throw', versionKey: false },
);
const DescriptionModel = model('Description', schema);

const idOf = (transfer: Described) => `${transfer._id}#${transfer.input}`;

/** Stores the text before its transfer, so that no crash loses it. Without the transfer nobody reads it. */
export async function insertDescription(scope: AgencyScope, transfer: Described, text: string): Promise<void> {
  try {
    await DescriptionModel.create([{ ...within(scope), _id: idOf(transfer), text }]);
  } catch (error) {
    if (duplicateIndex(error) !== '_id_') throw error; // the same attempt again
  }
}

/** @returns the texts by transfer id */
export async function readDescriptions(scope: AgencyScope, transfers: readonly Described[]): Promise<Map<string, string>> {
  const ids = new Map(transfers.map((transfer) => [idOf(transfer), transfer._id]));
  const found = await DescriptionModel.find({ ...within(scope), _id: { $in: [...ids.keys()] } }).lean();
  return new Map(found.map(({ _id, text }) => [ids.get(_id) ?? _id, text]));
}

/** Deletes the texts of these transfers. */
export async function removeDescriptions(scope: AgencyScope, transfers: readonly Described[]): Promise<void> {
  await DescriptionModel.deleteMany({ ...within(scope), _id: { $in: transfers.map(idOf) } });
}
