import type { ErrorCode } from '../contract/index.ts';
import { Refusal } from '../contract/refusal.ts';
import { moveSource, type Source } from '../models/source.ts';
import { quarantine, refuseContent } from './knowledge-fail.ts';
import { withFile } from './knowledge-file.ts';
import { settleOrder } from './knowledge-order.ts';
import type { Deps, Documents, StoredFile } from './ports.ts';

/**
 * Looks at a file that has arrived whole. What is not what it was said to be fails at once and costs nothing.
 * @returns why it was refused, or undefined where it goes on or is kept for a person to look at
 */
export async function checkSource(source: Source, deps: Deps): Promise<ErrorCode | undefined> {
  const found = await withFile(source, (file, hash) => examine(source, file, hash, deps.documents));
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
  documents: Documents,
): Promise<{ type: string } | 'quarantined' | ErrorCode> {
  if (file.bytes !== source.bytes || hash !== source.hash) return 'knowledge.hash_differs';
  try {
    const type = await documents.recognize(file);
    return (await documents.scan(file)) === 'clean' ? { type } : 'quarantined';
  } catch (error) {
    if (error instanceof Refusal) return error.code;
    throw error;
  }
}
