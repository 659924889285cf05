import { enter, requestReset, resetPassword, sendVerification, signIn, signUp, verifyEmail } from '../domain/accounts.ts';
import type { Deps } from '../domain/ports.ts';
import { answer, answerAnew, type Route } from '../http/route.ts';

export const accountRoutes = (deps: Deps): Route[] => [
  answerAnew(
    'accounts.signUp',
    ({ access }, input, { seed }) => signUp(access, input, seed, deps),
    ({ clientId }, { access }, { publicKey }) => enter(access, clientId, publicKey, deps),
  ),
  answer('accounts.signIn', ({ access }, input) => signIn(access, input, deps)),
  answer('accounts.verifyEmail', ({ access }, { token }) => verifyEmail(access, token, deps)),
  answer('accounts.sendVerification', ({ access, scope, memberId }, { returnUrl }, { seed }) =>
    sendVerification(access, scope, memberId, { returnUrl, seed }, deps),
  ),
  answer('accounts.requestReset', ({ access }, input) => requestReset(access, input, deps)),
  answer('accounts.reset', ({ access }, input) => resetPassword(access, input, deps)),
];
