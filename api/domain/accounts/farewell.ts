import type { Client } from '../../models/client.ts';
import { scopeOf } from '../../models/client.ts';
import { type MailRow, queueMail } from '../../models/mail.ts';
import type { Keys } from '../../security/keys.ts';
import { seal, unseal } from '../../security/seal.ts';

const sealedFor = ({ agencyId, clientId }: Pick<MailRow, 'agencyId' | 'clientId'>) => ({ agencyId, field: `mail.deleted.${clientId}` });

/** Queues the mail about a deletion before the address is erased. One that nobody has confirmed may be a stranger's, and is told nothing. */
export async function tellOfDeletion(client: Client, memberId: string, keys: Keys): Promise<void> {
  const member = client.members.find(({ id }) => id === memberId);
  if (member?.emailVerifiedAt === undefined) return;
  const scope = scopeOf(client);
  const to = seal(keys, sealedFor(scope), member.email);
  await queueMail(scope, { kind: 'deleted', cause: `deleted/${client._id}`, memberId, to });
}

/** @returns the address of a deleted account; undefined once its mail was settled */
export const farewellAddress = (row: MailRow, keys: Keys): string | undefined => row.to && unseal(keys, sealedFor(row), row.to);
