import { refuse } from '../../contract/refusal.ts';
import { changeAccount, findClientByLogin } from '../../models/client.ts';
import type { Holder } from './clients.ts';

/** Puts the new address of a member in the place of its present one. Refuses with `email.taken` if another client has it by now. */
export async function takeNewEmail({ client, member }: Holder, email: string): Promise<void> {
  const logins = [...new Set([email, ...(client.logins ?? []).filter((login) => login !== member.email)])];
  const result = await changeAccount(client, member.id, { member: { email, newEmail: null }, logins });
  if (result === 'login') refuse('email.taken', { param: 'email' });
  if (result === 'moved') refuse('server.busy');
}

/** Tells whether another client signs in by the member's new address. */
export async function isNewEmailTaken({ client, member }: Holder): Promise<boolean> {
  const other = member.newEmail === undefined ? null : await findClientByLogin(client, member.newEmail);
  return other !== null && other._id !== client._id && other.members.some(({ email }) => email === member.newEmail);
}
