import { orderIdOf } from '../../api/domain/knowledge/values.ts';
import { readStanding } from '../../api/ledger/standing.ts';
import { readPartsTaken } from '../../api/ledger/transfers/orders.ts';
import { readClient } from '../../api/models/client.ts';
import { NumberModel } from '../../api/models/number.ts';
import { type Order, OrderModel } from '../../api/models/order.ts';
import { isCredited, PurchaseModel } from '../../api/models/purchase.ts';
import { AGENCY_OWN, SourceModel } from '../../api/models/source.ts';
import { TransferModel } from '../../api/models/transfer.ts';
import type { Person } from './person.ts';
import type { Tally } from './tally.ts';
import type { ChaosWorld } from './world.ts';

/**
 * Checks that every order is finished, that exactly the delivered ones are charged, once and at their price, and that money was taken for
 * nothing else. Nothing exists that nobody ordered.
 */
export async function verifyOrders({ sandbox }: ChaosWorld, persons: readonly Person[], tally: Tally): Promise<string[]> {
  const orders = await OrderModel.find().lean<Order[]>();
  const wrong: string[] = [];
  for (const order of orders) {
    tally.count(`${order.kind} with ${order.pay} ended ${order.state}`);
    const about = `${order.kind} ${order._id}, paid with ${order.pay}, is ${order.state}`;
    const complaints = [...(await verifyCharge(order)), ...(await verifyMoney(order, sandbox.stripe)), ...(await verifyWare(order))];
    wrong.push(...complaints.map((complaint) => `${about}: ${complaint}`));
  }
  const states = new Map(orders.map(({ _id, state }) => [_id, state]));
  for (const [orderId, told] of persons.flatMap(({ ended }) => [...ended])) {
    const state = states.get(orderId);
    if (state !== told && !(told === 'done' && state === 'refunded')) wrong.push(`${orderId} was said to be ${told}, and is ${state}`);
  }
  return [...wrong, ...(await verifyLeftovers(orders))];
}

const isDelivered = ({ state }: Order): boolean => state === 'done' || state === 'refunded';

/** Checks the charge: its price if delivered, returned if refunded, and no hold left. */
async function verifyCharge(order: Order): Promise<string[]> {
  const purchase = await PurchaseModel.findOne({ orderId: order._id }).lean();
  const key = purchase?.sessionId ?? order._id;
  const taken = (await readPartsTaken(order, key))?.reduce((sum, { millis }) => sum + millis, 0) ?? 0;
  const refunds = await TransferModel.countDocuments({ agencyId: order.agencyId, kind: 'order.refund', _id: new RegExp(`/${key}$`) });
  const { state } = await readStanding(order);
  // Money returns with its purchase.
  const isGivenBack = order.state === 'refunded' && order.code !== 'order.money_returned';
  return [
    ...(taken === (isDelivered(order) ? order.priceMillis : 0) ? [] : [`${taken} were taken, its price is ${order.priceMillis}`]),
    ...(refunds === (isGivenBack ? 1 : 0) ? [] : [`it was given back ${refunds} times`]),
    ...(state.holds?.some(({ id }) => id === `order/${key}`) ? ['credits are still set aside for it'] : []),
  ];
}

/** Checks that Stripe captured delivered orders and canceled others; money captured anyway became credits. */
async function verifyMoney(order: Order, stripe: ChaosWorld['sandbox']['stripe']): Promise<string[]> {
  if (order.pay === 'credits') return [];
  const purchase = await PurchaseModel.findOne({ orderId: order._id }).lean();
  const session = stripe.sessions().find(({ client_reference_id }) => client_reference_id === purchase?._id);
  const charge = session?.payment_intent ? stripe.charges().find((one) => one.payment_intent === session.payment_intent) : undefined;
  if (isDelivered(order)) {
    return charge?.captured && charge.amount_captured === order.priceCents ? [] : [`${charge?.amount_captured ?? 0} were taken at Stripe`];
  }
  if (charge?.captured) {
    const isKept = order.code === 'order.became_credits' && purchase !== null && isCredited(purchase);
    return isKept ? [] : [`its money was taken at Stripe, and it says ${order.code}`];
  }
  if (charge && charge.amount_refunded !== charge.amount) return ['its money is still reserved at Stripe'];
  return session?.status === 'open' ? ['its page to pay on is still open'] : [];
}

/** Checks that the ordered item exists exactly if it was delivered; its later fate is checked elsewhere. */
async function verifyWare(order: Order): Promise<string[]> {
  if (order.kind === 'rent') return [];
  if (order.kind === 'number') {
    const rows = await NumberModel.find({ _id: order.subjectId, ...(!isDelivered(order) && { state: { $ne: 'released' } }) }).lean();
    return rows.length === (isDelivered(order) ? 1 : 0) ? [] : [`there are ${rows.length} numbers of it`];
  }
  if (order.kind === 'knowledge') {
    const source = await SourceModel.findById(order.subjectId).lean();
    if (!source || orderIdOf(source) !== order._id) return []; // deleted, or tried again
    return source.state === (order.state === 'done' ? 'ready' : 'failed') ? [] : [`its source is ${source.state}`];
  }
  const client = await readClient(order, order.clientId);
  const done = await OrderModel.exists({ clientId: order.clientId, kind: 'plan', state: 'done', subjectId: client?.planId ?? '' });
  return client?.planId === undefined || done ? [] : [`the client is on ${client.planId}, which it never bought`];
}

/** Lists everything without an order that is neither a client's own number nor the agency's. */
async function verifyLeftovers(orders: readonly Order[]): Promise<string[]> {
  const known = orders.map(({ subjectId }) => subjectId);
  const [numbers, sources] = await Promise.all([
    NumberModel.find({ _id: { $nin: known }, way: 'bought' }).lean(),
    SourceModel.find({ _id: { $nin: known }, owner: { $ne: AGENCY_OWN } }).lean(),
  ]);
  return [...numbers, ...sources].map(({ _id }) => `${_id} belongs to no order`);
}
