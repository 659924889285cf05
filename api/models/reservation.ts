import { model, Schema } from 'mongoose';
import type { Output } from '../contract/index.ts';
import type { Currency } from '../rules/money.ts';
import { duplicateIndex } from './duplicate.ts';
import { type AgencyScope, type ClientScope, type World, within } from './scope.ts';

type Capabilities = Output<'numbers.list'>['numbers'][number]['capabilities'];

/** A number that is kept for one client while it pays. One document per number, so that nobody else can have one. */
export interface Reservation {
  /** The agency, the world and the number. */
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
  /** Whether it is the agency's already. */
  isInventory: boolean;
  /** As it was offered, in milli-credits. */
  setupMillis: number;
  monthlyMillis: number;
  /** The same in money. Absent in those that were kept before it was stored. */
  money?: { setupCents: number; monthlyCents: number; currency: Currency };
  /** What the law asks for, as far as it is met. */
  papers: { isMet: boolean; needsAddress: boolean; bundleSid?: string; addressSid?: string };
  /** Once it is being paid. */
  orderId?: string;
  /** Once it is being bought. */
  providerClaim?: string;
  /** Since when it has been kept for this client, renewals included. Absent where it was kept before that was noted. */
  since?: Date;
  /** While it is being paid it is kept longer than a page to pay on lives. Business time. */
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
 * Keeps a number for a client. One that ran out is taken over; the client's own is renewed unless it is being paid.
 * @returns what is kept now: this client's, or another's that stands in the way
 */
export async function keepNumber(scope: ClientScope, draft: Draft, now: Date): Promise<Reservation> {
  const wanted: Reservation = { ...draft, ...within(scope), _id: keyOf(scope, draft.number), clientId: scope.clientId };
  const isFree = [{ expiresAt: { $lte: now } }, { clientId: scope.clientId, orderId: { $exists: false } }];
  try {
    await ReservationModel.replaceOne({ _id: wanted._id, $or: isFree }, wanted, { upsert: true });
    return wanted;
  } catch (error) {
    if (duplicateIndex(error) !== '_id_') throw error; // there is one that stands in the way
    return (await ReservationModel.findById(wanted._id).lean().exec()) ?? keepNumber(scope, draft, now);
  }
}

export const readReservation = (scope: ClientScope, reservationId: string, now: Date): Promise<Reservation | null> =>
  ReservationModel.findOne({ ...within(scope), clientId: scope.clientId, reservationId, expiresAt: { $gt: now } })
    .lean()
    .exec();

/** Which of these numbers are kept for other clients. @param scope the agency's: then everybody's count */
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

/** What is kept for a client: the numbers, and the orders for which some of them are. */
export const readReserved = (scope: ClientScope, now: Date): Promise<Pick<Reservation, 'number' | 'orderId'>[]> =>
  ReservationModel.find(keptBy(scope, now), { number: 1, orderId: 1 }).lean().exec();

/**
 * Leaves the number to others that a client has kept longest without an order for it. Since when it had that is still known.
 * @param but one that stays. @returns the number; null where there is none
 */
export async function leaveOldest(scope: ClientScope, now: Date, but?: string): Promise<string | null> {
  const undecided = { ...keptBy(scope, now), number: { $ne: but ?? null }, orderId: { $exists: false } };
  const freed = await ReservationModel.findOneAndUpdate(undecided, { $set: { expiresAt: now } }, { sort: { expiresAt: 1 } })
    .lean<Reservation>()
    .exec();
  return freed?.number ?? null;
}

/** How a number is or was kept, whoever it was for. */
export const readKept = (scope: AgencyScope, number: string): Promise<Reservation | null> =>
  ReservationModel.findOne({ ...within(scope), _id: keyOf(scope, number) })
    .lean()
    .exec();

/** Says for which order a number is kept from now on, if it is still for the one before. @returns whether it is */
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
 * Whether the number is still kept for this order, which was not begun at another account, and no other agency on the same account is about
 * to get it. A write, so that where the database is away nothing is bought.
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
 * Leaves a number to others whose order was undone, and notes since when the client had it.
 * @returns how it was kept; null where it is not for this order any more
 */
export const leaveNumber = (scope: AgencyScope, number: string, orderId: string, now: Date): Promise<Reservation | null> =>
  ReservationModel.findOneAndUpdate(
    { _id: keyOf(within(scope), number), orderId },
    { $set: { expiresAt: now }, $unset: { orderId: 1, providerClaim: 1 } },
    { returnDocument: 'before' },
  )
    .lean<Reservation>()
    .exec();

/** Frees a number that came by this order. @returns how it was kept; null where it is not any more */
export const freeNumber = (scope: AgencyScope, number: string, orderId: string): Promise<Reservation | null> =>
  ReservationModel.findOneAndDelete({ _id: keyOf(within(scope), number), orderId })
    .lean<Reservation>()
    .exec();
