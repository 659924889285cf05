import { model, Schema } from 'mongoose';
import type { Output } from '../contract/index.ts';
import type { Currency } from '../rules/money.ts';
import { duplicateIndex } from './duplicate.ts';
import { type AgencyScope, type ClientScope, type World, within } from './scope.ts';

type Capabilities = Output<'numbers.list'>['numbers'][number]['capabilities'];

/** A number reserved for one client while it pays. One document per number, so that no other client can reserve it. */
export interface Reservation {
  /** Agency, world and number. */
  _id: string;
  reservationId: string;
  agencyId: string;
  world: World;
  clientId: string;
  number: string;
  country: string;
  type: string;
  capabilities: Capabilities;
  locality: string | null;
  region: string | null;
  /** True if the agency owns the number already. */
  isInventory: boolean;
  /** Prices as offered, in milli-credits. */
  setupMillis: number;
  monthlyMillis: number;
  /** Prices as offered, in money. Absent in reservations made before this was stored. */
  money?: { setupCents: number; monthlyCents: number; currency: Currency };
  /** The legal requirements, as far as they are met. */
  papers: { isMet: boolean; needsAddress: boolean; bundleSid?: string; addressSid?: string };
  /** Set while the number is being paid. */
  orderId?: string;
  /** Set while the number is being bought. */
  providerClaim?: string;
  /** Start of the client's reservation, renewals included. Absent if it was made before this was stored. */
  since?: Date;
  /** A paid reservation lasts longer than its checkout page. Business time. */
  expiresAt: Date;
}

const schema = new Schema<Reservation>(
  {
    _id: { type: String, required: true },
    reservationId: { type: String, required: true },
    agencyId: { type: String, required: true },
    world: { type: String, required: true },
    clientId: { type: String, required: true },
    number: { type: String, required: true },
    country: { type: String, required: true },
    type: { type: String, required: true },
    capabilities: { type: Schema.Types.Mixed, required: true },
    locality: { type: String, default: null },
    region: { type: String, default: null },
    isInventory: { type: Boolean, required: true },
    papers: { type: Schema.Types.Mixed, required: true },
    setupMillis: { type: Number, required: true },
    monthlyMillis: { type: Number, required: true },
    money: Schema.Types.Mixed,
    orderId: String,
    providerClaim: String,
    since: Date,
    expiresAt: { type: Date, required: true },
  },
  { strict: 'throw', versionKey: false },
);
schema.index({ agencyId: 1, world: 1, clientId: 1, expiresAt: 1 });
schema.index({ providerClaim: 1 }, { unique: true, partialFilterExpression: { providerClaim: { $exists: true } } });
const ReservationModel = model('Reservation', schema);

const keyOf = (scope: AgencyScope, number: string) => `${scope.agencyId}/${scope.world}/${number}`;

type Draft = Omit<Reservation, '_id' | 'agencyId' | 'world' | 'clientId' | 'orderId' | 'providerClaim'>;

/**
 * Reserves a number for a client. Takes over an expired reservation, and renews the client's own unless it is being paid.
 * @returns the present reservation: this client's, or another's in the way
 */
export async function keepNumber(scope: ClientScope, draft: Draft, now: Date): Promise<Reservation> {
  const wanted: Reservation = { ...draft, ...within(scope), _id: keyOf(scope, draft.number), clientId: scope.clientId };
  const isFree = [{ expiresAt: { $lte: now } }, { clientId: scope.clientId, orderId: { $exists: false } }];
  try {
    await ReservationModel.replaceOne({ _id: wanted._id, $or: isFree }, wanted, { upsert: true });
    return wanted;
  } catch (error) {
    if (duplicateIndex(error) !== '_id_') throw error; // another reservation is in the way
    return (await ReservationModel.findById(wanted._id).lean().exec()) ?? keepNumber(scope, draft, now);
  }
}

export const readReservation = (scope: ClientScope, reservationId: string, now: Date): Promise<Reservation | null> =>
  ReservationModel.findOne({ ...within(scope), clientId: scope.clientId, reservationId, expiresAt: { $gt: now } })
    .lean()
    .exec();

/**
 * Returns those of the numbers that are reserved for other clients.
 * @param scope the agency's, for the reservations of all clients
 */
export async function keptNumbers(scope: AgencyScope | ClientScope, numbers: readonly string[], now: Date): Promise<Set<string>> {
  const rows = await ReservationModel.find(
    {
      _id: { $in: numbers.map((number) => keyOf(scope, number)) },
      ...('clientId' in scope && { clientId: { $ne: scope.clientId } }),
      expiresAt: { $gt: now },
    },
    { number: 1 },
  )
    .lean()
    .exec();
  return new Set(rows.map(({ number }) => number));
}

const keptBy = (scope: ClientScope, now: Date) => ({ ...within(scope), clientId: scope.clientId, expiresAt: { $gt: now } });

/** Reads a client's reserved numbers, with their orders. */
export const readReserved = (scope: ClientScope, now: Date): Promise<Pick<Reservation, 'number' | 'orderId'>[]> =>
  ReservationModel.find(keptBy(scope, now), { number: 1, orderId: 1 }).lean().exec();

/**
 * Ends the client's oldest reservation that has no order. Keeps the time since when the client had it.
 * @param but a number to keep
 * @returns the number; null if there is none
 */
export async function leaveOldest(scope: ClientScope, now: Date, but?: string): Promise<string | null> {
  const undecided = { ...keptBy(scope, now), number: { $ne: but ?? null }, orderId: { $exists: false } };
  const freed = await ReservationModel.findOneAndUpdate(undecided, { $set: { expiresAt: now } }, { sort: { expiresAt: 1 } })
    .lean<Reservation>()
    .exec();
  return freed?.number ?? null;
}

/** Reads the present or last reservation of a number, of any client. */
export const readKept = (scope: AgencyScope, number: string): Promise<Reservation | null> =>
  ReservationModel.findOne({ ...within(scope), _id: keyOf(scope, number) })
    .lean()
    .exec();

/**
 * Moves a reservation to another order, if it is still for the given one.
 * @returns whether it is
 */
export async function moveReservation(
  scope: ClientScope,
  { reservationId, orderId: before }: Pick<Reservation, 'reservationId' | 'orderId'>,
  orderId: string | undefined,
  expiresAt: Date,
): Promise<boolean> {
  const { matchedCount } = await ReservationModel.updateOne(
    { ...within(scope), clientId: scope.clientId, reservationId, orderId: before ?? { $exists: false } },
    orderId === undefined ? { $unset: { orderId: 1 }, $set: { expiresAt } } : { $set: { orderId, expiresAt } },
  );
  return matchedCount === 1;
}

/**
 * Tells whether the number is still reserved for this order, which began at this account, and no other agency of the account is about to
 * get it. Writes, so that nothing is bought while the database is unreachable.
 * @param providerClaim names the number at the provider, among all agencies
 */
export async function confirmReservation(
  scope: AgencyScope,
  { number, orderId, providerClaim, until }: { number: string; orderId: string; providerClaim: string; until: Date },
): Promise<boolean> {
  try {
    const $set = { expiresAt: until, providerClaim };
    const kept = { _id: keyOf(within(scope), number), orderId, providerClaim: { $in: [null, providerClaim] } };
    return (await ReservationModel.updateOne(kept, { $set })).matchedCount === 1;
  } catch (error) {
    if (duplicateIndex(error) === undefined) throw error;
    return false;
  }
}

/**
 * Ends the reservation of an undone order, and keeps the time since when the client had it.
 * @returns the reservation before that; null if it is no longer for this order
 */
export const leaveNumber = (scope: AgencyScope, number: string, orderId: string, now: Date): Promise<Reservation | null> =>
  ReservationModel.findOneAndUpdate(
    { _id: keyOf(within(scope), number), orderId },
    { $set: { expiresAt: now }, $unset: { orderId: 1, providerClaim: 1 } },
    { returnDocument: 'before' },
  )
    .lean<Reservation>()
    .exec();

/**
 * Deletes the reservation of a number that this order delivered.
 * @returns it; null if there is none
 */
export const freeNumber = (scope: AgencyScope, number: string, orderId: string): Promise<Reservation | null> =>
  ReservationModel.findOneAndDelete({ _id: keyOf(within(scope), number), orderId })
    .lean<Reservation>()
    .exec();
