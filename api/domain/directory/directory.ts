import { LRUCache } from 'lru-cache';
import {
  type Agency,
  agenciesById,
  agenciesByPublishableKey,
  agenciesBySecretKey,
  agenciesOfSlug,
  inMode,
  type Mode,
} from '../../models/agency.ts';
import { isDisabled } from '../../models/client.ts';
import { modeOf } from '../../models/scope.ts';
import { isSessionAlive } from '../../models/session.ts';
import type { AgencyAccess, Directory, SessionStanding } from '../../ports/directory.ts';
import { fingerprint } from '../../security/digest.ts';
import { batchReads } from './batch-reads.ts';

/** How long another process may use outdated data: changes and revocations made elsewhere take effect within it. */
const FRESH_MS = 2_000;
/** Longer than any key. */
const KEY_LENGTH_MAX = 100;
/** Unknown keys to remember, and for how long. New keys are random, so no remembered guess becomes one. */
const NOBODYS_MAX = 10_000;
const NOBODYS_MS = 60_000;

export const accessTo = (agency: Agency, mode: Mode): AgencyAccess => ({
  agency: inMode(agency, mode),
  mode,
  scope: { agencyId: agency._id, world: mode === 'live' ? 'live' : `test.${agency.testGeneration}` },
});

/** Tells whether a key works: a rotated key does until its overlap ends. Real time. */
export const isInUse = ({ until }: { until?: Date }): boolean => until === undefined || until.getTime() > Date.now();

const byId = batchReads(agenciesById, ({ _id }) => [_id]);
const byPublishableKey = batchReads(agenciesByPublishableKey, ({ publishableKeys }) => publishableKeys.map(({ key }) => key));
const bySecretKey = batchReads(agenciesBySecretKey, ({ secretKeys }) => secretKeys.map((key) => key.fingerprint));

/** Remembers agencies just read, and unknown keys. */
function createMemory() {
  const agencies = new LRUCache<string, readonly Agency[]>({ max: 20_000, ttl: FRESH_MS });
  const nobodys = new LRUCache<string, true>({ max: NOBODYS_MAX, ttl: NOBODYS_MS });

  /** @param key the kind and text of the look-up. The text may be a stranger's, so only found agencies are remembered. */
  async function rememberedAll(key: string, read: () => Promise<readonly Agency[]>): Promise<readonly Agency[]> {
    const known = agencies.get(key);
    if (known) return known;
    const found = await read();
    if (found.length > 0) agencies.set(key, found);
    return found;
  }

  /** Remembers a look-up that finds at most one agency. */
  async function remembered(key: string, read: () => Promise<Agency | null>): Promise<Agency | null> {
    const [agency = null] = await rememberedAll(key, async () => [await read()].flatMap((one) => one ?? []));
    return agency;
  }

  /** Remembers a look-up by key. An unknown key is not looked up again. */
  async function holding(key: string, read: () => Promise<Agency | null>): Promise<Agency | null> {
    if (nobodys.has(key)) return null;
    const agency = await remembered(key, read);
    if (!agency) nobodys.set(key, true);
    return agency;
  }

  return { remembered, rememberedAll, holding, purge: () => agencies.purgeStale(), forget: () => agencies.clear() };
}

export function createDirectory(): Directory {
  const { remembered, rememberedAll, holding, purge, forget } = createMemory();
  const sessions = new LRUCache<string, { standing: SessionStanding }>({ max: 50_000, ttl: FRESH_MS });
  // Drops outdated entries, because an agency takes some kilobytes.
  setInterval(() => {
    purge();
    sessions.purgeStale();
  }, FRESH_MS).unref();

  return {
    async byPublishableKey(key) {
      if (key.length > KEY_LENGTH_MAX) return undefined; // a stranger's text must not enlarge a query that many share
      const agency = await holding(`page/${key}`, () => byPublishableKey(key));
      const entry = agency?.publishableKeys.find((candidate) => candidate.key === key && isInUse(candidate));
      return agency && entry ? accessTo(agency, entry.mode) : undefined;
    },
    async bySecretKey(key) {
      const print = fingerprint(key);
      const agency = await holding(`server/${print}`, () => bySecretKey(print));
      const entry = agency?.secretKeys.find((candidate) => candidate.fingerprint === print && isInUse(candidate));
      return agency && entry ? { ...accessTo(agency, entry.mode), permissions: entry.permissions } : undefined;
    },
    async byScope(scope) {
      const agency = await remembered(`id/${scope.agencyId}`, () => byId(scope.agencyId));
      if (!agency) return undefined;
      const found = accessTo(agency, modeOf(scope.world));
      return found.scope.world === scope.world ? found : undefined;
    },
    ofSlug: (slug) => rememberedAll(`slug/${slug}`, () => agenciesOfSlug(slug)),
    async standingOf(scope, sid) {
      const known = sessions.get(sid);
      if (known) return known.standing;
      const [alive, disabled] = await Promise.all([isSessionAlive(scope, sid), isDisabled(scope)]);
      const standing = disabled ? 'disabled' : alive ? 'alive' : 'ended';
      sessions.set(sid, { standing });
      return standing;
    },
    forget() {
      forget();
      sessions.clear();
    },
  };
}
