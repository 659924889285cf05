import type { PlainCode } from '../../contract/index.ts';
import { Refusal } from '../../contract/refusal.ts';
import { agencyById, inMode } from '../../models/agency.ts';
import { readClient } from '../../models/client.ts';
import { type Order, readOrder } from '../../models/order.ts';
import { modeOf } from '../../models/scope.ts';
import { claimDueSource, deleteSource, putOffSource, type Source, type SourceState } from '../../models/source.ts';
import { removeParts } from '../../models/source-part.ts';
import { returnStorage } from '../../models/storage-allowance.ts';
import { describeCause } from '../../ports/causes.ts';
import type { Deps } from '../../ports/index.ts';
import { DAY_MS, later } from '../../rules/time.ts';
import { planOf } from '../directory/plan.ts';
import { backOff, type DueWork } from '../due/due.ts';
import { refusedForGood } from '../journal/alerts.ts';
import { advanceOrder, refundOrder } from '../orders/orders.ts';
import { examineFile } from './file.ts';
import { readProgress, removeBase, removeFromProvider, sendSource } from './send.ts';
import {
  acceptContent,
  beginCheck,
  failSource,
  finishSource,
  isWhole,
  LEASE_MS,
  markRemoving,
  quarantineSource,
  refuseContent,
} from './states.ts';
import { isOfClient, orderIdOf, scopeOfSource, shareOf } from './values.ts';

const AGAIN_MS = 1_000;
const AGAIN_MAX_MS = 10 * 60_000;
/** Credits are not set aside for longer than this for what the provider does not take. */
const SENDING_MS = DAY_MS;
/** Nobody pays for what the provider does not finish reading. */
const READING_MS = DAY_MS;

/**
 * Takes a claimed source one step on. Each step can be repeated. Refuses what may go well later.
 * @param order the order of its current try, as it stands; null where it has none
 * @returns the source as it is then; as it was, where it has to wait; null where it is gone, or another process moved it
 */
type Step = (source: Source, order: Order | null, deps: Deps) => Promise<Source | null>;

/** Work of each state. `states.ts` has the moves, and `advanceSource` takes the steps. */
export const sourceSteps: Record<SourceState, Step> = {
  /** The request died before it had paid for everything that it offered. */
  offered: (source, _, deps) => (source.attempt === 1 ? markRemoving(source, deps) : failSource(source, 'knowledge.processing_failed')),

  /** Nobody sent the rest within a day. */
  uploading: (source, _, deps) => (isWhole(source) ? beginCheck(source, deps) : markRemoving(source, deps)),

  async checking(source, _, deps) {
    const found = await examineFile(source, deps);
    deps.reached('source.after_checking');
    if ('type' in found) return acceptContent(source, found.type, deps);
    if (found.code === 'knowledge.quarantined') return quarantineSource(source);
    // Its bytes go after the move: without them a second check would find another reason.
    const failed = await refuseContent(source, found.code);
    if (failed) await removeParts(source, source._id);
    return failed;
  },

  async processing(source, order, deps) {
    if (isOfClient(source) && (order === null || order.state === 'undone'))
      return failSource(source, order?.code ?? 'knowledge.processing_failed');
    if (source.baseId !== undefined) return isOpen(order) ? source : watchBase(source, source.baseId, deps);
    const isUnpaid = order?.step === 'placed' || order?.step === 'undoing';
    return isUnpaid ? source : deliverSource(source, deps);
  },

  async removing(source, order, deps) {
    const isBeingSent = source.sendingUntil !== undefined && source.sendingUntil > deps.now();
    if (isBeingSent || isOpen(order)) return source;
    await removeFromProvider(source, deps);
    await removeParts(source, source._id);
    await returnStorage(scopeOfSource(source), { ...shareOf(source), free: (await returnsPlace(source)) ? 1 : 0 }, new Date());
    await deleteSource(source);
    return null;
  },

  ready: async (source) => source,
  failed: async (source) => source,
  quarantined: async (source) => source,
};

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
 * Takes a claimed source as far as it goes: advances its order to match the source, then takes the step of its state. Puts off a source that
 * has to wait.
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

/** Advances the order of a source, if the source allows it. @returns the order as it is then; null where there is none */
async function settleOrder(source: Source, deps: Deps): Promise<Order | null> {
  const order = isOfClient(source) ? await readOrder(source, orderIdOf(source)) : null;
  if (order === null || order.state === 'done' || order.state === 'undone' || order.state === 'refunded') return order;
  // The credits of an order in `held` are set aside, and it waits for its source.
  return order.step === 'held' && !isDecided(source) ? order : advanceOrder(order, deps);
}

/** Tells whether the provider has a source, or will never get it. */
const isDecided = ({ baseId, state }: Source): boolean =>
  baseId !== undefined || state === 'failed' || state === 'quarantined' || state === 'removing';

const isOpen = (order: Order | null): boolean => order?.state === 'open' || order?.state === 'working';

/** Has the provider take a source. Gives up what it refuses for good, and what it did not take within a day. */
async function deliverSource(source: Source, deps: Deps): Promise<Source | null> {
  try {
    return await sendSource(source, deps);
  } catch (error) {
    return failSource(source, await whyGivenUp(source, error, deps));
  }
}

/** Throws what may go well later. A base that the provider may have made all the same goes with the next try, or with the source. */
async function whyGivenUp(source: Source, error: unknown, deps: Deps): Promise<PlainCode> {
  const { _id: sourceId, agencyId, sendingAt } = source;
  const isOverdue = sendingAt !== undefined && later(sendingAt, SENDING_MS) <= deps.now();
  if (!(error instanceof Refusal) || !isOverdue) return (await refusedForGood(source, error, { sourceId }, deps)).keptCode;
  deps.log.error(
    { sourceId, agencyId, code: error.code, cause: describeCause(error.cause) },
    'source.given_up: the provider did not take it',
  );
  return error.keptCode;
}

/** Asks the provider how far it is. What it could not read, or not within a day, is given back. */
async function watchBase(source: Source, baseId: string, deps: Deps): Promise<Source | null> {
  const isOverdue = later(source.takenAt ?? source.createdAt, READING_MS) <= deps.now();
  const progress = await readProgress(source, baseId, isOverdue, deps);
  if (progress === 'processing') return source;
  if (progress === 'ready' || progress === 'partly') {
    // First, because nobody looks after a source that is ready: bytes that were left then would be kept for ever.
    await removeParts(source, source._id);
    return finishSource(source, progress === 'partly');
  }
  if (isOfClient(source)) await refundOrder(source, orderIdOf(source), { code: progress, at: deps.now() }, deps);
  deps.reached('source.after_refund');
  await removeBase(source, baseId, isOverdue, deps);
  return failSource(source, progress);
}

/** A free place comes back where nothing was delivered for it, or the plan says so. */
async function returnsPlace(source: Source): Promise<boolean> {
  if (!source.free || !source.wasReady) return source.free;
  const [agency, client] = await Promise.all([agencyById(source.agencyId), readClient(source, source.owner)]);
  return agency !== null && planOf(inMode(agency, modeOf(source.world)), client).knowledge.returnsFreeItems;
}
