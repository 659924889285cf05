import assert from 'node:assert/strict';
import type { Agency } from '../../models/agency.ts';
import type { Member } from '../../models/client.ts';
import type { MailRow } from '../../models/mail.ts';
import { modeOf } from '../../models/scope.ts';
import type { Deps } from '../../ports/index.ts';
import { mailedPage } from '../../rules/mailed-page.ts';
import { subdomainOf } from '../../rules/origin.ts';
import { fingerprint } from '../../security/digest.ts';
import type { LinkKind } from '../../security/tokens.ts';
import { readPortal } from '../directory/portal.ts';
import { isHostedPage, pathOfPage } from '../directory/return-url.ts';

type Stamped = Pick<Member, 'email' | 'newEmail' | 'passwordVersion'>;

/** The address and the password, so that a link which was asked for under one of them ends with it. */
const signInOf = ({ email, passwordVersion }: Stamped) => [`${passwordVersion}/${fingerprint(email)}`];

/**
 * The states of a member to which a link may be tied: it is void after a change of the address or the password. A link to confirm an
 * address names the present one, or the one that is to take its place.
 */
export const stampsOf = {
  verify: ({ email, newEmail }: Stamped) => (newEmail === undefined ? [email] : [email, newEmail]),
  reset: signInOf,
  link: signInOf,
} satisfies Record<LinkKind, (member: Stamped) => string[]>;

/** The member who gets a mail. */
export interface Reader {
  agency: Agency;
  member: Member;
}

/**
 * Builds the agency's page with a new token in its fragment, which browsers never send. Called when the mail is sent, so that the database
 * has no token.
 * @param reader as it was read for the mail, so that the link fits the address which gets it
 */
export async function linkOf(row: MailRow, reader: Reader, { tokens, publicUrl }: Pick<Deps, 'tokens' | 'publicUrl'>): Promise<string> {
  const { agency, member } = reader;
  assert(row.returnUrl, 'a mail with a link has a page');
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
