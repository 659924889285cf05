import { model, Schema } from 'mongoose';
import type { Output } from '../contract/index.ts';
import { type AgencyScope, type World, within } from './scope.ts';

type Capabilities = Output<'numbers.list'>['numbers'][number]['capabilities'];

/** A number owned by the agency that clients can buy at their plan's price. */
export interface InventoryRow {
  /** The agency, the world and the number. */
  _id: string;
  agencyId: string;
  world: World;
  number: string;
  country: string;
  type: string;
  capabilities: Capabilities;
  /** Where the provider keeps it. */
  accountSid: string;
  sid: string;
}

const schema = new Schema<InventoryRow>(
  {
    _id: { type: String, required: true },
    agencyId: { type: String, required: true },
    world: { type: String, required: true },
    number: { type: String, required: true },
    country: { type: String, required: true },
    type: { type: String, required: true },
    capabilities: { type: Schema.Types.Mixed, required: true },
    accountSid: { type: String, required: true },
    sid: { type: String, required: true },
  },
  { strict: 'throw', versionKey: false },
);
schema.index({ agencyId: 1, world: 1, country: 1, type: 1 });
const InventoryModel = model('InventoryNumber', schema);

const keyOf = (scope: AgencyScope, number: string) => `${scope.agencyId}/${scope.world}/${number}`;

/** Numbers of one kind to show at once. */
const MOST = 200;

export const readInventory = (scope: AgencyScope, kind: { country?: string; type?: string } = {}): Promise<InventoryRow[]> =>
  InventoryModel.find({ ...within(scope), ...kind })
    .sort({ _id: 1 })
    .limit(MOST)
    .lean()
    .exec();

export const readInventoryNumber = (scope: AgencyScope, number: string): Promise<InventoryRow | null> =>
  InventoryModel.findById(keyOf(within(scope), number))
    .lean()
    .exec();

export async function addToInventory(scope: AgencyScope, row: Omit<InventoryRow, '_id' | 'agencyId' | 'world'>): Promise<void> {
  const _id = keyOf(scope, row.number);
  await InventoryModel.replaceOne({ _id }, { ...row, ...within(scope), _id }, { upsert: true });
}

export async function removeFromInventory(scope: AgencyScope, number: string): Promise<void> {
  await InventoryModel.deleteOne({ _id: keyOf(within(scope), number) });
}
