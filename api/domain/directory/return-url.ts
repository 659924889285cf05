import type { Agency } from '../../models/agency.ts';
import type { Deps } from '../../ports/index.ts';
import { originOf } from '../../rules/origin.ts';

/** The path of an agency's hosted page on our own host. */
export const pathOfPage = (slug: string): string => `/p/${slug}`;

/** Whether pages of this origin are ours: hosted pages are all that we serve there, so no other page can be behind it. */
export const isOwnOrigin = (origin: string, { publicUrl }: Pick<Deps, 'publicUrl'>): boolean => origin === originOf(publicUrl);

/** Whether this is the address of the agency's hosted page, of now or by a former slug. Another agency's is not. */
export function isHostedPage({ slug, formerSlugs }: Pick<Agency, 'slug' | 'formerSlugs'>, url: string, deps: Pick<Deps, 'publicUrl'>) {
  const { origin, pathname } = new URL(url);
  return isOwnOrigin(origin, deps) && [slug, ...formerSlugs].some((known) => pathname === pathOfPage(known));
}
