import assert from 'node:assert/strict';
import type { PlainCode } from '../../contract/index.ts';
import { moveSource, type Source, type SourceChange, type SourceState } from '../../models/source.ts';
import type { Deps } from '../../ports/index.ts';
import { HOUR_MS, later, MINUTE_MS } from '../../rules/time.ts';

/** How long one process has a source for itself; longer than its file may travel. */
export const LEASE_MS = 3 * MINUTE_MS;
/** How long a request has to set the credits aside for what it offered. */
export const OFFERED_FOR_MS = 10 * MINUTE_MS;
/** How long an upload waits for its next part. */
export const UPLOAD_IDLE_MS = 24 * HOUR_MS;
/** When a removal goes on that its process did not finish. */
const UNFINISHED_MS = 30_000;

/** The states that may follow each state. Only this file moves a source, and each move names the state that it leaves. */
export const moves: Readonly<Record<SourceState, readonly SourceState[]>> = {
  offered: ['uploading', 'checking', 'processing', 'failed', 'quarantined', 'removing'],
  uploading: ['checking', 'removing'],
  checking: ['processing', 'failed', 'quarantined', 'removing'],
  processing: ['ready', 'failed', 'removing'],
  ready: ['removing'],
  failed: ['offered', 'removing'],
  quarantined: ['offered', 'removing'],
  removing: [],
};

/** A source as it is after a move; null where it is gone, or another process moved it first. */
type Moved = Promise<Source | null>;
type Clock = Pick<Deps, 'now'>;

function move(source: Source, to: SourceState, change: SourceChange): Moved {
  assert(moves[source.state].includes(to), `${source._id} cannot move from ${source.state} to ${to}`);
  return moveSource(source, to, { checks: 0, ...change });
}

export const isWhole = ({ receivedBytes, bytes }: Pick<Source, 'receivedBytes' | 'bytes'>): boolean => receivedBytes === bytes;

/** Starts an offered source, whose credits are set aside: a file waits for its bytes or its check, the rest goes to the provider. */
export function startSource(source: Source, { now }: Clock): Moved {
  if (source.kind !== 'file') return move(source, 'processing', { checkAt: now() });
  return isWhole(source)
    ? move(source, 'checking', { checkAt: now() })
    : move(source, 'uploading', { checkAt: later(now(), UPLOAD_IDLE_MS) });
}

/** Claims a file that has arrived whole, for its check. */
export const beginCheck = (source: Source, { now }: Clock): Moved => move(source, 'checking', { checkAt: later(now(), LEASE_MS) });

/** A file is what it said to be, and can be sent. */
export const acceptContent = (source: Source, type: string, { now }: Clock): Moved => move(source, 'processing', { type, checkAt: now() });

/** A file is not what it said to be. Its bytes do not count any more. */
export const refuseContent = (source: Source, code: PlainCode): Moved =>
  move(source, 'failed', { code, receivedBytes: 0, held: undefined, type: undefined });

/** Keeps a file from everybody until it is checked again and found clean, or deleted. */
export const quarantineSource = (source: Source): Moved => move(source, 'quarantined', { code: 'knowledge.quarantined' });

/** Says why a source did not come about. Its bytes stay, so that it can be tried again. */
export const failSource = (source: Source, code: PlainCode): Moved => move(source, 'failed', { code, held: undefined, baseId: undefined });

/** @param isPartly whether the provider could not read all of it */
export const finishSource = (source: Source, isPartly: boolean): Moved =>
  move(source, 'ready', { wasReady: true, ...(isPartly && { code: 'knowledge.partly_read' }) });

/** Offers a failed or quarantined source again: the next try, with an order of its own. Throws where the owner has the same content by now. */
export const offerAgain = (source: Source, { now }: Clock): Moved =>
  move(source, 'offered', {
    held: source.hash,
    attempt: source.attempt + 1,
    sends: 0,
    checkAt: later(now(), OFFERED_FOR_MS),
    code: undefined,
    baseId: undefined,
    sendingAt: undefined,
    sendingUntil: undefined,
  });

/** Marks a source as removing. Every other step refuses it from then on. */
export const markRemoving = (source: Source, { now }: Clock): Moved =>
  move(source, 'removing', { held: undefined, doomedAt: now(), checkAt: later(now(), UNFINISHED_MS) });
