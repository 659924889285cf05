import type { Agency } from '../../models/agency.ts';
import type { Deps } from '../../ports/index.ts';
import { originOf } from '../../rules/origin.ts';

/** Returns the path of an agency's hosted page on our host. */
export const pathOfPage = (slug: string): string => `/p/${slug}`;

/** Tells whether pages of this origin are ours. We serve only hosted pages there, so no other page can be meant. */
export const isOwnOrigin = (origin: string, { publicUrl }: Pick<Deps, 'publicUrl'>): boolean => origin === originOf(publicUrl);

/** Tells whether this is the address of the agency's hosted page, by its present or a former slug. */
export function isHostedPage({ slug, formerSlugs }: Pick<Agency, 'slug' | 'formerSlugs'>, url: string, deps: Pick<Deps, 'publicUrl'>) {
  const { origin, pathname } = new URL(url);
  return isOwnOrigin(origin, deps) && [slug, ...formerSlugs].some((known) => pathname === pathOfPage(known));
}
