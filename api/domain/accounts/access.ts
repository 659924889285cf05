import type { Output, Parsed } from '../../contract/index.ts';
import { refuse } from '../../contract/refusal.ts';
import { findClientByExternalId, findClientByLogin, scopeOf, setDisabled } from '../../models/client.ts';
import { endSessions } from '../../models/session.ts';
import type { AgencyAccess, Deps } from '../../ports/index.ts';
import { requireClient } from './clients.ts';

/** Finds a client by the address of its member, or by the agency's own id. A username is no address. Refuses with `client.not_found`. */
export async function findClient({ scope }: AgencyAccess, { email, externalId }: Parsed<'clients.find'>): Promise<Output<'clients.find'>> {
  const client = email === undefined ? await findClientByExternalId(scope, externalId ?? '') : await findClientByLogin(scope, email);
  const member = client?.members.find((one) => email === undefined || one.email === email);
  if (!client || !member) return refuse('client.not_found');
  return {
    clientId: client._id,
    firstName: member.firstName,
    lastName: member.lastName,
    email: member.email,
    emailVerified: member.emailVerifiedAt !== undefined,
    externalId: client.externalId ?? null,
    disabled: client.disabledAt !== undefined,
    createdAt: client.createdAt.toISOString(),
  };
}

/**
 * Disables a client. Its sessions end for good; after it is enabled again, its members sign in again. Purchases continue, because paid
 * money is credited even to a disabled client.
 */
export async function disableClient({ scope }: AgencyAccess, clientId: string, deps: Deps): Promise<Output<'clients.disable'>> {
  const client = scopeOf(await requireClient(scope, clientId));
  // Marks the client first, so that a sign-in between the two steps is refused.
  await setDisabled(client, deps.now());
  await endSessions(client);
  deps.directory.forget();
  return { clientId, disabled: true };
}

export async function enableClient({ scope }: AgencyAccess, clientId: string, deps: Deps): Promise<Output<'clients.enable'>> {
  await setDisabled(scopeOf(await requireClient(scope, clientId)), undefined);
  deps.directory.forget();
  return { clientId, disabled: false };
}

export async function endClientSessions({ scope }: AgencyAccess, clientId: string, deps: Deps): Promise<Output<'clients.endSessions'>> {
  const ended = await endSessions(scopeOf(await requireClient(scope, clientId)));
  deps.directory.forget();
  return { ended };
}
