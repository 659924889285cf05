import type { Input, Output } from '../../api/contract/index.ts';
import { writeSaved } from './key-store.ts';
import type { Kit } from './kit.ts';
import { Refused, refusalOf } from './refused.ts';
import { ALGORITHM, publicHalf, type Session } from './session.ts';

/** Makes the key that the session will be bound to, where the browser has none. @returns its public half */
export async function makeKey(session: Session): Promise<Input<'accounts.signIn'>['publicKey']> {
  if (!globalThis.crypto?.subtle) throw new Refused('insecure');
  if (!session.saved) {
    session.saved = { keys: await crypto.subtle.generateKey(ALGORITHM, false, ['sign', 'verify']) };
    // Stored before it is used: a sign-up that is repeated after a reload must say the same as the first time.
    await writeSaved(session.key, session.saved).catch(() => {});
  }
  return publicHalf(session.saved.keys);
}

/** Somebody signed up or in: from here on everything is theirs. */
async function takeOver(kit: Kit, { account, session, balance }: Output<'accounts.signIn'>): Promise<void> {
  await kit.session.take(session);
  kit.confirmed = undefined;
  // Its clients read nothing of what a portal tells visitors.
  if (kit.data?.clientsOnly) kit.data = { ...kit.data, notice: null };
  kit.meet(account, balance);
  kit.tabs?.postMessage('signed-in');
}

/** Creates a client with its first member, who is signed in then. */
export async function signUp(kit: Kit, input: Omit<Input<'accounts.signUp'>, 'publicKey'>): Promise<void> {
  const answer = await kit.attempt('accounts.signUp', { ...input, publicKey: await makeKey(kit.session) });
  await takeOver(kit, answer);
  kit.announce('wl-signed-up', { clientId: answer.account.clientId, memberId: answer.account.memberId });
}

export async function signIn(kit: Kit, input: Omit<Input<'accounts.signIn'>, 'publicKey'>): Promise<void> {
  const answer = await kit.call('accounts.signIn', { ...input, publicKey: await makeKey(kit.session) });
  await takeOver(kit, answer);
  kit.announce('wl-signed-in', { clientId: answer.account.clientId, memberId: answer.account.memberId });
}

/**
 * Confirms the e-mail whose link was opened on this page.
 * @throws Refused where another try may do
 */
export async function confirmEmail(kit: Kit, token: string): Promise<void> {
  try {
    kit.confirmed = await kit.call('accounts.verifyEmail', { token });
    kit.announce('wl-email-verified', { email: kit.confirmed.email, credits: kit.confirmed.grantedMillis });
    kit.tabs?.postMessage('email-confirmed');
  } catch (error) {
    kit.confirmed = refusalOf(error);
    if (kit.confirmed.retry) throw kit.confirmed;
  }
  kit.fragment = {};
}
