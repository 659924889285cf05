import type { Request } from 'express';
import { refuse } from '../../contract/refusal.ts';
import type { AlertAction } from '../../contract/sentences.ts';
import { alertAgency } from '../../domain/journal/alerts.ts';
import type { AgencyAccess, Deps } from '../../ports/index.ts';
import { originOf } from '../../rules/origin.ts';

/**
 * Tells an agency that one of its keys was refused.
 * @param actor who used the key, as far as it is known
 */
export function alertOfCaller(access: AgencyAccess, action: AlertAction, req: Request, deps: Deps, actor = 'anyone'): Promise<void> {
  const requestId = String(req.res?.getHeader('Request-Id'));
  return alertAgency(access, { action, actor, origin: originOf(req.headers.origin ?? ''), requestId }, deps.log);
}

/** Refuses an agency's secret key that came from a page, and tells its agency if it is a good one. */
export async function refuseSecretInBrowser(key: string, req: Request, deps: Deps): Promise<never> {
  const access = await deps.directory.bySecretKey(key);
  if (access) await alertOfCaller(access, 'alert.key_in_browser', req, deps, `key …${key.slice(-4)}`);
  refuse('key.in_browser');
}
