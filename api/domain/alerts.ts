import { LRUCache } from 'lru-cache';
import type { AgencyAccess } from './directory.ts';
import { record } from './journal.ts';
import type { Log } from './ports.ts';

/** A key where it should not be. */
export const alerts = {
  'alert.suspended': 'A key of the suspended agency was used.',
  'alert.key_in_browser': 'A secret key was sent from a page. Rotate it.',
  'alert.wrong_mode': "A page's key and its session are of different modes.",
} as const;

const written = new LRUCache<string, true>({ max: 10_000 });

/**
 * Writes into the agency's journal that one of its keys was refused: once an hour for each kind and mode, in all processes together, so
 * that a flood does not fill the journal. Real time. Where it cannot be written, the log says so; the refusal stands.
 */
export async function alertAgency(
  { agency, mode }: AgencyAccess,
  { action, ...seen }: { action: keyof typeof alerts; actor: string; origin: string | undefined; requestId: string },
  log: Log,
): Promise<void> {
  const cause = `${action}/${mode}/${new Date().toISOString().slice(0, 13)}`;
  const name = `${agency._id}/${cause}`;
  if (written.has(name)) return;
  written.set(name, true);
  const { actor, origin, requestId } = seen;
  const entry = { cause, actor, mode, action, target: agency._id, before: {}, after: { origin: origin ?? null } };
  try {
    await record(agency._id, { ...entry, reason: alerts[action], requestId });
  } catch (error) {
    written.delete(name);
    log.error({ agencyId: agency._id, action, reason: (error as Error).name }, 'an alert could not be journaled');
  }
}
