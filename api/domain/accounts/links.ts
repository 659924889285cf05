import assert from 'node:assert/strict';
import { type Agency, agencyById } from '../../models/agency.ts';
import { type Member, readClient } from '../../models/client.ts';
import type { MailRow } from '../../models/mail.ts';
import { modeOf } from '../../models/scope.ts';
import type { Deps } from '../../ports/index.ts';
import { mailedPage } from '../../rules/mailed-page.ts';
import { subdomainOf } from '../../rules/origin.ts';
import { readPortal } from '../directory/portal.ts';
import { isHostedPage, pathOfPage } from '../directory/return-url.ts';

/** What makes a link good for one state of the member: another address, or a password changed since, and it is void. */
export const stampOf = {
  verify: (member: Member) => member.email,
  reset: (member: Member) => String(member.passwordVersion),
};

/**
 * The agency's page with a new token in its fragment, which browsers send to no server. Made when the mail is sent,
 * so that no token lies in the database.
 */
export async function linkOf(row: MailRow, { tokens, publicUrl }: Pick<Deps, 'tokens' | 'publicUrl'>): Promise<string> {
  const [agency, client] = await Promise.all([agencyById(row.agencyId), readClient(row, row.clientId)]);
  const member = client?.members.find(({ id }) => id === row.memberId);
  assert(agency && member && row.returnUrl, 'a mail with a link has an agency, a reader and a page');
  const kind = row.kind === 'reset' ? 'reset' : 'verify';
  const token = tokens.signLink(kind, {
    agencyId: row.agencyId,
    world: row.world,
    clientId: row.clientId,
    memberId: member.id,
    stamp: stampOf[kind](member),
  });
  const page = await pageOf(agency, { world: row.world, wanted: new URL(row.returnUrl) }, publicUrl);
  page.hash = `wl-${kind}=${token}`;
  return page.href;
}

/**
 * Where a link leads. Whoever knows an address can have a mail sent there and name the page: where that says more than a page has to be
 * called, the agency's hosted page takes its place, or the front page of the same site where none is open.
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
  // On a page with widgets of several agencies it says whose answer this is.
  const key = wanted.searchParams.get('wl-key');
  if (agency.publishableKeys.some((known) => known.key === key)) page.searchParams.append('wl-key', key ?? '');
  return page;
}
