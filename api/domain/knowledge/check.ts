import type { PlainCode } from '../../contract/index.ts';
import { Refusal } from '../../contract/refusal.ts';
import { moveSource, type Source } from '../../models/source.ts';
import { describeCause } from '../../ports/causes.ts';
import type { Deps, StoredFile } from '../../ports/index.ts';
import { quarantine, refuseContent, settleOrder } from './fail.ts';
import { withFile } from './file.ts';

/**
 * Looks at a file that has arrived whole. What is not what it was said to be fails at once and costs nothing.
 * @returns why it was refused, or undefined where it goes on or is held back
 */
export async function checkSource(source: Source, deps: Deps): Promise<PlainCode | undefined> {
  const found = await withFile(source, (file, hash) => examine(source, file, hash, deps));
  deps.reached('source.after_checking');
  if (found === 'quarantined') {
    await quarantine(source);
    await settleOrder(source, deps);
    return undefined;
  }
  if (typeof found === 'string') {
    await refuseContent(source, found);
    await settleOrder(source, deps);
    return found;
  }
  await moveSource(source, { state: 'processing', type: found.type, checks: 0, checkAt: deps.now() });
  return undefined;
}

async function examine(
  source: Source,
  file: StoredFile,
  hash: string,
  deps: Pick<Deps, 'documents' | 'log'>,
): Promise<{ type: string } | 'quarantined' | PlainCode> {
  if (file.bytes !== source.bytes || hash !== source.hash) return 'knowledge.hash_differs';
  try {
    const type = await deps.documents.recognize(file);
    return (await isClean(source, file, deps)) ? { type } : 'quarantined';
  } catch (error) {
    if (error instanceof Refusal) return error.keptCode;
    throw error;
  }
}

/** A scanner that does not answer has found nothing, and has not looked either: whoever runs it has to know. */
async function isClean({ _id: sourceId, agencyId }: Source, file: StoredFile, { documents, log }: Pick<Deps, 'documents' | 'log'>) {
  try {
    return (await documents.scan(file)) === 'clean';
  } catch (error) {
    log.error({ sourceId, agencyId, cause: describeCause(error) }, 'a file could not be scanned, and is kept from everybody');
    return false;
  }
}
