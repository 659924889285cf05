import { model, Schema } from 'mongoose';
import type { Output } from '../contract/index.ts';
import type { Currency } from '../rules/money.ts';
import { duplicateIndex } from './duplicate.ts';
import { type AgencyScope, type ClientScope, visibleTo, type World, within } from './scope.ts';

export type PurchaseState = Output<'purchases.read'>['state'];

/** What was offered, for how much, and how it went. It keeps the price of the moment it was offered. */
export interface Purchase {
  _id: string;
  agencyId: string;
  world: World;
  clientId: string;
  /** The account in the ledger that the credits go to. */
  subject: string;
  /** Who bought, and gets the receipt. */
  memberId: string;
  /** What Stripe is told to sell: the pasted price, or so much of the pasted product. */
  item: { priceId: string } | { productId: string; unitCents: number };
  name: string;
  /** Milli-credits. */
  credits: number;
  priceCents: number;
  currency: Currency;
  state: PurchaseState;
  /** The account at Stripe that it was offered by. Absent from before that was noted: the first one of the agency. */
  stripeAccount?: string;
  /** The Checkout session, once it is known, and the page to pay on. */
  sessionId?: string;
  checkoutUrl?: string;
  /** The same for a page inside the agency's own. */
  checkoutSecret?: string;
  /** How many idempotency keys of its checkout Stripe keeps a failure under. Absent while there is none. */
  failedKeys?: number;
  /** What was bought is one order: the money is only authorised until that is delivered, and the credits come set aside for it. */
  orderId?: string;
  /** The payment at Stripe that the credits came from. */
  paymentId?: string;
  /** Milli-credits the client had available right after the credits came. */
  balanceAfter?: number;
  /** What Stripe said went back of it, and how many corrections of the ledger that `state` takes account of. */
  returns?: string;
  returnsSeen?: number;
  /** How often it was looked after while it was open, and when it is next. Business time. */
  checks: number;
  checkAt: Date;
  createdAt: Date;
}

/** From which states each state is reached. A purchase only moves forward; what is paid or under review stays so. */
const forward: Record<PurchaseState, PurchaseState[]> = {
  open: [],
  processing: ['open'],
  expired: ['open'],
  failed: ['open', 'processing'],
  paid: ['open', 'processing', 'failed', 'expired'],
  review: ['open', 'processing', 'failed', 'expired'],
  // What went back follows the payment, not this table.
  part_refunded: [],
  refunded: [],
  disputed: [],
  charged_back: [],
};

/** What still waits for the buyer or for the bank. */
export const unsettled: readonly PurchaseState[] = ['open', 'processing'];

const credited: readonly PurchaseState[] = ['paid', 'part_refunded', 'refunded', 'disputed', 'charged_back'];

/** Whether its credits came, whatever went back of them since. */
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
/** For the models of purchases alone. */
export const PurchaseModel = model('Purchase', schema);

/** Stores what is about to be offered. The second time it answers with the first, at the first one's price. */
export async function insertPurchase(
  scope: ClientScope,
  offer: Pick<
    Purchase,
    '_id' | 'memberId' | 'item' | 'name' | 'credits' | 'priceCents' | 'currency' | 'createdAt' | 'orderId' | 'stripeAccount'
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

/** @param scope the agency's, or a client's for its own purchases alone */
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
 * How many purchases of an account wait for the buyer or the bank.
 * @param isFirst whether those that name no account are of this one
 */
export const countUnsettled = (
  scope: AgencyScope,
  { accountId, isFirst }: { accountId: string | undefined; isFirst: boolean },
): Promise<number> => {
  const accounts = [...(accountId === undefined ? [] : [accountId]), ...(isFirst ? [null] : [])]; // null finds what is absent
  return PurchaseModel.countDocuments({ ...within(scope), state: { $in: unsettled }, stripeAccount: { $in: accounts } }).exec();
};

/** Notes the session of a purchase that has none. @returns the purchase with its session, this one or the one before */
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

/** Notes that one more key of a purchase's checkout is of no use, unless another has noted it by now. @returns the purchase as it is then */
export async function noteFailedKey(scope: AgencyScope, { _id, failedKeys }: Pick<Purchase, '_id' | 'failedKeys'>): Promise<Purchase> {
  const one = { ...within(scope), _id };
  const before = { ...one, failedKeys: failedKeys ?? { $exists: false } };
  const noted = await PurchaseModel.findOneAndUpdate(before, { $inc: { failedKeys: 1 } }, { returnDocument: 'after' })
    .lean()
    .exec();
  return noted ?? PurchaseModel.findOne(one).lean().orFail().exec();
}

/** Moves a purchase forward, or leaves it. @returns the purchase where this call moved it */
export async function movePurchase(
  scope: AgencyScope,
  id: string,
  state: PurchaseState,
  facts: Pick<Purchase, 'balanceAfter' | 'paymentId'> = {},
): Promise<Purchase | null> {
  // What nothing leads to is no write: it would wait for the disk each time that somebody looks at an open purchase.
  if (forward[state].length === 0) return null;
  const before = { ...within(scope), _id: id, state: { $in: forward[state] } };
  return PurchaseModel.findOneAndUpdate(before, { $set: { state, ...facts } }, { returnDocument: 'after' })
    .lean()
    .exec();
}

/** Says of a credited purchase what went back of it; whoever saw fewer corrections than another does not count any more. */
export async function restatePurchase(
  scope: AgencyScope,
  id: string,
  now: Required<Pick<Purchase, 'state' | 'returns' | 'returnsSeen'>>,
): Promise<void> {
  const isNotBehind = [{ returnsSeen: { $exists: false } }, { returnsSeen: { $lte: now.returnsSeen } }];
  await PurchaseModel.updateOne({ ...within(scope), _id: id, state: { $in: credited }, $or: isNotBehind }, { $set: now });
}

/** All of them, of every agency. For the audit. */
export const everyPurchase = (): AsyncIterable<Purchase> => PurchaseModel.find().maxTimeMS(0).lean<Purchase>().cursor({ batchSize: 500 });

export const countPurchases = (): Promise<number> => PurchaseModel.countDocuments({}).exec();

/** Purchases of these agencies by their ids, or by the sessions that they are paid in. */
export const readPurchasesBy = (field: '_id' | 'sessionId', agencyIds: readonly string[], names: readonly string[]): Promise<Purchase[]> =>
  PurchaseModel.find({ agencyId: { $in: agencyIds }, [field]: { $in: names } })
    .lean<Purchase[]>()
    .exec();

/**
 * Takes the unsettled purchase that has been due longest, of any agency but these, for one process alone until `leaseUntil`. What is not put
 * off by then is due again. Business time.
 */
export const claimUnsettled = (now: Date, leaseUntil: Date, but: readonly string[]): Promise<Purchase | null> =>
  PurchaseModel.findOneAndUpdate(
    { state: { $in: unsettled }, agencyId: { $nin: but }, checkAt: { $lte: now } },
    { $set: { checkAt: leaseUntil }, $inc: { checks: 1 } },
    { sort: { checkAt: 1 }, returnDocument: 'after' },
  )
    .lean()
    .exec();

/** Has a claimed purchase looked after again at a later time. Does nothing where the claim ran out and somebody else has it. */
export async function putOff(claimed: Purchase, checkAt: Date): Promise<void> {
  await PurchaseModel.updateOne({ _id: claimed._id, agencyId: claimed.agencyId, checkAt: claimed.checkAt }, { $set: { checkAt } });
}
