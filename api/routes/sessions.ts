import {
  closeAllSessions,
  closeOneSession,
  closeSession,
  knownPage,
  mintSession,
  refreshSession,
  showSessions,
} from '../domain/accounts/sessions.ts';
import { answer, answerKnown, type Route } from '../http/route.ts';
import type { Deps } from '../ports/index.ts';

export const sessionRoutes = (deps: Deps): Route[] => [
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
];
