import type { Output, Parsed } from '../../contract/index.ts';
import { refuse } from '../../contract/refusal.ts';
import { type OwnerScope, readSource, receivePart, type Source, seenState } from '../../models/source.ts';
import { insertPart, removePart, removeParts } from '../../models/source-part.ts';
import type { Deps } from '../../ports/index.ts';
import { later } from '../../rules/time.ts';
import { beginCheck, isWhole, UPLOAD_IDLE_MS } from './states.ts';
import { advanceSource } from './steps.ts';
import { sourceIsDue, sourceView } from './values.ts';

/**
 * Takes the next part of a file. With the last one the file is checked, so that its sender learns at once that it is refused.
 * The same part can be sent again, to any process. Of several parts at one offset the first is stored and counted; the senders of the others
 * are told where to go on.
 */
export async function uploadPart(
  scope: OwnerScope,
  { sourceId, offset }: Parsed<'knowledge.upload'>,
  content: Buffer,
  deps: Deps,
): Promise<Output<'knowledge.upload'>> {
  const source = (await readSource(scope, sourceId)) ?? refuse('source.not_found');
  if (source.kind !== 'file') refuse('source.not_found');
  if (offset + content.length > source.bytes) refuse('knowledge.too_large');
  const isAwaited = seenState(source) === 'uploading';
  const isRepeated = offset + content.length <= source.receivedBytes;
  if (isRepeated && (!isAwaited || content.length > 0)) return checkWhole(source, deps);
  if (!isAwaited || offset !== source.receivedBytes || content.length === 0) refuseMisplaced(source);
  const there = (await insertPart(scope, sourceId, offset, content)) ?? refuseMisplaced(source);
  const received = await receivePart(source, offset, there.bytes, later(deps.now(), UPLOAD_IDLE_MS));
  if (!received || received.state === 'removing') {
    await removeParts(scope, sourceId); // it was removed while this part came
    refuse('source.not_found');
  }
  // Other parts came first, and the file was checked and its bytes were removed before this part was stored.
  const isLate = received.state === 'ready' || received.receivedBytes <= offset;
  if (isLate && there.isNew) await removePart(scope, sourceId, offset);
  return there.isSame ? checkWhole(received, deps) : refuseMisplaced(received);
}

const refuseMisplaced = ({ receivedBytes }: Source): never => refuse('knowledge.part_misplaced', { values: { expected: receivedBytes } });

/** Checks a file that is whole, unless another process does. What is sent to the provider is left to the next claim. */
async function checkWhole(source: Source, deps: Deps): Promise<Output<'knowledge.upload'>> {
  const checking = source.state === 'uploading' && isWhole(source) ? await beginCheck(source, deps) : null;
  const checked = checking && (await advanceSource(checking, deps, 'processing'));
  if (checked) sourceIsDue();
  if (checked?.state === 'failed' && checked.code) refuse(checked.code);
  return sourceView(checked ?? (await readSource(source, source._id)) ?? refuse('source.not_found'));
}
