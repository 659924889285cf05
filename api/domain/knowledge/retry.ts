import type { Output } from '../../contract/index.ts';
import { Refusal, refuse } from '../../contract/refusal.ts';
import { duplicateIndex } from '../../models/duplicate.ts';
import { readOwnSource, readSource, type Source } from '../../models/source.ts';
import type { Deps } from '../../ports/index.ts';
import { requireVoice } from '../integrations/provider-accounts.ts';
import { placeOrder } from '../orders/orders.ts';
import { placementOf } from './add.ts';
import { type KnowledgeCaller, requireBuyer } from './buyer.ts';
import { failSource, offerAgain, quarantineSource, startSource } from './states.ts';
import { sourceIsDue, sourceView } from './values.ts';

/**
 * Tries a failed or quarantined source again, at the price at which it was sold, by an order of its own: the order before was given back or
 * never charged. A file is checked again first, and one that was not kept has to be uploaded again. Where the order is refused, the source
 * is as it was.
 */
export async function retryKnowledge(caller: KnowledgeCaller, sourceId: string, deps: Deps): Promise<Output<'knowledge.retry'>> {
  const { scope, memberId } = await requireBuyer(caller);
  const ended = (await readOwnSource(scope, sourceId)) ?? refuse('source.not_found');
  if (ended.state !== 'failed' && ended.state !== 'quarantined') refuse('source.not_failed');
  await requireVoice(scope, deps);
  const offered = (await offerOnce(ended, deps)) ?? refuse('source.not_failed');
  if ('clientId' in scope) {
    try {
      await placeOrder(caller.access, scope, placementOf(offered, memberId), deps);
    } catch (error) {
      if (error instanceof Refusal && error.status < 500) await restore(offered, ended);
      throw error;
    }
  }
  const started = (await startSource(offered, deps)) ?? (await readSource(scope, sourceId)) ?? refuse('source.not_found');
  sourceIsDue();
  return sourceView(started);
}

/** @returns null where another request was first, or the owner has the same content by now */
async function offerOnce(ended: Source, deps: Deps): Promise<Source | null> {
  try {
    return await offerAgain(ended, deps);
  } catch (error) {
    if (duplicateIndex(error) !== undefined) return null;
    throw error;
  }
}

const restore = (offered: Source, { state, code }: Source): Promise<Source | null> =>
  state === 'quarantined' ? quarantineSource(offered) : failSource(offered, code ?? 'knowledge.processing_failed');
