import { Refusal, refuse } from '../../contract/refusal.ts';
import { agencyById, inMode } from '../../models/agency.ts';
import { readClient } from '../../models/client.ts';
import { giveRoom } from '../../models/room.ts';
import { modeOf } from '../../models/scope.ts';
import { deleteSource, moveSource, type OwnerScope, putOffSource, readOwnSource, readSource, type Source } from '../../models/source.ts';
import { removeParts } from '../../models/source-part.ts';
import { describeCause } from '../../ports/causes.ts';
import type { Deps, VoiceAccess } from '../../ports/index.ts';
import { DAY_MS, later } from '../../rules/time.ts';
import { planOf } from '../directory/plan.ts';
import { voiceOf } from '../directory/provider-accounts.ts';
import { alertOfProvider } from '../journal/alerts.ts';
import { dropFromAgents } from './bases.ts';
import { settleOrder } from './fail.ts';
import { basePrefixOf, scopeOfSource, shareOf } from './values.ts';

/** When a removal is gone on with that was not finished: its process ended, or the provider did not answer. */
const UNFINISHED_MS = 30_000;
/** Somebody works on its order; that is soon over. */
const AGAIN_MS = 1_000;
/** Nothing is kept here for longer because the provider does not let go of it. */
const REMOVING_MS = DAY_MS;

/**
 * Deletes a source here and at the provider, whatever it is doing. What was not yet taken by the provider costs nothing.
 * @returns false where that goes on by itself: somebody else is at it, or the provider does not answer
 */
export async function removeKnowledge(scope: OwnerScope, sourceId: string, deps: Deps): Promise<{ removed: boolean }> {
  const source = (await readOwnSource(scope, sourceId)) ?? refuse('source.not_found');
  return { removed: await removeSource(source, deps) };
}

/**
 * Where the provider does not let go of it now, the removal goes on by itself.
 * @param isSpared what stays, as it stands by then
 */
export async function removeSource(source: Source, deps: Deps, isSpared: (now: Source) => boolean = () => false): Promise<boolean> {
  const doomed = await doom(source, deps, isSpared);
  if (!doomed) return true;
  try {
    if (await finishRemoval(doomed, deps)) return true;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const { _id: sourceId, agencyId } = source;
    deps.log.info({ sourceId, agencyId, code: error.code, cause: describeCause(error.cause) }, 'source.waits: its removal goes on later');
    await alertOfProvider(source, error, deps);
  }
  await putOffSource(doomed, later(deps.now(), AGAIN_MS));
  return false;
}

/** Removes what did not go its way yet; what does may be paid and delivered. */
export const removeUnadmitted = (source: Source, deps: Deps): Promise<boolean> =>
  removeSource(source, deps, ({ isAdmitted }) => isAdmitted);

/** From here on nobody does anything else with it. */
async function doom(source: Source, deps: Deps, isSpared: (now: Source) => boolean): Promise<Source | null> {
  for (let now: Source | null = source; now && !isSpared(now); now = await readSource(now, now._id)) {
    if (now.state === 'removing') return now;
    const doomedAt = deps.now();
    const moved = await moveSource(now, { state: 'removing', checks: 0, doomedAt, checkAt: later(doomedAt, UNFINISHED_MS) }, ['held']);
    if (moved) return moved;
  }
  return null;
}

/** Each step once however often it is run, the source itself last. Refuses while the provider does not let go of it; it is then tried again. */
export async function finishRemoval(source: Source, deps: Deps): Promise<boolean> {
  const order = await settleOrder(source, deps);
  if (order === 'open' || order === 'working') return false;
  const now = (await readSource(source, source._id)) ?? source; // the provider may just have taken it
  await removeAtProvider(now, deps);
  await removeParts(now, now._id);
  await giveRoom(scopeOfSource(now), { ...shareOf(now), free: (await returnsPlace(now)) ? 1 : 0 }, new Date());
  await deleteSource(now);
  return true;
}

/** Refuses where the provider does not let go of it. After a day of that it stays there, and the log names it. */
async function removeAtProvider(source: Source, deps: Deps): Promise<void> {
  if (source.baseId === undefined && source.sends === 0) return;
  const { _id: sourceId, agencyId, doomedAt, createdAt } = source;
  const access = await voiceOf(source, deps);
  if (!access) {
    deps.log.info({ sourceId, agencyId }, 'source.base_left: no account is connected any more');
    return;
  }
  try {
    await dropFromAgents(source, access, deps);
    for (const { id } of await basesOf(source, access, deps)) await deps.voice.removeBase(access, id);
  } catch (error) {
    if (!(error instanceof Refusal) || later(doomedAt ?? createdAt, REMOVING_MS) > deps.now()) throw error;
    const about = { sourceId, agencyId, base: source.baseId ?? basePrefixOf(source) };
    const why = { code: error.code, cause: describeCause(error.cause) };
    deps.log.error({ ...about, ...why }, 'source.base_left: the provider does not remove it');
  }
}

/** Also those of tries of which nobody knows how they ended. */
async function basesOf(source: Source, access: VoiceAccess, { voice }: Deps): Promise<readonly { id: string }[]> {
  return source.baseId === undefined ? voice.findBases(access, basePrefixOf(source)) : [{ id: source.baseId }];
}

/** A free place comes back where nothing was delivered for it, or the plan says so. */
async function returnsPlace(source: Source): Promise<boolean> {
  if (!source.free || !source.wasReady) return source.free;
  const [agency, client] = await Promise.all([agencyById(source.agencyId), readClient(source, source.owner)]);
  return agency !== null && planOf(inMode(agency, modeOf(source.world)), client).knowledge.returnsFreeItems;
}
