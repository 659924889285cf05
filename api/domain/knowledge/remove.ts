import { Refusal, refuse } from '../../contract/refusal.ts';
import { type OwnerScope, putOffSource, readOwnSource, readSource, type Source } from '../../models/source.ts';
import { describeCause } from '../../ports/causes.ts';
import type { Deps } from '../../ports/index.ts';
import { later } from '../../rules/time.ts';
import { alertOfProvider } from '../journal/alerts.ts';
import { markRemoving } from './states.ts';
import { advanceSource } from './steps.ts';

/** When a removal goes on that the provider did not allow. */
const AGAIN_MS = 1_000;

/**
 * Deletes a source here and at the provider, whatever it is doing. What the provider has not taken yet costs nothing.
 * @returns false where that goes on by itself: another process is at it, or the provider does not answer
 */
export async function removeKnowledge(scope: OwnerScope, sourceId: string, deps: Deps): Promise<{ removed: boolean }> {
  let source: Source | null = (await readOwnSource(scope, sourceId)) ?? refuse('source.not_found');
  while (source && source.state !== 'removing') source = (await markRemoving(source, deps)) ?? (await readSource(source, sourceId));
  return { removed: source === null || (await finishRemoval(source, deps)) };
}

/** Removes sources as they were read, as far as none of them has started: what has may be paid and delivered. */
export async function removeOffered(sources: readonly Source[], deps: Deps): Promise<void> {
  for (const source of sources) {
    const removing = source.state === 'offered' ? await markRemoving(source, deps) : source;
    if (removing?.state === 'removing') await finishRemoval(removing, deps);
  }
}

/** Where the provider does not let go of a source now, its removal goes on by itself. @returns whether it is gone */
async function finishRemoval(removing: Source, deps: Deps): Promise<boolean> {
  try {
    return (await advanceSource(removing, deps)) === null;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const { _id: sourceId, agencyId } = removing;
    deps.log.info({ sourceId, agencyId, code: error.code, cause: describeCause(error.cause) }, 'source.waits: its removal goes on later');
    await alertOfProvider(removing, error, deps);
    await putOffSource(removing, later(deps.now(), AGAIN_MS));
    return false;
  }
}
