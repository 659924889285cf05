import { isDeepStrictEqual } from 'node:util';
import { settingsShape } from '../../contract/agencies/agencies.ts';
import type { Parsed } from '../../contract/index.ts';
import { parseAs } from '../../contract/parse.ts';
import { applyPatch, pathsOf } from '../../contract/patch.ts';
import { refuse } from '../../contract/refusal.ts';
import type { Agency, Mode, ModeSettings, SharedSettings } from '../../models/agency.ts';
import type { Log } from '../../ports/index.ts';
import { listsStrangers, parseListedOrigin } from '../../rules/origin.ts';
import { checkSlug } from '../../rules/slug.ts';
import { brandOf, plainBrand } from '../directory/brand.ts';
import { checkPrices } from '../payments/prices.ts';
import { mergeList } from './lists.ts';
import { checkPackages, packagesKind } from './package-settings.ts';
import { checkPlans, plansKind } from './plan-settings.ts';

/** The settings of one mode, with the shared ones. */
export type Settings = SharedSettings & ModeSettings;

export type SettingsPatch = Omit<Parsed<'agency.update'>, 'stripe' | 'version'>;

export const settingsOf = (agency: Agency, mode: Mode, log: Log): Settings => ({
  name: agency.name,
  slug: agency.slug,
  brand: brandOf(agency, log),
  ...agency.settings[mode],
});

/** Applies a change to the settings that it names. Refuses a wrong value by its path. */
export function mergeSettings(now: Settings, { plans, packages, ...fields }: SettingsPatch, mode: Mode): Partial<Settings> {
  const merged = Object.entries(settingsShape).flatMap(([field, schema]) => {
    const patch = fields[field as keyof typeof fields];
    if (patch === undefined) return [];
    const cleared = field === 'brand' ? plainBrand(fields.name ?? now.name) : undefined;
    return [[field, parseAs(schema, patch === null ? cleared : applyPatch(schema, now[field as keyof Settings], patch), field)]];
  });
  const next: Partial<Settings> = Object.fromEntries(merged);
  const lists = { mode, first: next.plan ?? now.plan };
  return {
    ...next,
    ...(plans !== undefined && { plans: mergeList(plansKind, now.plans, plans ?? [], lists) }),
    ...(packages !== undefined && { packages: mergeList(packagesKind, now.packages, packages ?? [], lists) }),
  };
}

/** Lists the paths that a change names, down to single values; a list is one. */
export const namedIn = ({ plans, packages, ...fields }: SettingsPatch): string[] => [
  ...Object.entries(settingsShape).flatMap(([field, schema]) => {
    const patch = fields[field as keyof typeof fields];
    return patch === undefined ? [] : pathsOf(schema, patch, field);
  }),
  ...(plans === undefined ? [] : ['plans']),
  ...(packages === undefined ? [] : ['packages']),
];

/** Reads the value at a path of settings. List items are addressed by id, and `order` is the order of all. */
export function valueAt(settings: Settings, path: string): unknown {
  return path.split('.').reduce<unknown>((value, step) => {
    if (Array.isArray(value)) return step === 'order' ? value.map(({ id }) => id) : value.find(({ id }) => id === step);
    return (value as Record<string, unknown> | null | undefined)?.[step];
  }, settings);
}

/** Returns the wanted settings that differ from the stored ones. */
export const changedSettings = (now: Settings, wanted: Partial<Settings>): Partial<Settings> =>
  Object.fromEntries(Object.entries(wanted).filter(([field, value]) => !isDeepStrictEqual(now[field as keyof Settings], value)));

/**
 * Refuses settings that do not fit together or cannot be used.
 * @param changed the settings not checked yet
 */
export function checkSettings(next: Settings, changed: Partial<Settings>): void {
  const problem = changed.slug === undefined ? undefined : checkSlug(changed.slug);
  if (problem) refuse(problem, { param: 'slug' });
  changed.origins?.forEach((text, index) => {
    const origin = parseListedOrigin(text);
    if (origin && !listsStrangers(origin)) return;
    refuse('input.invalid', { param: `origins.${index}`, values: { reason: origin ? 'origin_shared' : 'origin_malformed' } });
  });
  const { plan, plans, packages } = next;
  if (!changed.plan && !changed.plans && !changed.packages) return;
  checkPackages(plan, packages);
  checkPrices(plan);
  checkPlans(plan, plans);
}
