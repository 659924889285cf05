import { refuse } from '../contract/refusal.ts';
import { openApi } from '../http/openapi.ts';
import { answer, answerFixed, type Route } from '../http/route.ts';
import type { Deps } from '../ports/index.ts';

export interface SystemState {
  isDatabaseReachable(): Promise<boolean>;
}

export const systemRoutes = (deps: Deps, { isDatabaseReachable }: SystemState): Route[] => {
  // Anybody may ask, as often as they like: those who ask at the same moment share one answer of the database.
  let asking: Promise<boolean> | undefined;
  const isReachable = () =>
    (asking ??= isDatabaseReachable().finally(() => {
      asking = undefined;
    }));
  return [
    // Made when it is first asked for: it is a tenth of the start, and most processes are never asked.
    answerFixed('system.openapi', () => openApi(deps.publicUrl)),
    answer('system.live', async () => ({ ok: true as const })),
    answer('system.ready', async () => {
      if (deps.draining.aborted || !(await isReachable())) refuse('server.no_database');
      return { ok: true as const, troubles: [...deps.troubles].sort() };
    }),
  ];
};
