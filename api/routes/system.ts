import { refuse } from '../contract/refusal.ts';
import type { Deps } from '../domain/ports.ts';
import { openApi } from '../http/openapi.ts';
import { answer, type Route } from '../http/route.ts';

export interface SystemState {
  isDatabaseReachable(): Promise<boolean>;
}

export const systemRoutes = (deps: Deps, { isDatabaseReachable }: SystemState): Route[] => {
  // Made when it is first asked for: it is a tenth of the start, and most processes are never asked.
  let specification: ReturnType<typeof openApi> | undefined;
  return [
    answer('system.openapi', async () => {
      specification ??= openApi(deps.publicUrl);
      return specification;
    }),
    answer('system.live', async () => ({ ok: true as const })),
    answer('system.ready', async () => {
      if (deps.draining.aborted || !(await isDatabaseReachable())) refuse('server.no_database');
      return { ok: true as const, troubles: [...deps.troubles].sort() };
    }),
  ];
};
