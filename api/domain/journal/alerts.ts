import { LRUCache } from 'lru-cache';
import { Refusal } from '../../contract/refusal.ts';
import type { AlertAction } from '../../contract/sentences.ts';
import { queueAgencyMail } from '../../models/mail.ts';
import { describeCause, meaningOf } from '../../ports/causes.ts';
import { type AgencyAccess, type AgencyScope, type Deps, type Log, ProviderError } from '../../ports/index.ts';
import { type JournaledAct, recordAct } from './journal.ts';

const written = new LRUCache<string, true>({ max: 10_000 });

/**
 * Records in the agency's journal that one of its keys was refused: once an hour for each kind and mode across all processes, so that a
 * flood does not fill the journal. Real time.
 */
export async function alertAgency(
  { agency, mode }: AgencyAccess,
  { action, ...seen }: { action: AlertAction; actor: string; origin: string | undefined; requestId: string },
  log: Log,
): Promise<void> {
  const cause = `${action}/${mode}/${new Date().toISOString().slice(0, 13)}`;
  const { actor, origin, requestId } = seen;
  const entry = { cause, actor, mode, action, target: agency._id, before: {}, after: { origin: origin ?? null } };
  await recordOnce(agency._id, { ...entry, reason: null, requestId }, log, (act) => recordAct(agency._id, act));
}

/** Records in the agency's journal that further pages may use its live key. */
export async function alertOfOrigins(
  { agency }: AgencyAccess,
  { added, actor, requestId }: { added: readonly string[]; actor: string; requestId: string },
  log: Log,
): Promise<void> {
  if (added.length === 0) return;
  const action = 'alert.origin_added';
  const act = { cause: `${action}/${requestId}`, actor, mode: 'live', action, target: agency._id, requestId } as const;
  const seen = { before: {}, after: { origins: added }, reason: null };
  await recordOnce(agency._id, { ...act, ...seen }, log, (entry) => recordAct(agency._id, entry));
}

/**
 * Tells the agency the consequences of a provider's refusal, if it can do something: by mail and in its journal, once a day for each notice
 * and world across all processes. Business time.
 * @param requestId empty if no request caused it
 */
export async function alertOfProvider(
  scope: AgencyScope,
  refusal: unknown,
  { log, now }: Pick<Deps, 'log' | 'now'>,
  requestId = '',
): Promise<void> {
  const cause = refusal instanceof Refusal ? refusal.cause : undefined;
  const notice = cause instanceof ProviderError ? cause.meaning?.agency : undefined;
  if (!(cause instanceof ProviderError) || !notice) return;
  const { agencyId, world } = scope;
  const name = `notice/${notice}/${world}/${now().toISOString().slice(0, 10)}`;
  const act = {
    cause: name,
    actor: cause.provider,
    mode: world === 'live' ? 'live' : 'test',
    action: 'alert.provider',
    target: notice,
  } as const;
  const seen = { before: {}, after: { status: cause.words.status ?? null }, reason: null, requestId };
  await recordOnce(agencyId, { ...act, ...seen }, log, async (entry) => {
    await queueAgencyMail(scope, { kind: 'notice', cause: name, notice });
    await recordAct(agencyId, entry);
  });
}

/**
 * Logs a final refusal of a provider and tells the agency. Throws any other error, because a repetition may succeed.
 * @returns the refusal, whose code the caller gets
 */
export async function refusedForGood(scope: AgencyScope, error: unknown, about: object, deps: Pick<Deps, 'log' | 'now'>): Promise<Refusal> {
  if (!(error instanceof Refusal && meaningOf(error)?.lasts === 'definite')) throw error;
  const why = { agencyId: scope.agencyId, ...about, code: error.code, cause: describeCause(error.cause) };
  deps.log.error(why, 'provider.refused: it is not tried again');
  await alertOfProvider(scope, error, deps);
  return error;
}

/** Records an alert once, and remembers it. If recording fails, the refusal still stands, and the failure is logged. */
async function recordOnce(agencyId: string, act: JournaledAct, log: Log, tell: (act: JournaledAct) => Promise<void>): Promise<void> {
  const name = `${agencyId}/${act.cause}`;
  if (written.has(name)) return;
  written.set(name, true);
  try {
    await tell(act);
  } catch (error) {
    written.delete(name);
    log.error({ agencyId, action: act.action, cause: describeCause(error) }, 'alert.failed: an alert could not be told');
  }
}
