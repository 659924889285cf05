import { Refusal } from '../contract/refusal.ts';
import { moveSource, readSource, type Source } from '../models/source.ts';
import { claimDueSource, putOffSource } from '../models/source-claim.ts';
import { removeParts } from '../models/source-part.ts';
import { DAY_MS, later } from '../rules/time.ts';
import { describeCause } from './causes.ts';
import { checkSource } from './knowledge-check.ts';
import { failSource } from './knowledge-fail.ts';
import { settleOrder } from './knowledge-order.ts';
import { finishRemoval, removeSource, removeUnadmitted } from './knowledge-remove.ts';
import { requireVoice, sendSource } from './knowledge-send.ts';
import { isOfClient, LEASE_MS, orderIdOf } from './knowledge-values.ts';
import { sourceIsDue } from './knowledge-wake.ts';
import { refundOrder } from './orders.ts';
import type { Deps } from './ports.ts';

const AGAIN_MS = 2_000;
const AGAIN_MAX_MS = 10 * 60_000;
/** Nobody pays for what the provider does not finish reading. */
const READING_MS = DAY_MS;

const AGENCIES_AT_ONCE = 8;

/** What this process is doing, by the agency: one source of each at a time, so that a silent provider holds up its own agency alone. */
export type CareUnderWay = Map<string, Promise<void>>;

/**
 * Begins to look after sources that are due, of all agencies, each by one of many processes: sends them, asks how far the provider is, gives
 * back what failed, and takes away what was left. What cannot go on comes again, less and less often.
 * @param underWay where each stands until it is looked after; then whatever else is due is told of
 * @returns how many were begun with
 */
export async function careForSources(deps: Deps, underWay: CareUnderWay, most: number): Promise<number> {
  let begun = 0;
  while (begun < most && underWay.size < AGENCIES_AT_ONCE && !deps.draining.aborted) {
    const claimed = await claimDueSource(deps.now(), later(deps.now(), LEASE_MS), [...underWay.keys()]);
    if (!claimed) break;
    const { _id: sourceId, agencyId } = claimed;
    const done = lookAfter(claimed, deps)
      .catch((error: unknown) => deps.log.error({ err: error, sourceId, agencyId }, 'a source comes again when its claim runs out'))
      .finally(() => {
        underWay.delete(agencyId);
        sourceIsDue();
      });
    underWay.set(agencyId, done);
    begun += 1;
  }
  return begun;
}

async function lookAfter(claimed: Source, deps: Deps): Promise<void> {
  const about = { sourceId: claimed._id, agencyId: claimed.agencyId, state: claimed.state };
  try {
    await careFor(claimed, deps);
  } catch (error) {
    if (error instanceof Refusal) deps.log.info({ ...about, code: error.code, cause: describeCause(error.cause) }, 'a source has to wait');
    else deps.log.error({ ...about, err: error }, 'a source could not be looked after; it is tried again');
  }
  await putOffSource(claimed, later(deps.now(), Math.min(AGAIN_MS * 2 ** Math.min(claimed.checks - 1, 20), AGAIN_MAX_MS)));
}

async function careFor(source: Source, deps: Deps): Promise<void> {
  if (source.state === 'removing') {
    await finishRemoval(source, deps);
  } else if (!source.isAdmitted) {
    await takeBack(source, deps);
  } else if (source.state === 'processing') {
    await deliver(source, deps);
  } else if (source.state === 'checking') {
    await check(source, deps);
  } else if (source.receivedBytes === source.bytes) {
    const checking = await moveSource(source, { state: 'checking', checkAt: deps.now() });
    if (checking) await check(checking, deps);
  } else {
    await removeSource(source, deps); // nobody sent the rest of it for a day
  }
}

/** Its attempt ended before all that it added was set aside, or before it was tried again. */
async function takeBack(source: Source, deps: Deps): Promise<void> {
  if (source.attempt === 1) {
    await removeUnadmitted(source, deps);
    return;
  }
  await failSource(source, 'knowledge.processing_failed');
  await settleOrder(source, deps);
}

async function check(source: Source, deps: Deps): Promise<void> {
  if (source.kind !== 'file') {
    await moveSource(source, { state: 'processing', checkAt: deps.now() });
    return;
  }
  await checkSource(source, deps);
}

async function deliver(source: Source, deps: Deps): Promise<void> {
  const isSent = isOfClient(source) ? await sendOrdered(source, deps) : await sendOwn(source, deps);
  const now = isSent ? await readSource(source, source._id) : null;
  if (now?.state === 'processing' && now.baseId !== undefined && now.attempt === source.attempt) await watch(now, now.baseId, deps);
}

/** The order may be given back already, or undone, and the source not know of it. */
async function sendOrdered(source: Source, deps: Deps): Promise<boolean> {
  const state = await settleOrder(source, deps);
  if (state === 'undone') await failSource(source, 'knowledge.processing_failed');
  return state === 'done' || state === 'refunded';
}

async function sendOwn(source: Source, deps: Deps): Promise<boolean> {
  if (await sendSource(source, deps)) return true;
  await failSource(source, 'knowledge.processing_failed');
  return false;
}

/** Asks the provider how far it is. What it could not read, or not within a day, is given back, once, and then it has failed. */
async function watch(source: Source, baseId: string, deps: Deps): Promise<void> {
  const access = await requireVoice(source, deps);
  const base = await deps.voice.readBase(access, baseId);
  if (base?.state === 'processing' && later(source.takenAt ?? source.createdAt, READING_MS) > deps.now()) return;
  if (base?.state === 'ready') {
    // First, because nobody looks after what is ready: bytes that were left then would be kept for ever.
    await removeParts(source, source._id);
    await moveSource(source, { state: 'ready', wasReady: true, checks: 0 });
    return;
  }
  await deps.voice.removeBase(access, baseId);
  if (isOfClient(source)) await refundOrder(source, orderIdOf(source), { code: 'knowledge.processing_failed', at: deps.now() }, deps);
  deps.reached('source.after_refund');
  await failSource(source, 'knowledge.processing_failed');
}
