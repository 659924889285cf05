import { model, Schema } from 'mongoose';
import { duplicateIndex } from './duplicate.ts';
import { type ClientScope, within } from './scope.ts';

/**
 * One of the places that a client's plan gives for numbers, counted from 1. A number takes its place before it is stored, so that parallel
 * purchases cannot exceed the limit. The number's own document tells whether it is still there.
 */
interface Place {
  /** Agency, world, client and place. */
  _id: string;
  agencyId: string;
  world: string;
  clientId: string;
  place: number;
  /** The number in this place. */
  number: string;
  /** Real time. */
  takenAt: Date;
}

const schema = new Schema<Place>(
  { _id: String, agencyId: String, world: String, clientId: String, place: Number, number: String, takenAt: Date },
  { strict: 'throw', versionKey: false },
);
schema.index({ agencyId: 1, world: 1, clientId: 1, place: 1 });
const PlaceModel = model('NumberPlace', schema);

const at = (scope: ClientScope, place: number) => ({
  ...within(scope),
  _id: `${scope.agencyId}/${scope.world}/${scope.clientId}/${place}`,
  clientId: scope.clientId,
  place,
});

export type PlaceHeld = Pick<Place, 'place' | 'number' | 'takenAt'>;

export const readPlaces = (scope: ClientScope): Promise<PlaceHeld[]> =>
  PlaceModel.find({ ...within(scope), clientId: scope.clientId })
    .sort({ place: 1 })
    .lean()
    .exec();

/**
 * Takes a place.
 * @param from the present holder; absent if the place is empty
 * @returns false if another number was first
 */
export async function takePlace(scope: ClientScope, place: number, number: string, from?: PlaceHeld): Promise<boolean> {
  const takenAt = new Date();
  if (from) {
    const { number: before, takenAt: since } = from;
    const moved = await PlaceModel.updateOne({ ...at(scope, place), number: before, takenAt: since }, { $set: { number, takenAt } });
    return moved.matchedCount === 1;
  }
  try {
    await PlaceModel.create([{ ...at(scope, place), number, takenAt }]);
    return true;
  } catch (error) {
    if (duplicateIndex(error) !== '_id_') throw error;
    return false;
  }
}

/** Frees the place of a number that did not come or is gone. */
export async function freePlace(scope: ClientScope, number: string): Promise<void> {
  await PlaceModel.deleteMany({ ...within(scope), clientId: scope.clientId, number });
}
