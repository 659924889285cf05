import { type Order, OrderModel } from './order.ts';
import { within } from './scope.ts';

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
