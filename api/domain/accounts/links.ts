import assert from 'node:assert/strict';
import { type Agency, agencyById } from '../../models/agency.ts';
import { type Member, readClient } from '../../models/client.ts';
import type { MailRow } from '../../models/mail.ts';
import { modeOf } from '../../models/scope.ts';
import type { Deps } from '../../ports/index.ts';
import { mailedPage } from '../../rules/mailed-page.ts';
import { subdomainOf } from '../../rules/origin.ts';
import type { LinkKind } from '../../security/tokens.ts';
import { readPortal } from '../directory/portal.ts';
import { isHostedPage, pathOfPage } from '../directory/return-url.ts';

/**
 * The states of a member to which a link may be tied: it is void after a change of the address or the password. A link to confirm an
 * address names the present one, or the one that is to take its place.
 */
export const stampsOf = {
  verify: ({ email, newEmail }: Member) => (newEmail === undefined ? [email] : [email, newEmail]),
  reset: ({ passwordVersion }: Member) => [String(passwordVersion)],
  link: ({ passwordVersion }: Member) => [String(passwordVersion)],
} satisfies Record<LinkKind, (member: Member) => string[]>;

/**
 * Builds the agency's page with a new token in its fragment, which browsers never send. Called when the mail is sent, so that the database
 * has no token.
 */
export async function linkOf(row: MailRow, { tokens, publicUrl }: Pick<Deps, 'tokens' | 'publicUrl'>): Promise<string> {
  const [agency, client] = await Promise.all([agencyById(row.agencyId), readClient(row, row.clientId)]);
  const member = client?.members.find(({ id }) => id === row.memberId);
  assert(agency && member && row.returnUrl, 'a mail with a link has an agency, a reader and a page');
  const kind = row.kind === 'reset' ? 'reset' : 'verify';
  const stamp = stampsOf[kind](member).at(row.kind === 'email_change' ? -1 : 0);
  assert(stamp !== undefined, 'a link is tied to a state');
  const token = tokens.signLink(kind, {
    agencyId: row.agencyId,
    world: row.world,
    clientId: row.clientId,
    memberId: member.id,
    stamp,
  });
  const page = await pageOf(agency, { world: row.world, wanted: new URL(row.returnUrl) }, publicUrl);
  page.hash = `wl-${kind}=${token}`;
  return page.href;
}

/**
 * Returns the page of a link. Anybody who knows an address can cause the mail and name the page. If the page says more than an address
 * needs, the link leads to the agency's hosted page instead or, without an open one, to the front page of the site.
 */
async function pageOf(agency: Agency, { world, wanted }: { world: MailRow['world']; wanted: URL }, publicUrl: string): Promise<URL> {
  const mode = modeOf(world);
  const subdomain = subdomainOf(wanted.origin, agency.settings[mode].origins) ?? '';
  const page = isHostedPage(agency, wanted.href, { publicUrl }) ? new URL(wanted.pathname, wanted) : mailedPage(wanted, subdomain);
  if (!page) {
    const portal = await readPortal(agency.slug);
    if (portal.kind === 'open' && portal.mode === mode) return new URL(publicUrl + pathOfPage(agency.slug));
    const front = new URL('/', wanted);
    if (!mailedPage(front, subdomain)) front.hostname = wanted.hostname.slice(subdomain.length + 1);
    return front;
  }
  // Tells a page with widgets of several agencies which agency the link is for.
  const key = wanted.searchParams.get('wl-key');
  if (agency.publishableKeys.some((known) => known.key === key)) page.searchParams.append('wl-key', key ?? '');
  return page;
}
