import type { Deps } from '../domain/ports.ts';
import { closeSession, mintSession, refreshSession } from '../domain/sessions.ts';
import { answer, type Route } from '../http/route.ts';

export const sessionRoutes = (deps: Deps): Route[] => [
  answer('sessions.mint', ({ access }, input) => mintSession(access, input, deps)),
  answer('sessions.refresh', async ({ access }, input, { url }) => {
    const { session } = await refreshSession(access.scope, input, { url, deps });
    return { session };
  }),
  answer('sessions.end', ({ scope, sid }) => closeSession(scope, sid, deps)),
];
