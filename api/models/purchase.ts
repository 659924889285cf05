import { model, Schema } from 'mongoose';
import type { Output } from '../contract/index.ts';
import type { Sold } from '../contract/sentences.ts';
import type { Currency } from '../rules/money.ts';
import { duplicateIndex } from './duplicate.ts';
import { type AgencyScope, type ClientScope, visibleTo, type World, within } from './scope.ts';

export type PurchaseState = Output<'purchases.read'>['state'];

/** An offer with its price and progress. The price stays as offered. */
export interface Purchase extends Sold {
  _id: string;
  agencyId: string;
  world: World;
  clientId: string;
  /** The ledger account that gets the credits. */
  subject: string;
  /** The member who bought and gets the receipt. */
  memberId: string;
  /** The item for Stripe: the agency's price, or an amount of its product. */
  item: { priceId: string } | { productId: string; unitCents: number };
  /** Milli-credits. */
  credits: number;
  priceCents: number;
  currency: Currency;
  state: PurchaseState;
  /** The Stripe account that offered it. Absent before this was stored: the agency's first account. */
  stripeAccount?: string;
  /** The Checkout session, once known, and its page. */
  sessionId?: string;
  checkoutUrl?: string;
  /** The secret of a page embedded in the agency's own page. */
  checkoutSecret?: string;
  /** Idempotency keys of its checkout whose failure Stripe remembers. Absent for none. */
  failedKeys?: number;
  /** The order that it pays for. The money is only authorised until the delivery, and the credits arrive set aside for the order. */
  orderId?: string;
  /** The Stripe payment of the credits. */
  paymentId?: string;
  /** The client's available milli-credits right after the credits arrived. */
  balanceAfter?: number;
  /** Returned money as Stripe reported it, and the number of ledger corrections that `state` reflects. */
  returns?: string;
  returnsSeen?: number;
  /** While its money goes back, because its client is deleted: when that is tried next. Absent: it stays. Business time. */
  giveBackAt?: Date;
  /** Checks while it was open, and time of the next. Business time. */
  checks: number;
  checkAt: Date;
  createdAt: Date;
}

/** The states that may precede each state. A purchase only moves forward; paid and reviewed purchases stay so. */
const forward: Record<PurchaseState, PurchaseState[]> = {
  open: [],
  processing: ['open'],
  expired: ['open'],
  failed: ['open', 'processing'],
  paid: ['open', 'processing', 'failed', 'expired'],
  review: ['open', 'processing', 'failed', 'expired'],
  // Returned money follows the payment, not this table.
  part_refunded: [],
  refunded: [],
  disputed: [],
  charged_back: [],
};

/** States that wait for the buyer or the bank. */
export const unsettled: readonly PurchaseState[] = ['open', 'processing'];

const credited: readonly PurchaseState[] = ['paid', 'part_refunded', 'refunded', 'disputed', 'charged_back'];

/** Tells whether the credits arrived, even if some were taken back. */
export const isCredited = ({ state }: Pick<Purchase, 'state'>): boolean => credited.includes(state);

const schema = new Schema<Purchase>(
  {
    _id: { type: String, required: true },
    agencyId: { type: String, required: true },
    world: { type: String, required: true },
    clientId: { type: String, required: true },
    subject: { type: String, required: true },
    memberId: { type: String, required: true },
    item: { type: Schema.Types.Mixed, required: true },
    name: { type: String, required: true },
    named: Schema.Types.Mixed,
    credits: { type: Number, required: true },
    priceCents: { type: Number, required: true },
    currency: { type: String, required: true },
    state: { type: String, required: true },
    stripeAccount: String,
    sessionId: String,
    checkoutUrl: String,
    checkoutSecret: String,
    failedKeys: Number,
    orderId: String,
    paymentId: String,
    returns: String,
    returnsSeen: Number,
    balanceAfter: Number,
    giveBackAt: Date,
    checks: { type: Number, required: true },
    checkAt: { type: Date, required: true },
    createdAt: { type: Date, required: true },
  },
  { strict: 'throw', versionKey: false },
);
// One session pays for one purchase.
schema.index({ agencyId: 1, sessionId: 1 }, { unique: true, partialFilterExpression: { sessionId: { $exists: true } } });
schema.index({ agencyId: 1, paymentId: 1 }, { partialFilterExpression: { paymentId: { $exists: true } } });
schema.index({ state: 1, checkAt: 1 });
schema.index({ giveBackAt: 1 }, { partialFilterExpression: { giveBackAt: { $exists: true } } });
schema.index({ agencyId: 1, world: 1, clientId: 1, createdAt: -1, _id: -1 });
/** Only for the models of purchases. */
export const PurchaseModel = model('Purchase', schema);

/** Stores an offer. A repetition returns the first offer, with its price. */
export async function insertPurchase(
  scope: ClientScope,
  offer: Pick<
    Purchase,
    '_id' | 'memberId' | 'item' | keyof Sold | 'credits' | 'priceCents' | 'currency' | 'createdAt' | 'orderId' | 'stripeAccount'
  > & {
    checkAt?: Date;
  },
): Promise<Purchase> {
  const purchase: Purchase = {
    ...offer,
    ...within(scope),
    clientId: scope.clientId,
    subject: scope.subject,
    state: 'open',
    checks: 0,
    checkAt: offer.checkAt ?? offer.createdAt,
  };
  try {
    await PurchaseModel.collection.insertOne(purchase as never);
    return purchase;
  } catch (error) {
    if (duplicateIndex(error) !== '_id_') throw error;
    return PurchaseModel.findOne({ ...within(scope), clientId: scope.clientId, _id: offer._id })
      .lean()
      .orFail()
      .exec();
  }
}

/** @param scope the agency's, or a client's for its own purchases */
export const readPurchase = (scope: AgencyScope | ClientScope, id: string): Promise<Purchase | null> =>
  PurchaseModel.findOne({ ...visibleTo(scope), _id: id })
    .lean()
    .exec();

export const findPurchaseBySession = (scope: AgencyScope, sessionId: string): Promise<Purchase | null> =>
  PurchaseModel.findOne({ ...within(scope), sessionId })
    .lean()
    .exec();

export const findPurchaseByPayment = (scope: AgencyScope, paymentId: string): Promise<Purchase | null> =>
  PurchaseModel.findOne({ ...within(scope), paymentId })
    .lean()
    .exec();

/**
 * Counts the purchases of a Stripe account that wait for the buyer or the bank.
 * @param isFirst whether purchases without an account belong to this one
 */
export const countUnsettled = (
  scope: AgencyScope,
  { accountId, isFirst }: { accountId: string | undefined; isFirst: boolean },
): Promise<number> => {
  const accounts = [...(accountId === undefined ? [] : [accountId]), ...(isFirst ? [null] : [])]; // null matches absent fields
  return PurchaseModel.countDocuments({ ...within(scope), state: { $in: unsettled }, stripeAccount: { $in: accounts } }).exec();
};

/**
 * Stores the session of a purchase that has none.
 * @returns the purchase with its session, this one or the earlier one
 */
export async function noteSession(
  scope: AgencyScope,
  id: string,
  session: { id: string; url: string | null; clientSecret?: string | null },
): Promise<Purchase> {
  const { url, clientSecret = null } = session;
  const $set = {
    sessionId: session.id,
    ...(url !== null && { checkoutUrl: url }),
    ...(clientSecret !== null && { checkoutSecret: clientSecret }),
  };
  const one = { ...within(scope), _id: id };
  const without = { ...one, sessionId: { $exists: false } };
  const noted = await PurchaseModel.findOneAndUpdate(without, { $set }, { returnDocument: 'after' }).lean().exec();
  return noted ?? PurchaseModel.findOne(one).lean().orFail().exec();
}

/**
 * Counts another failed idempotency key of a purchase's checkout, unless another process has counted it.
 * @returns the purchase after that
 */
export async function noteFailedKey(scope: AgencyScope, { _id, failedKeys }: Pick<Purchase, '_id' | 'failedKeys'>): Promise<Purchase> {
  const one = { ...within(scope), _id };
  const before = { ...one, failedKeys: failedKeys ?? { $exists: false } };
  const noted = await PurchaseModel.findOneAndUpdate(before, { $inc: { failedKeys: 1 } }, { returnDocument: 'after' })
    .lean()
    .exec();
  return noted ?? PurchaseModel.findOne(one).lean().orFail().exec();
}

/**
 * Moves a purchase forward, if its state allows it.
 * @returns the purchase if this call moved it
 */
export async function movePurchase(
  scope: AgencyScope,
  id: string,
  state: PurchaseState,
  facts: Pick<Purchase, 'balanceAfter' | 'paymentId'> = {},
): Promise<Purchase | null> {
  // A state that nothing precedes needs no write, which would wait for the disk at each look at an open purchase.
  if (forward[state].length === 0) return null;
  const before = { ...within(scope), _id: id, state: { $in: forward[state] } };
  return PurchaseModel.findOneAndUpdate(before, { $set: { state, ...facts } }, { returnDocument: 'after' })
    .lean()
    .exec();
}

/** Stores the returns of a credited purchase. A writer that saw fewer corrections than another changes nothing. */
export async function restatePurchase(
  scope: AgencyScope,
  id: string,
  now: Required<Pick<Purchase, 'state' | 'returns' | 'returnsSeen'>>,
): Promise<void> {
  const isNotBehind = [{ returnsSeen: { $exists: false } }, { returnsSeen: { $lte: now.returnsSeen } }];
  await PurchaseModel.updateOne({ ...within(scope), _id: id, state: { $in: credited }, $or: isNotBehind }, { $set: now });
}

/** Reads the purchases whose dispute was open when it was last heard of. */
export const readDisputed = (scope: AgencyScope): Promise<Purchase[]> =>
  PurchaseModel.find({ ...within(scope), state: 'disputed' })
    .lean<Purchase[]>()
    .exec();

/** Lists a client's purchases, newest first, those older than `before` or all. */
export function listPurchases(scope: ClientScope, { before, limit }: { before: Purchase | undefined; limit: number }): Promise<Purchase[]> {
  const mine = { ...within(scope), clientId: scope.clientId };
  const older = before && { $or: [{ createdAt: { $lt: before.createdAt } }, { createdAt: before.createdAt, _id: { $lt: before._id } }] };
  return PurchaseModel.find({ ...mine, ...older })
    .sort({ createdAt: -1, _id: -1 })
    .limit(limit)
    .lean<Purchase[]>()
    .exec();
}

/** Tells whether money of a client is on its way. */
export const isPaymentUnderWay = async (scope: ClientScope): Promise<boolean> =>
  (await PurchaseModel.exists({ ...within(scope), clientId: scope.clientId, state: 'processing' }).exec()) !== null;

/** Reads a client's purchases that wait for the buyer or the bank, or whose money goes back. */
export const readUnended = (scope: ClientScope): Promise<Purchase[]> =>
  PurchaseModel.find({
    ...within(scope),
    clientId: scope.clientId,
    $or: [{ state: { $in: unsettled } }, { giveBackAt: { $exists: true } }],
  })
    .lean<Purchase[]>()
    .exec();

/** Marks a purchase whose money must go back, unless it is marked, or has gone back. Of one under review only a person knows how much. */
export async function beginGiveBack({ _id, ...scope }: Purchase, giveBackAt: Date): Promise<void> {
  const filter = { ...within(scope), _id, state: { $nin: ['refunded' as const, 'review' as const] }, giveBackAt: { $exists: false } };
  await PurchaseModel.updateOne(filter, { $set: { giveBackAt } });
}

export async function endGiveBack({ _id, ...scope }: Purchase): Promise<void> {
  await PurchaseModel.updateOne({ ...within(scope), _id }, { $unset: { giveBackAt: 1 } });
}

/** Claims the purchase whose money has had to go back longest, of any agency except `but`, until `leaseUntil`. Business time. */
export const claimGiveBack = (now: Date, leaseUntil: Date, but: readonly string[]): Promise<Purchase | null> =>
  PurchaseModel.findOneAndUpdate(
    { agencyId: { $nin: but }, giveBackAt: { $lte: now } },
    { $set: { giveBackAt: leaseUntil }, $inc: { checks: 1 } },
    { sort: { giveBackAt: 1 }, returnDocument: 'after' },
  )
    .lean()
    .exec();

/** Puts a claimed purchase off. Does nothing if its money is back, or the claim expired and another process has it. */
export async function putOffGiveBack({ _id, giveBackAt, ...scope }: Purchase, at: Date): Promise<void> {
  const filter = { ...within(scope), _id, $and: [{ giveBackAt: { $exists: true } }, { giveBackAt: giveBackAt ?? null }] };
  await PurchaseModel.updateOne(filter, { $set: { giveBackAt: at } });
}

/** Iterates over all purchases of all agencies, for the audit. */
export const everyPurchase = (): AsyncIterable<Purchase> => PurchaseModel.find().maxTimeMS(0).lean<Purchase>().cursor({ batchSize: 500 });

export const countPurchases = (): Promise<number> => PurchaseModel.countDocuments({}).exec();

/** Reads purchases of these agencies by id or by session. */
export const readPurchasesBy = (field: '_id' | 'sessionId', agencyIds: readonly string[], names: readonly string[]): Promise<Purchase[]> =>
  PurchaseModel.find({ agencyId: { $in: agencyIds }, [field]: { $in: names } })
    .lean<Purchase[]>()
    .exec();

/**
 * Claims the longest due unsettled purchase of any agency except `but`, until `leaseUntil`. Unless put off, it is due again then. Business
 * time.
 */
export const claimUnsettled = (now: Date, leaseUntil: Date, but: readonly string[]): Promise<Purchase | null> =>
  PurchaseModel.findOneAndUpdate(
    { state: { $in: unsettled }, agencyId: { $nin: but }, checkAt: { $lte: now } },
    { $set: { checkAt: leaseUntil }, $inc: { checks: 1 } },
    { sort: { checkAt: 1 }, returnDocument: 'after' },
  )
    .lean()
    .exec();

/** Puts a claimed purchase off. Does nothing if the claim expired and another process has it. */
export async function putOff(claimed: Purchase, checkAt: Date): Promise<void> {
  await PurchaseModel.updateOne({ _id: claimed._id, agencyId: claimed.agencyId, checkAt: claimed.checkAt }, { $set: { checkAt } });
}
