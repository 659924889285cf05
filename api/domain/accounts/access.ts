import type { Output } from '../../contract/index.ts';
import { scopeOf, setDisabled } from '../../models/client.ts';
import { endSessions } from '../../models/session.ts';
import type { AgencyAccess, Deps } from '../../ports/index.ts';
import { requireClient } from './clients.ts';

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
