import { isDeepStrictEqual } from 'node:util';
import type { Parsed } from '../../contract/index.ts';
import { Refusal, refuse, tell } from '../../contract/refusal.ts';
import { type Agency, agencyById, changedSince, type Mode, saveSettings } from '../../models/agency.ts';
import type { AgencyAccess, Deps } from '../../ports/index.ts';
import { accessTo } from '../directory/directory.ts';
import { requireComplete } from './activation.ts';
import { changedSettings, checkSettings, type Settings, settingsOf, valueAt } from './settings.ts';
import { requireFreeSlug, slugsAfter } from './slug.ts';
import { StripeSave } from './stripe.ts';

/** Attempts to save while other saves are first. */
const TRIES_MAX = 20;

/** A wanted change of the settings in one mode. */
export interface WantedSettings {
  /** Returns the settings to change, given the stored ones. */
  next(now: Settings, read: Agency): Partial<Settings>;
  /** Paths of the named settings. If another save changes one of them meanwhile, nothing is saved. */
  named: readonly string[];
  stripe?: Parsed<'agency.update'>['stripe'];
  /** The version in which `unchanged` must not have changed since; by default, everything that a key of the mode may change. */
  version?: number | undefined;
  unchanged?: readonly (Mode | 'shared')[];
}

export const requireAgency = async (id: string): Promise<Agency> => (await agencyById(id)) ?? refuse('agency.not_found');

/**
 * Saves the wanted settings on top of the stored ones, not of those that this process remembers. Saves all or nothing, after Stripe's
 * checks. If another save was first, it starts anew from that. Refuses with `settings.changed`.
 */
export async function saveWanted({ agency: { _id: id }, mode }: AgencyAccess, wanted: WantedSettings, deps: Deps): Promise<AgencyAccess> {
  const stripe = new StripeSave(mode, wanted.stripe, deps);
  try {
    const { before, after } = await trySaving(id, mode, wanted, stripe, deps);
    deps.directory.forget();
    await stripe.saved(before.stripe[mode], after.stripe[mode]);
    return accessTo(after, mode);
  } catch (error) {
    // After any other error the save may have happened, so its endpoint may be needed.
    if (error instanceof Refusal) await stripe.refused();
    throw error;
  }
}

async function trySaving(
  id: string,
  mode: Mode,
  wanted: WantedSettings,
  stripe: StripeSave,
  deps: Deps,
): Promise<{ before: Agency; after: Agency }> {
  const first = await requireAgency(id);
  for (let before = first, tries = 0; tries < TRIES_MAX; before = await requireAgency(id), tries += 1) {
    requireVersion(before, mode, wanted);
    const now = settingsOf(before, mode, deps.log);
    const changed = changedSettings(now, wanted.next(now, before));
    const next = { ...now, ...changed };
    if (before !== first) requireUntouched(settingsOf(first, mode, deps.log), now, next, wanted.named);
    if (before !== first && stripe.isOvertaken(first, before)) refuseChanged(['stripe']);
    checkSettings(next, changed);
    const kept = changed.slug === undefined ? undefined : slugsAfter(changed.slug, before, deps);
    if (changed.slug !== undefined) await requireFreeSlug(changed.slug, id, deps);
    const account = await stripe.prepare(before, next);
    if (isActivating(before, mode, changed, wanted.named))
      requireComplete(mode, { ...before, ...changed, stripe: account ?? before.stripe[mode] });
    if (!account && Object.keys(changed).length === 0) return { before, after: before };
    const after = await saveSettings(before, mode, { ...changed, ...(account && { stripe: account }) }, kept);
    if (after === 'taken') refuse('slug.taken', { param: 'slug' });
    if (after !== 'moved') return { before, after };
  }
  return refuse('server.busy');
}

/** Tells whether a save switches the portal on, or asks for it by name. */
const isActivating = ({ settings }: Agency, mode: Mode, { portal }: Partial<Settings>, named: readonly string[]): boolean =>
  named.includes('portal.active') ? (portal ?? settings[mode].portal).active : portal?.active === true && !settings[mode].portal.active;

function requireVersion(read: Agency, mode: Mode, { version, unchanged }: WantedSettings): void {
  if (version === undefined) return;
  if (version > read.version) {
    refuse('input.invalid', { param: 'version', values: { reason: 'version_ahead', version: read.version, asked: version } });
  }
  const groups = unchanged ?? (mode === 'live' ? ['shared', 'live'] : ['test']);
  const nameOf = (group: Mode | 'shared', field: string) => (group === mode || group === 'shared' ? field : `${group}.${field}`);
  const changed = groups.flatMap((group) => changedSince(read, version, group).map((field) => nameOf(group, field)));
  if (changed.length > 0) refuseChanged(changed.sort());
}

/** Refuses if a named setting has changed since the first read, unless it now has the wanted value. */
function requireUntouched(first: Settings, now: Settings, next: Settings, named: readonly string[]): void {
  const differs = (one: Settings, other: Settings, path: string) => !isDeepStrictEqual(valueAt(one, path), valueAt(other, path));
  const touched = named.filter((path) => differs(first, now, path) && differs(now, next, path));
  if (touched.length > 0) refuseChanged(touched);
}

function refuseChanged(paths: readonly string[]): never {
  const values = { settings: paths };
  const fields = paths.map((param) => ({ param, ...tell('settings.changed', { values }) }));
  return refuse('settings.changed', { param: paths[0] ?? 'version', values, fields });
}
