import assert from 'node:assert/strict';
import { type Member, readClient } from '../models/client.ts';
import type { MailRow } from '../models/mail.ts';
import type { Deps } from './ports.ts';

/** What makes a link good for one state of the member: another address, or a password changed since, and it is void. */
export const stampOf = {
  verify: (member: Member) => member.email,
  reset: (member: Member) => String(member.passwordVersion),
};

/**
 * The agency's page with a new token in its fragment, which browsers send to no server. Made when the mail is sent,
 * so that no token lies in the database.
 */
export async function linkOf(row: MailRow, { tokens }: Pick<Deps, 'tokens'>): Promise<string> {
  const client = await readClient(row, row.clientId);
  const member = client?.members.find(({ id }) => id === row.memberId);
  assert(member && row.returnUrl, 'a mail with a link has a reader and a page');
  const kind = row.kind === 'reset' ? 'reset' : 'verify';
  const token = tokens.signLink(kind, {
    agencyId: row.agencyId,
    world: row.world,
    clientId: row.clientId,
    memberId: member.id,
    stamp: stampOf[kind](member),
  });
  const page = new URL(row.returnUrl);
  page.hash = `wl-${kind}=${token}`;
  return page.href;
}
