import type { PlainCode } from '../../contract/index.ts';
import { Refusal } from '../../contract/refusal.ts';
import { agencyById, inMode } from '../../models/agency.ts';
import { readClient } from '../../models/client.ts';
import type { Order } from '../../models/order.ts';
import { giveRoom } from '../../models/room.ts';
import { modeOf } from '../../models/scope.ts';
import { deleteSource, type Source, type SourceState } from '../../models/source.ts';
import { removeParts } from '../../models/source-part.ts';
import { describeCause } from '../../ports/causes.ts';
import type { Deps } from '../../ports/index.ts';
import { DAY_MS, later } from '../../rules/time.ts';
import { planOf } from '../directory/plan.ts';
import { refusedForGood } from '../journal/alerts.ts';
import { refundOrder } from '../orders/orders.ts';
import { examineFile } from './file.ts';
import { readProgress, removeBase, removeFromProvider, sendSource } from './send.ts';
import { acceptContent, beginCheck, failSource, finishSource, isWhole, markRemoving, quarantineSource, refuseContent } from './states.ts';
import { isOfClient, orderIdOf, scopeOfSource, shareOf } from './values.ts';

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

/** What is done in each state. `states.ts` has the moves, `care.ts` takes the steps. */
export const sourceSteps: Record<SourceState, Step> = {
  /** Its request died before all that it offered was paid. */
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
    await giveRoom(scopeOfSource(source), { ...shareOf(source), free: (await returnsPlace(source)) ? 1 : 0 }, new Date());
    await deleteSource(source);
    return null;
  },

  ready: async (source) => source,
  failed: async (source) => source,
  quarantined: async (source) => source,
};

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
