import { disableClient, enableClient, endClientSessions, findClient } from '../domain/accounts/access.ts';
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
import { changeEmail, changePassword, keepEmail, linkClient, signLinkToken, unlinkClient } from '../domain/accounts/credentials.ts';
import { showAccount, updateAccount } from '../domain/accounts/own.ts';
import {
  closeAllSessions,
  closeOneSession,
  closeSession,
  knownPage,
  mintSession,
  refreshSession,
  showSessions,
} from '../domain/accounts/sessions.ts';
import { clientIdOf, memberIdOf } from '../http/caller.ts';
import { answer, answerAnew, answerKnown, type Route } from '../http/route.ts';
import type { Deps } from '../ports/index.ts';

export const accountRoutes = (deps: Deps): Route[] => [
  answerAnew(
    'accounts.signUp',
    ({ access }, input, { seed, address }) => signUp(access, input, { seed, address }, deps),
    ({ clientId }, { access }, { publicKey }, { address, req }) =>
      signInAfterSignUp(access, clientId, { publicKey, address, userAgent: req.headers['user-agent'] }, deps),
  ),
  answerKnown(
    'accounts.signIn',
    ({ access }, input, { address }) => knownMember(access, input, address, deps),
    ({ access }, input, { address, req }) => signIn(access, input, { address, userAgent: req.headers['user-agent'] }, deps),
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
  answer('accounts.read', (caller, { clientId }) => showAccount(caller.access, clientIdOf(caller, clientId), memberIdOf(caller))),
  answer('accounts.update', (caller, input) =>
    updateAccount(caller.access, { clientId: clientIdOf(caller, input.clientId), memberId: memberIdOf(caller) }, input),
  ),
  answer('accounts.changePassword', (self, input, { address }) => changePassword(self, input, address, deps)),
  answer('accounts.changeEmail', (self, input, { address, seed }) => changeEmail(self, input, { address, seed }, deps)),
  answer('accounts.keepEmail', (self) => keepEmail(self)),
  answer('accounts.linkToken', (self, { password }, { address }) => signLinkToken(self, password, address, deps)),
  answer('clients.find', ({ access }, input) => findClient(access, input)),
  answer('clients.link', ({ access }, input) => linkClient(access, input, deps)),
  answer('clients.unlink', ({ access }, { clientId }) => unlinkClient(access, clientId, deps)),
  answer('sessions.mint', ({ access }, input) => mintSession(access, input, deps)),
  answerKnown(
    'sessions.refresh',
    ({ access }, { refreshToken }) => knownPage(access.scope, refreshToken),
    async ({ access }, input, { url }) => {
      const { session } = await refreshSession(access.scope, input, { url, deps });
      return { session };
    },
  ),
  answer('sessions.list', (caller) => showSessions(caller)),
  answer('sessions.endOne', (caller, { sessionId }) => closeOneSession(caller, sessionId, deps)),
  answer('sessions.endAll', (caller) => closeAllSessions(caller, deps)),
  answer('sessions.end', ({ scope, sid }) => closeSession(scope, sid, deps)),
  answer('clients.disable', ({ access }, { clientId }) => disableClient(access, clientId, deps)),
  answer('clients.enable', ({ access }, { clientId }) => enableClient(access, clientId, deps)),
  answer('clients.endSessions', ({ access }, { clientId }) => endClientSessions(access, clientId, deps)),
];
