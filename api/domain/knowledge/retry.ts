import type { Output } from '../../contract/index.ts';
import { Refusal, refuse } from '../../contract/refusal.ts';
import { duplicateIndex } from '../../models/duplicate.ts';
import { moveSource, readOwnSource, readSource, type Source } from '../../models/source.ts';
import type { Deps } from '../../ports/index.ts';
import { later } from '../../rules/time.ts';
import { placeOrder } from '../orders/orders.ts';
import { admit, placementOf } from './add.ts';
import { type KnowledgeCaller, requireBuyer } from './buyer.ts';
import { failSource } from './fail.ts';
import { requireVoice } from './send.ts';
import { ADMITTED_WITHIN_MS, sourceIsDue, sourceView } from './values.ts';

/**
 * Has a file looked at anew that was held back, and tries a failed source again, at the price at which it was sold, by an order of its own:
 * the one before was given back or never charged.
 */
export async function retryKnowledge(caller: KnowledgeCaller, sourceId: string, deps: Deps): Promise<Output<'knowledge.retry'>> {
  const { scope, memberId } = await requireBuyer(caller);
  const failed = (await readOwnSource(scope, sourceId)) ?? refuse('source.not_found');
  if (failed.state !== 'failed' && failed.state !== 'quarantined') refuse('source.not_failed');
  await requireVoice(scope, deps);
  const begun = (await begin(failed, deps)) ?? refuse('source.not_failed');
  if ('clientId' in scope) {
    try {
      await placeOrder(caller.access, scope, placementOf(begun, memberId), deps);
    } catch (error) {
      if (error instanceof Refusal && error.status < 500) await failSource(begun, failed.code ?? 'knowledge.processing_failed');
      throw error;
    }
  }
  const admitted = (await admit(begun, deps)) ?? (await readSource(scope, sourceId)) ?? refuse('source.not_found');
  sourceIsDue();
  return sourceView(admitted);
}

/** What was not kept has to be uploaded anew. @returns null where somebody was quicker, or the same is there by now */
async function begin(failed: Source, deps: Deps): Promise<Source | null> {
  const isWhole = failed.receivedBytes === failed.bytes;
  const change = {
    state: isWhole ? 'checking' : 'uploading',
    held: failed.hash,
    attempt: failed.attempt + 1,
    isAdmitted: false,
    sends: 0,
    checks: 0,
    checkAt: later(deps.now(), ADMITTED_WITHIN_MS),
  } as const;
  try {
    return await moveSource(failed, change, ['code', 'baseId', 'sendingAt']);
  } catch (error) {
    if (duplicateIndex(error) !== undefined) return null;
    throw error;
  }
}
