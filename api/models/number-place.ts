import { model, Schema } from 'mongoose';
import { duplicateIndex } from './duplicate.ts';
import { type ClientScope, within } from './scope.ts';

/**
 * One of the places for numbers that a client's plan gives it, counted from 1. Whoever has a place writes it first, so that of many at once no
 * more get in than there are places. Whether a number is still there its own document says.
 */
interface Place {
  /** The agency, the world, the client and the place. */
  _id: string;
  agencyId: string;
  world: string;
  clientId: string;
  place: number;
  /** The number that has it. */
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

/** Takes a place. @param from who is there now; absent where nobody is. @returns whether it is ours, and nobody else was quicker */
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

/** Gives back the place of a number that did not come, or is not there any more. */
export async function freePlace(scope: ClientScope, number: string): Promise<void> {
  await PlaceModel.deleteMany({ ...within(scope), clientId: scope.clientId, number });
}
