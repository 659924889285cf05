import { model, Schema } from 'mongoose';
import type { PlainCode } from '../contract/index.ts';
import type { Sold } from '../contract/sentences.ts';
import type { Currency } from '../rules/money.ts';
import type { HeldPlan } from './client.ts';
import { duplicateIndex } from './duplicate.ts';
import { type AgencyScope, type ClientScope, visibleTo, type World, within } from './scope.ts';

export type OrderKind = 'number' | 'knowledge' | 'plan' | 'rent';
export type OrderState = 'open' | 'working' | 'done' | 'undone' | 'refunded';

/**
 * The progress of an order. Each step follows the one before it, and each except the last two may turn to `undoing`.
 * - placed: it is stored
 * - held: its cost is set aside
 * - fulfilled: it was delivered
 * - settled: it is paid
 * - undoing: it will not be delivered
 * - undone: nothing is set aside any more
 */
export type OrderStep = 'placed' | 'held' | 'fulfilled' | 'settled' | 'undoing' | 'undone';

/** Something that a client ordered at a price. The price stays as sold. */
export interface Order extends Sold {
  _id: string;
  agencyId: string;
  world: World;
  clientId: string;
  /** The account in the ledger that pays. */
  subject: string;
  /** The member who ordered. */
  memberId: string;
  kind: OrderKind;
  /** The fulfilment's input. Never a secret. */
  item: Record<string, unknown>;
  /** The ordered number, source or plan. */
  subjectId: string;
  /** Milli-credits. */
  priceMillis: number;
  priceCents: number;
  currency: Currency;
  pay: 'credits' | 'money';
  /** True if free credits may pay, by the client's plan when it ordered. */
  takesFree: boolean;
  state: OrderState;
  step: OrderStep;
  /** Why it was undone or refunded. */
  code?: PlainCode;
  /** The client's previous plan, if it ordered another. Stored before the delivery, so that the plan can be restored. */
  replaced?: HeldPlan;
  /** For an order paid with money: its purchase, and the checkout page while it is open. */
  purchaseId?: string;
  checkoutUrl?: string;
  checkoutSecret?: string;
  /** The Stripe publishable key that opens this page. */
  stripeKey?: string;
  /** Number of checks, and time of the next. Business time. */
  checks: number;
  checkAt: Date;
  /** Until then one process works on it alone. Business time. */
  leaseUntil: Date;
  createdAt: Date;
  /** Seal of the ordered item. Absent in orders stored before such seals existed. */
  seal?: string;
}

/** Tells whether the order will not be delivered. */
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
    named: Schema.Types.Mixed,
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
/** Only for the models of orders. */
export const OrderModel = model('Order', schema);

/** Stores an order. A repetition returns the first order, with its price. */
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

/** @param scope the agency's, or a client's for its own orders */
export const readOrder = (scope: AgencyScope | ClientScope, id: string): Promise<Order | null> =>
  OrderModel.findOne({ ...visibleTo(scope), _id: id })
    .lean<Order>()
    .exec();

type Change = Partial<Pick<Order, 'state' | 'step' | 'code' | 'replaced' | 'purchaseId' | 'checkoutUrl' | 'checkoutSecret' | 'stripeKey'>>;

/**
 * Moves an order from one step to the next, if it is still there.
 * @returns the moved order, whoever moved it
 */
export async function moveOrder(scope: AgencyScope, id: string, from: OrderStep, change: Change): Promise<Order> {
  await OrderModel.updateOne({ ...within(scope), _id: id, step: from }, { $set: change });
  return OrderModel.findOne({ ...within(scope), _id: id })
    .lean<Order>()
    .orFail()
    .exec();
}

/** Iterates over all orders of all agencies, for the audit. */
export const everyOrder = (): AsyncIterable<Order> => OrderModel.find().maxTimeMS(0).lean<Order>().cursor({ batchSize: 500 });

export const countUnsealedOrders = (): Promise<number> => OrderModel.countDocuments({ seal: { $exists: false } }).exec();

export const countOrders = (): Promise<number> => OrderModel.countDocuments({}).exec();

/** Reads those of a client's orders that exist. */
export const readOrdersOf = (scope: ClientScope, ids: readonly string[]): Promise<Order[]> =>
  OrderModel.find({ ...visibleTo(scope), _id: { $in: ids } })
    .lean<Order[]>()
    .exec();

/** Reads orders of any agency by id. */
export const readOrders = (ids: readonly string[]): Promise<Order[]> =>
  OrderModel.find({ _id: { $in: ids } })
    .lean<Order[]>()
    .exec();

/** Reads orders of any agency whose ids begin with `start`. */
export const readOrdersNamed = (start: string): Promise<Order[]> =>
  OrderModel.find({ _id: { $gte: start, $lt: `${start}\uffff` } })
    .lean<Order[]>()
    .exec();

/** States of unfinished orders. */
const underWay = ['open', 'working'] as const;

/** Reads a client's orders that are neither done nor undone. */
export const readUnfinished = (scope: ClientScope): Promise<Order[]> =>
  OrderModel.find({ ...within(scope), clientId: scope.clientId, state: { $in: underWay } })
    .lean<Order[]>()
    .exec();

type Named = Pick<Order, '_id' | 'agencyId' | 'world'>;

/**
 * Claims an unfinished order for one process until `leaseUntil`, even if it is not due. Business time.
 * @returns null if another process has it
 */
export const claimOrder = (order: Named, now: Date, leaseUntil: Date): Promise<Order | null> =>
  OrderModel.findOneAndUpdate(
    { ...within(order), _id: order._id, state: { $in: underWay }, leaseUntil: { $lte: now } },
    { $set: { leaseUntil }, $inc: { checks: 1 } },
    { returnDocument: 'after' },
  )
    .lean<Order>()
    .exec();

/** Claims the longest due order of any agency except `but`. */
export const claimDueOrder = (now: Date, leaseUntil: Date, but: readonly string[]): Promise<Order | null> =>
  OrderModel.findOneAndUpdate(
    { state: { $in: underWay }, agencyId: { $nin: but }, checkAt: { $lte: now }, leaseUntil: { $lte: now } },
    { $set: { leaseUntil }, $inc: { checks: 1 } },
    { sort: { checkAt: 1 }, returnDocument: 'after' },
  )
    .lean<Order>()
    .exec();

/** Releases a claimed order until it is due again. Does nothing if the claim expired and another process has it. */
export async function releaseClaim(claimed: Order, checkAt: Date): Promise<void> {
  const { _id, leaseUntil } = claimed;
  await OrderModel.updateOne({ ...within(claimed), _id, leaseUntil }, { $set: { checkAt, leaseUntil: new Date(0) } });
}
