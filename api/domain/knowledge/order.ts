import { type OrderState, readOrder } from '../../models/order.ts';
import type { Source } from '../../models/source.ts';
import type { Deps } from '../../ports/index.ts';
import { advanceOrder } from '../orders/orders.ts';
import { isOfClient, orderIdOf } from './values.ts';

/** Brings the order of a source to where the source stands. @returns how it stands then; undefined where nothing was ever ordered */
export async function settleOrder(source: Source, deps: Deps): Promise<OrderState | undefined> {
  const order = isOfClient(source) ? await readOrder(source, orderIdOf(source)) : null;
  return order ? (await advanceOrder(order, deps)).state : undefined;
}
