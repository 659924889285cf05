import { isDeepStrictEqual } from 'node:util';
import { published as publishable } from '../../contract/agencies/publish.ts';
import type { Output, Parsed } from '../../contract/index.ts';
import { refuse } from '../../contract/refusal.ts';
import type { Agency, ModeSettings } from '../../models/agency.ts';
import { countByPlan } from '../../models/client-plan.ts';
import type { AgencyAccess, AgencyScope, Deps } from '../../ports/index.ts';
import { withOnePopular } from '../../rules/popular.ts';
import { accessTo } from '../directory/directory.ts';
import { FIRST_PLAN } from '../directory/plan.ts';
import { type ListedItem, withinLimits, withRetired } from './lists.ts';
import { packagesKind } from './package-settings.ts';
import { plansKind } from './plan-settings.ts';
import { requireAgency, saveWanted } from './save.ts';

type Comparison = Output<'agency.compare'>;
type Change = Comparison['plans'][number]['change'];

/** Compares test with live settings, and counts the live clients that each difference affects. */
export async function comparePublished(opened: AgencyAccess): Promise<Comparison> {
  requireLive(opened);
  const agency = await requireAgency(opened.agency._id);
  const { live } = agency.settings;
  const next = { ...live, ...settingsToPublish(agency, publishable) };
  return {
    version: agency.version,
    differences: publishable.flatMap((setting) =>
      differences(live[setting], next[setting], setting).map((difference) => ({ setting, ...difference })),
    ),
    plans: await reachedPlans(accessTo(agency, 'live').scope, live, next),
    packages: changedItems(live.packages, next.packages).map(({ id, name, change }) => ({ packageId: id, name, change })),
    origins: { come: without(next.origins, live.origins), go: without(live.origins, next.origins) },
  };
}

/** Copies the test settings to live. Refuses with `settings.changed` if they have changed since they were compared. */
export async function publishSettings(
  opened: AgencyAccess,
  { version, settings = [...publishable], priceId }: Parsed<'agency.publish'>,
  deps: Deps,
): Promise<AgencyAccess> {
  requireLive(opened);
  const wanted = {
    version,
    unchanged: ['test', 'live'] as const,
    named: [],
    next: (_live: ModeSettings, read: Agency) => settingsToPublish(read, settings),
    stripe: priceId === undefined ? undefined : { priceId },
  };
  return saveWanted(opened, wanted, deps);
}

function requireLive({ mode }: AgencyAccess): void {
  if (mode !== 'live') refuse('settings.live_key_needed', { values: { shared: 'publication' } });
}

/** Returns the next live settings: those of test, with live's own list items retired behind them. */
function settingsToPublish({ settings: { test, live } }: Agency, names: readonly (keyof ModeSettings)[]): Partial<ModeSettings> {
  const next: ModeSettings = {
    ...test,
    plans: withinLimits(plansKind, listToPublish(test.plans, live.plans), 'live'),
    packages: withinLimits(packagesKind, withOnePopular(listToPublish(test.packages, live.packages)), 'live'),
  };
  return Object.fromEntries(names.map((name) => [name, next[name]]));
}

/** Returns the next live list. What was retired in test before it came to live stays in test. */
function listToPublish<One extends ListedItem>(test: readonly One[], live: readonly One[]): One[] {
  const known = new Set(live.map(({ id }) => id));
  return withRetired(
    test.filter(({ id, active }) => active || known.has(id)),
    live,
  );
}

async function reachedPlans(live: AgencyScope, before: ModeSettings, next: ModeSettings): Promise<Comparison['plans']> {
  const counts = await countByPlan(live);
  const further = new Set(before.plans.map(({ id }) => id));
  // Clients without a plan, or with a removed one, are on the first plan.
  const onFirst = [...counts].reduce((sum, [planId, count]) => (further.has(planId) ? sum : sum + count), 0);
  const first = { planId: FIRST_PLAN, name: next.plan.name, change: 'changes' as const, liveClients: onFirst };
  return [
    ...(isDeepStrictEqual(before.plan, next.plan) ? [] : [first]),
    ...changedItems(before.plans, next.plans).map(({ id, name, change }) => ({
      planId: id,
      name,
      change,
      liveClients: counts.get(id) ?? 0,
    })),
  ];
}

function changedItems<One extends ListedItem>(
  before: readonly One[],
  next: readonly One[],
): { id: string; name: string; change: Change }[] {
  return next.flatMap((one) => {
    const known = before.find(({ id }) => id === one.id);
    if (isDeepStrictEqual(known, one)) return [];
    const change = known?.active && !one.active ? 'retires' : one.active && !known?.active ? 'comes' : 'changes';
    return [{ id: one.id, name: one.name, change }];
  });
}

type Difference = Omit<Comparison['differences'][number], 'setting'>;

/** Lists the single values that differ, by path. Items of a list are matched by id, and their order counts as one value. */
function differences(live: unknown, test: unknown, path: string): Difference[] {
  if (isDeepStrictEqual(live, test)) return [];
  const [was, is] = [parts(live), parts(test)];
  if (!was || !is) return [{ path, live: live ?? null, test: test ?? null }];
  const names = new Set([...Object.keys(was), ...Object.keys(is)]);
  return [...names].flatMap((name) => differences(was[name], is[name], `${path}.${name}`));
}

/** Returns the parts of an object, or of a list of items with ids; undefined for a single value. */
function parts(value: unknown): Record<string, unknown> | undefined {
  if (Array.isArray(value)) {
    if (!value.every((one) => typeof one === 'object' && one !== null && 'id' in one)) return undefined;
    return { ...Object.fromEntries(value.map((one) => [one.id, one])), order: value.map(({ id }) => id).join(' ') };
  }
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
}

const without = (these: readonly string[], those: readonly string[]): string[] => these.filter((one) => !those.includes(one));
