import { model, Schema } from 'mongoose';
import type { ErrorCode } from '../contract/index.ts';
import type { Currency } from '../rules/money.ts';
import type { HeldPlan } from './client.ts';
import { duplicateIndex } from './duplicate.ts';
import { type AgencyScope, type ClientScope, visibleTo, type World, within } from './scope.ts';

export type OrderKind = 'number' | 'knowledge' | 'plan' | 'rent';
export type OrderState = 'open' | 'working' | 'done' | 'undone' | 'refunded';

/**
 * How far the story of an order went. Each step follows the one before it, and each but the last two may turn to `undoing`.
 * placed: it is stored · held: what it costs is set aside · fulfilled: it was delivered · settled: it is paid · undoing: it will not be delivered ·
 * undone: nothing is set aside any more.
 */
export type OrderStep = 'placed' | 'held' | 'fulfilled' | 'settled' | 'undoing' | 'undone';

/** Something that a client asked for at a price. It keeps the price at which it was sold. */
export interface Order {
  _id: string;
  agencyId: string;
  world: World;
  clientId: string;
  /** The account in the ledger that pays. */
  subject: string;
  /** Who ordered. */
  memberId: string;
  kind: OrderKind;
  /** What was ordered, in words for people. */
  name: string;
  /** What is needed to bring it about. Never a secret. */
  item: Record<string, unknown>;
  /** The number, source or plan that was ordered. */
  subjectId: string;
  /** Milli-credits. */
  priceMillis: number;
  priceCents: number;
  currency: Currency;
  pay: 'credits' | 'money';
  /** Whether free credits may pay for it, by the plan of then. */
  takesFree: boolean;
  state: OrderState;
  step: OrderStep;
  /** Why it was undone or refunded. */
  code?: ErrorCode;
  /** The plan that the client had before, where it ordered another. Noted before that is delivered, so that it can come back. */
  replaced?: HeldPlan;
  /** Where it is paid with money: the purchase, and the page to pay on while that is open. */
  purchaseId?: string;
  checkoutUrl?: string;
  checkoutSecret?: string;
  /** With which publishable key of Stripe that page is opened. */
  stripeKey?: string;
  /** How often it was looked after, and when it is next. Business time. */
  checks: number;
  checkAt: Date;
  /** Until then one process alone works on it. Business time. */
  leaseUntil: Date;
  createdAt: Date;
  /** Of what was ordered. Absent from what was stored before there were such seals. */
  seal?: string;
}

/** Whether it will not be delivered any more. */
export const isGivenUp = ({ step }: Pick<Order, 'step'>): boolean => step === 'undoing' || step === 'undone';

const schema = new Schema<Order>(
  {
    _id: { type: String, required: true },
    agencyId: { type: String, required: true },
    world: { type: String, required: true },
    clientId: { type: String, required: true },
    subject: { type: String, required: true },
    memberId: { type: String, required: true },
    kind: { type: String, required: true },
    name: { type: String, required: true },
    item: { type: Schema.Types.Mixed, required: true },
    subjectId: { type: String, required: true },
    priceMillis: { type: Number, required: true },
    priceCents: { type: Number, required: true },
    currency: { type: String, required: true },
    pay: { type: String, required: true },
    takesFree: { type: Boolean, required: true },
    state: { type: String, required: true },
    step: { type: String, required: true },
    code: String,
    replaced: Schema.Types.Mixed,
    purchaseId: String,
    checkoutUrl: String,
    checkoutSecret: String,
    stripeKey: String,
    checks: { type: Number, required: true },
    checkAt: { type: Date, required: true },
    leaseUntil: { type: Date, required: true },
    createdAt: { type: Date, required: true },
    seal: String,
  },
  { strict: 'throw', versionKey: false, minimize: false },
);
schema.index({ state: 1, checkAt: 1 });
/** For the models of orders alone. */
export const OrderModel = model('Order', schema);

/** Stores what was ordered. The second time it answers with the first, at the first one's price. */
export async function insertOrder(order: Order): Promise<{ order: Order; isNew: boolean }> {
  try {
    await OrderModel.create([{ ...order, ...within(order) }]);
    return { order, isNew: true };
  } catch (error) {
    if (duplicateIndex(error) !== '_id_') throw error;
    const { _id, clientId } = order;
    const first = await OrderModel.findOne({ ...within(order), clientId, _id })
      .lean<Order>()
      .orFail()
      .exec();
    return { order: first, isNew: false };
  }
}

/** @param scope the agency's, or a client's for its own orders alone */
export const readOrder = (scope: AgencyScope | ClientScope, id: string): Promise<Order | null> =>
  OrderModel.findOne({ ...visibleTo(scope), _id: id })
    .lean<Order>()
    .exec();

type Change = Partial<Pick<Order, 'state' | 'step' | 'code' | 'replaced' | 'purchaseId' | 'checkoutUrl' | 'checkoutSecret' | 'stripeKey'>>;

/** Takes an order from one step to the next, if it is still there. @returns the order as it is then, moved by this call or by another */
export async function moveOrder(scope: AgencyScope, id: string, from: OrderStep, change: Change): Promise<Order> {
  await OrderModel.updateOne({ ...within(scope), _id: id, step: from }, { $set: change });
  return OrderModel.findOne({ ...within(scope), _id: id })
    .lean<Order>()
    .orFail()
    .exec();
}

/** All of them, of every agency. For the audit. */
export const everyOrder = (): AsyncIterable<Order> => OrderModel.find().maxTimeMS(0).lean<Order>().cursor({ batchSize: 500 });

export const countUnsealedOrders = (): Promise<number> => OrderModel.countDocuments({ seal: { $exists: false } }).exec();

export const countOrders = (): Promise<number> => OrderModel.countDocuments({}).exec();

/** Orders of any agency by their ids. */
export const readOrders = (ids: readonly string[]): Promise<Order[]> =>
  OrderModel.find({ _id: { $in: ids } })
    .lean<Order[]>()
    .exec();

/** Orders of any agency whose ids begin so. */
export const readOrdersNamed = (start: string): Promise<Order[]> =>
  OrderModel.find({ _id: { $gte: start, $lt: `${start}\uffff` } })
    .lean<Order[]>()
    .exec();

/** What is not over. */
const underWay = ['open', 'working'] as const;

type Named = Pick<Order, '_id' | 'agencyId' | 'world'>;

/** Takes an order that is not over for one process alone until `leaseUntil`, whenever it is due. Business time. @returns null where somebody has it */
export const claimOrder = (order: Named, now: Date, leaseUntil: Date): Promise<Order | null> =>
  OrderModel.findOneAndUpdate(
    { ...within(order), _id: order._id, state: { $in: underWay }, leaseUntil: { $lte: now } },
    { $set: { leaseUntil }, $inc: { checks: 1 } },
    { returnDocument: 'after' },
  )
    .lean<Order>()
    .exec();

/** Takes the order that has been due longest, of any agency but these. */
export const claimDueOrder = (now: Date, leaseUntil: Date, but: readonly string[]): Promise<Order | null> =>
  OrderModel.findOneAndUpdate(
    { state: { $in: underWay }, agencyId: { $nin: but }, checkAt: { $lte: now }, leaseUntil: { $lte: now } },
    { $set: { leaseUntil }, $inc: { checks: 1 } },
    { sort: { checkAt: 1 }, returnDocument: 'after' },
  )
    .lean<Order>()
    .exec();

/** Lets go of a claimed order until it is due again. Does nothing where the claim ran out and somebody else has it. */
export async function letGo(claimed: Order, checkAt: Date): Promise<void> {
  const { _id, leaseUntil } = claimed;
  await OrderModel.updateOne({ ...within(claimed), _id, leaseUntil }, { $set: { checkAt, leaseUntil: new Date(0) } });
}
