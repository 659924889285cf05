import { forgetChanges, giveRoom, roomsSince } from '../models/room.ts';
import { AGENCY_OWN, readSource } from '../models/source.ts';
import { later, MINUTE_MS } from '../rules/time.ts';
import { removeStaleFiles } from './knowledge-file.ts';

/** Longer than whoever takes room needs to store what it took it for. Real time. */
const SETTLED_MS = 10 * MINUTE_MS;

/** Gives back room that was taken for sources which never came, and removes files that were left on the disk. */
export async function cleanKnowledge(now = new Date()): Promise<void> {
  await removeStaleFiles(now.getTime());
  const before = later(now, -SETTLED_MS);
  for (const room of await roomsSince(before)) {
    const { agencyId, world, owner } = room;
    const scope = owner === AGENCY_OWN ? { agencyId, world } : { agencyId, world, clientId: owner, subject: '' };
    const old = room.changes.filter(({ at }) => at < before);
    for (const { kind, sourceId, bytes, free } of old) {
      // While a source is there, or was given back, its share is right.
      const isLost = kind === 'take' && (await readSource(scope, sourceId)) === null;
      const isGiven = room.changes.some((other) => other.kind === 'give' && other.sourceId === sourceId);
      if (isLost && !isGiven) await giveRoom(scope, { sourceId, bytes, free }, now);
    }
    // A share that is given back stays named until its source is gone, so that it is not given back twice.
    const settled = await Promise.all(
      old.map(async ({ kind, sourceId }) => (kind === 'take' || (await readSource(scope, sourceId)) === null ? [sourceId] : [])),
    );
    await forgetChanges(room, settled.flat(), before);
  }
}
