import {
  knownHolder,
  knownMember,
  requestReset,
  resetPassword,
  sendVerification,
  signIn,
  signInAfterSignUp,
  signUp,
  verifyEmail,
} from '../domain/accounts/accounts.ts';
import { answer, answerAnew, answerKnown, type Route } from '../http/route.ts';
import type { Deps } from '../ports/index.ts';

export const accountRoutes = (deps: Deps): Route[] => [
  answerAnew(
    'accounts.signUp',
    ({ access }, input, { seed, address }) => signUp(access, input, { seed, address }, deps),
    ({ clientId }, { access }, { publicKey }, { address }) => signInAfterSignUp(access, clientId, { publicKey, address }, deps),
  ),
  answerKnown(
    'accounts.signIn',
    ({ access }, input, { address }) => knownMember(access, input, address, deps),
    ({ access }, input, { address }) => signIn(access, input, address, deps),
  ),
  answerKnown(
    'accounts.verifyEmail',
    ({ access }, { token }) => knownHolder(access, 'verify', token, deps),
    ({ access }, { token }) => verifyEmail(access, token, deps),
  ),
  answer('accounts.sendVerification', ({ access, scope, memberId }, { returnUrl }, { seed }) =>
    sendVerification(access, scope, memberId, { returnUrl, seed }, deps),
  ),
  answer('accounts.requestReset', ({ access }, input) => requestReset(access, input, deps)),
  answerKnown(
    'accounts.reset',
    ({ access }, { token }) => knownHolder(access, 'reset', token, deps),
    ({ access }, input, { address }) => resetPassword(access, input, address, deps),
  ),
];
