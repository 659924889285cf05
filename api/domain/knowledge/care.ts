import { type Order, readOrder } from '../../models/order.ts';
import { claimDueSource, putOffSource, type Source, type SourceState } from '../../models/source.ts';
import type { Deps } from '../../ports/index.ts';
import { later } from '../../rules/time.ts';
import { backOff, type DueWork } from '../due/due.ts';
import { advanceOrder } from '../orders/orders.ts';
import { LEASE_MS } from './states.ts';
import { sourceSteps } from './steps.ts';
import { isOfClient, orderIdOf } from './values.ts';

const AGAIN_MS = 1_000;
const AGAIN_MAX_MS = 10 * 60_000;

/** Takes sources that are due as far as they go. */
export const dueSources = (deps: Deps): DueWork<Source> => ({
  name: 'source',
  claim: claimDueSource,
  leaseMs: LEASE_MS,
  async lookAfter(source) {
    await advanceSource(source, deps);
  },
  putOff: putOffSource,
  restMs,
  about: ({ _id: sourceId, state }) => ({ sourceId, state }),
});

/** A source that has to wait comes again, less and less often. */
const restMs = ({ checks }: Source): number => backOff(checks, AGAIN_MS, AGAIN_MAX_MS);

/**
 * Takes a claimed source as far as it goes: its order is brought to where the source stands, then the step of its state is taken. A source
 * that has to wait is put off.
 * @param before the state whose step is left to the next claim
 * @returns the source as it is then; null where it is gone, or another process moved it
 */
export async function advanceSource(claimed: Source, deps: Deps, before?: SourceState): Promise<Source | null> {
  for (let source = claimed; ; ) {
    const order = await settleOrder(source, deps);
    const next = await sourceSteps[source.state](source, order, deps);
    if (next === source) await putOffSource(source, later(deps.now(), restMs(source)));
    if (next === null || next === source || next.state === before) return next;
    source = next;
  }
}

/** Goes on with the order of a source, where the source allows. @returns the order as it is then; null where there is none */
async function settleOrder(source: Source, deps: Deps): Promise<Order | null> {
  const order = isOfClient(source) ? await readOrder(source, orderIdOf(source)) : null;
  if (order === null || order.state === 'done' || order.state === 'undone' || order.state === 'refunded') return order;
  // The credits of an order in `held` are set aside, and it waits for its source.
  return order.step === 'held' && !isDecided(source) ? order : advanceOrder(order, deps);
}

/** Whether the provider has a source, or will never get it. */
const isDecided = ({ baseId, state }: Source): boolean =>
  baseId !== undefined || state === 'failed' || state === 'quarantined' || state === 'removing';
