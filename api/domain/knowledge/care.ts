import type { PlainCode } from '../../contract/index.ts';
import { Refusal } from '../../contract/refusal.ts';
import { claimDueSource, moveSource, putOffSource, readSource, type Source } from '../../models/source.ts';
import { removeParts } from '../../models/source-part.ts';
import { describeCause } from '../../ports/causes.ts';
import type { Deps } from '../../ports/index.ts';
import { DAY_MS, later } from '../../rules/time.ts';
import { backOff, type DueWork } from '../due/due.ts';
import { refusedForGood } from '../journal/alerts.ts';
import { refundOrder } from '../orders/orders.ts';
import { checkSource } from './check.ts';
import { failSource, settleOrder } from './fail.ts';
import { finishRemoval, removeSource, removeUnadmitted } from './remove.ts';
import { deliverSource, requireVoice } from './send.ts';
import { isOfClient, LEASE_MS, orderIdOf } from './values.ts';

const AGAIN_MS = 2_000;
const AGAIN_MAX_MS = 10 * 60_000;
/** Nobody pays for what the provider does not finish reading. */
const READING_MS = DAY_MS;

/**
 * Looks after sources: sends them, asks how far the provider is, gives back what failed, and takes away what was left. What cannot go on
 * comes again, less and less often.
 */
export const dueSources = (deps: Deps): DueWork<Source> => ({
  name: 'source',
  claim: claimDueSource,
  leaseMs: LEASE_MS,
  lookAfter: (source) => careFor(source, deps),
  putOff: putOffSource,
  restMs: ({ checks }) => backOff(checks - 1, AGAIN_MS, AGAIN_MAX_MS),
  about: ({ _id: sourceId, state }) => ({ sourceId, state }),
});

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
  const code = await whyNotSent(source, deps);
  if (code === undefined) return true;
  await failSource(source, code);
  return false;
}

async function whyNotSent(source: Source, deps: Deps): Promise<PlainCode | undefined> {
  try {
    const sent = await deliverSource(source, deps);
    return sent.delivered ? undefined : sent.code;
  } catch (error) {
    return (await refusedForGood(source, error, { sourceId: source._id }, deps)).keptCode;
  }
}

/** Asks the provider how far it is. What it could not read, or not within a day, is given back, once, and then it has failed. */
async function watch(source: Source, baseId: string, deps: Deps): Promise<void> {
  const state = await stateOfBase(source, baseId, deps);
  if (state === 'processing') return;
  if (state !== 'ready' && state !== 'partly') return giveBack(source, baseId, state, deps);
  // First, because nobody looks after what is ready: bytes that were left then would be kept for ever.
  await removeParts(source, source._id);
  await moveSource(source, { state: 'ready', wasReady: true, checks: 0, ...(state === 'partly' && { code: 'knowledge.partly_read' }) });
}

/** @returns why it failed, where the provider could not read it or has not said so within a day */
async function stateOfBase(source: Source, baseId: string, deps: Deps): Promise<'processing' | 'ready' | 'partly' | PlainCode> {
  const isOverdue = isReadTooLong(source, deps);
  try {
    const base = await deps.voice.readBase(await requireVoice(source, deps), baseId);
    if (base.state === 'failed' || (base.state === 'processing' && isOverdue)) return 'knowledge.processing_failed';
    return base.state;
  } catch (error) {
    if (error instanceof Refusal && isOverdue) return error.keptCode;
    return (await refusedForGood(source, error, { sourceId: source._id, baseId }, deps)).keptCode;
  }
}

const isReadTooLong = ({ takenAt, createdAt }: Source, { now }: Pick<Deps, 'now'>): boolean =>
  later(takenAt ?? createdAt, READING_MS) <= now();

async function giveBack(source: Source, baseId: string, code: PlainCode, deps: Deps): Promise<void> {
  if (isOfClient(source)) await refundOrder(source, orderIdOf(source), { code, at: deps.now() }, deps);
  deps.reached('source.after_refund');
  await leaveBase(source, baseId, deps);
  await failSource(source, code);
}

/** What the provider does not let go of within a day stays there. */
async function leaveBase(source: Source, baseId: string, deps: Deps): Promise<void> {
  try {
    await deps.voice.removeBase(await requireVoice(source, deps), baseId);
  } catch (error) {
    if (!(error instanceof Refusal) || !isReadTooLong(source, deps)) throw error;
    const { _id: sourceId, agencyId } = source;
    deps.log.error(
      { sourceId, agencyId, baseId, code: error.code, cause: describeCause(error.cause) },
      'source.base_left: it stays at the provider',
    );
  }
}
