import type { PlainCode } from '../../contract/index.ts';
import { type OrderState, readOrder } from '../../models/order.ts';
import { moveSource, type Source } from '../../models/source.ts';
import { removeParts } from '../../models/source-part.ts';
import type { Deps } from '../../ports/index.ts';
import { advanceOrder } from '../orders/orders.ts';
import { isOfClient, orderIdOf } from './values.ts';

/** Says why a source did not come about. What was uploaded stays, so that it can be tried again. */
export const failSource = (source: Source, code: PlainCode): Promise<Source | null> =>
  moveSource(source, { state: 'failed', code, checks: 0 }, ['held', 'baseId']);

/** What came is not what it was said to be, so none of it is kept. */
export async function refuseContent(source: Source, code: PlainCode): Promise<void> {
  if (await moveSource(source, { state: 'failed', code, checks: 0, receivedBytes: 0 }, ['held', 'type']))
    await removeParts(source, source._id);
}

/** It is kept from everybody until it is looked at anew and found clean, or deleted. */
export const quarantine = (source: Source): Promise<Source | null> =>
  moveSource(source, { state: 'quarantined', code: 'knowledge.quarantined', checks: 0 });

/** Brings the order of a source to where the source stands. @returns how it stands then; undefined where nothing was ever ordered */
export async function settleOrder(source: Source, deps: Deps): Promise<OrderState | undefined> {
  const order = isOfClient(source) ? await readOrder(source, orderIdOf(source)) : null;
  return order ? (await advanceOrder(order, deps)).state : undefined;
}
