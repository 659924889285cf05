import { AGENCY_OWN, readSource } from '../../models/source.ts';
import { removeParts } from '../../models/source-part.ts';
import {
  everyAllowanceChanged,
  forgetChanges,
  retakeStorage,
  returnStorage,
  type StorageAllowance,
} from '../../models/storage-allowance.ts';
import type { Deps } from '../../ports/index.ts';
import { later, MINUTE_MS } from '../../rules/time.ts';
import { forEach } from '../due/due.ts';
import { removeStaleFiles } from './file.ts';

/** Longer than a request needs to store the sources that it took storage for. Real time. */
const SETTLED_MS = 10 * MINUTE_MS;

/**
 * Returns storage that was taken for sources that were never stored, takes it anew for sources that stayed although it was returned, and
 * removes bytes and files that were left behind.
 */
export async function cleanKnowledge(deps: Pick<Deps, 'draining' | 'log'>, now = new Date()): Promise<void> {
  await removeStaleFiles(now.getTime());
  const before = later(now, -SETTLED_MS);
  const about = ({ _id: allowanceId, agencyId }: StorageAllowance) => ({ allowanceId, agencyId });
  await forEach(everyAllowanceChanged(before), { name: 'knowledge.storage', about, deps }, (allowance) =>
    cleanAllowance(allowance, { before, now }),
  );
}

async function cleanAllowance(allowance: StorageAllowance, { before, now }: { before: Date; now: Date }): Promise<void> {
  const { agencyId, world, owner } = allowance;
  const scope = owner === AGENCY_OWN ? { agencyId, world } : { agencyId, world, clientId: owner, subject: '' };
  const old = allowance.changes.filter(({ at }) => at < before);
  for (const { kind, sourceId, bytes, free } of old) {
    // While a source is there, or was given back, its share is right.
    const isLost = kind === 'take' && (await readSource(scope, sourceId)) === null;
    const isGiven = allowance.changes.some((other) => other.kind === 'give' && other.sourceId === sourceId);
    if (isLost && !isGiven) await returnStorage(scope, { sourceId, bytes, free }, now);
  }
  const given = new Set(allowance.changes.filter(({ kind }) => kind === 'give').map(({ sourceId }) => sourceId));
  for (const { sourceId, bytes, free } of old.filter(({ kind }) => kind === 'give')) {
    const source = await readSource(scope, sourceId);
    if (!source || source.state === 'removing') continue;
    // Two runs of one attempt met. The next cleaning looks again, in case the source is removed at this moment.
    await retakeStorage(scope, { sourceId, bytes, free });
  }
  const settled: string[] = [];
  for (const { sourceId } of old) {
    // A given share stays named until its source is gone, so that it is not given back twice.
    const isGone = given.has(sourceId) && (await readSource(scope, sourceId)) === null;
    if (isGone) await removeParts(scope, sourceId); // a part may have come in during the removal
    if (isGone || !given.has(sourceId)) settled.push(sourceId);
  }
  await forgetChanges(allowance, settled, before);
}
