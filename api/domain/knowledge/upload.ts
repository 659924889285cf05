import type { Output, Parsed } from '../../contract/index.ts';
import { refuse } from '../../contract/refusal.ts';
import { moveSource, type OwnerScope, readSource, receivePart, type Source } from '../../models/source.ts';
import { insertPart, removePart, removeParts } from '../../models/source-part.ts';
import type { Deps } from '../../ports/index.ts';
import { later } from '../../rules/time.ts';
import { checkSource } from './check.ts';
import { LEASE_MS, sourceIsDue, sourceView, UPLOAD_IDLE_MS } from './values.ts';

/**
 * Takes the next part of a file. With the last one the file is looked at, so that whoever sent it learns at once that it is refused.
 * The same part again is fine, at whichever process it arrives. Of several at one offset the first is stored, and what is stored is what is
 * counted: the others are told where to go on.
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
  const isRepeated = offset + content.length <= source.receivedBytes;
  if (isRepeated && (source.state !== 'uploading' || content.length > 0)) return finish(source, deps);
  if (source.state !== 'uploading' || offset !== source.receivedBytes || content.length === 0) misplaced(source);
  const there = (await insertPart(scope, sourceId, offset, content)) ?? misplaced(source);
  const received = await receivePart(source, offset, there.bytes, later(deps.now(), UPLOAD_IDLE_MS));
  if (!received || received.state === 'removing') {
    await removeParts(scope, sourceId); // it was removed while this part came
    refuse('source.not_found');
  }
  // The others came first, and the file was looked at and let go of before this part was stored.
  const isLate = received.state === 'ready' || received.receivedBytes <= offset;
  if (isLate && there.isNew) await removePart(scope, sourceId, offset);
  return there.isSame ? finish(received, deps) : misplaced(received);
}

const misplaced = ({ receivedBytes }: Source): never => refuse('knowledge.part_misplaced', { values: { expected: receivedBytes } });

/** Looks at a file that is whole, if nobody did. */
async function finish(source: Source, deps: Deps): Promise<Output<'knowledge.upload'>> {
  const isWhole = source.state === 'uploading' && source.isAdmitted && source.receivedBytes === source.bytes;
  const checking = isWhole ? await moveSource(source, { state: 'checking', checks: 0, checkAt: later(deps.now(), LEASE_MS) }) : null;
  if (!checking) return sourceView((await readSource(source, source._id)) ?? refuse('source.not_found'));
  const problem = await checkSource(checking, deps);
  sourceIsDue();
  if (problem) refuse(problem);
  return sourceView((await readSource(source, source._id)) ?? refuse('source.not_found'));
}
