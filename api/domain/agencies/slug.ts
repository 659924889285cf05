import { refuse } from '../../contract/refusal.ts';
import { type Agency, agencyBySlug, type KeptSlugs, takeFormerSlug } from '../../models/agency.ts';
import type { Deps } from '../../ports/index.ts';
import { DAY_MS, later } from '../../rules/time.ts';

/** So long nobody else gets a slug that an agency has left: its links still lead to it. Business time. */
const KEPT_MS = 90 * DAY_MS;
/** How many former slugs an agency has at most, so that nobody takes names by renaming through them. */
const FORMER_MAX = 5;

/** Refuses a slug that another agency has, or has left less than 90 days ago. */
export async function requireFreeSlug(slug: string, id: string, { now }: Pick<Deps, 'now'>): Promise<void> {
  const holder = await agencyBySlug(slug);
  if (!holder || holder._id === id) return;
  const isLeft = holder.slug !== slug && (await takeFormerSlug(holder._id, slug, later(now(), -KEPT_MS)));
  if (!isLeft) refuse('slug.taken', { param: 'slug' });
}

/** The former slugs of an agency that changes to another one. Refuses the change where it has left too many in 90 days. */
export function slugsAfter(
  slug: string,
  { slug: present, formerSlugs, slugsLeft = {}, freedSlugs = [] }: Agency,
  { now }: Pick<Deps, 'now'>,
): KeptSlugs {
  const at = now();
  const others = formerSlugs.filter((former) => former !== slug && former !== present);
  // Those whose time is over make room, the oldest first.
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
