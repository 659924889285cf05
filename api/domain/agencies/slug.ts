import { refuse } from '../../contract/refusal.ts';
import { type Agency, agencyBySlug, type KeptSlugs, takeFormerSlug } from '../../models/agency.ts';
import type { Deps } from '../../ports/index.ts';
import { DAY_MS, later } from '../../rules/time.ts';

/** How long a former slug stays reserved, because links still lead to it. Business time. */
const KEPT_MS = 90 * DAY_MS;
/** Former slugs of one agency, so that nobody collects names by renaming. */
const FORMER_MAX = 5;

/** Refuses a slug that another agency has, or gave up less than 90 days ago. */
export async function requireFreeSlug(slug: string, id: string, { now }: Pick<Deps, 'now'>): Promise<void> {
  const holder = await agencyBySlug(slug);
  if (!holder || holder._id === id) return;
  const isLeft = holder.slug !== slug && (await takeFormerSlug(holder._id, slug, later(now(), -KEPT_MS)));
  if (!isLeft) refuse('slug.taken', { param: 'slug' });
}

/** Returns the former slugs after a rename. Refuses the rename if the agency gave up too many in 90 days. */
export function slugsAfter(
  slug: string,
  { slug: present, formerSlugs, slugsLeft = {}, freedSlugs = [] }: Agency,
  { now }: Pick<Deps, 'now'>,
): KeptSlugs {
  const at = now();
  const others = formerSlugs.filter((former) => former !== slug && former !== present);
  // Expired ones make room, oldest first.
  const isOver = (former: string) => (slugsLeft[former] ?? at) <= later(at, -KEPT_MS);
  const surplus = Math.max(0, others.length + 1 - FORMER_MAX);
  const dropped = new Set(others.filter(isOver).slice(0, surplus));
  if (dropped.size < surplus) refuseRenaming(others, slugsLeft, at);
  const kept = [...others.filter((former) => !dropped.has(former)), present];
  return {
    formerSlugs: kept,
    freedSlugs: [...new Set([...freedSlugs, ...dropped])],
    slugsLeft: Object.fromEntries(kept.map((former) => [former, former === present ? at : (slugsLeft[former] ?? at)])),
  };
}

function refuseRenaming(others: readonly string[], slugsLeft: Record<string, Date>, at: Date): never {
  const oldest = others.map((former) => slugsLeft[former] ?? at).reduce((one, other) => (one < other ? one : other), at);
  const day = later(oldest, KEPT_MS).toISOString().slice(0, 10);
  return refuse('slug.renamed_often', { param: 'slug', values: { most: FORMER_MAX, day } });
}
