import type { Operation } from '../contract/index.ts';
import { alertOfOrigins } from '../domain/journal/alerts.ts';
import { recordAct } from '../domain/journal/journal.ts';
import { changedState, isShared, type State, stateOfAgency, stateOfClient, type Values } from '../domain/journal/values.ts';
import type { AgencyAccess, AgencyScope, Log } from '../ports/index.ts';
import { type Caller, kindOf } from './callers/index.ts';

interface JournaledRequest {
  name: string;
  operation: Operation;
  caller: Caller;
  input: unknown;
  /** The seed of the attempt, so that it is recorded once even if it is finished twice. */
  seed: string;
  requestId: string;
  log: Log;
}

/**
 * Does what an agency or the platform asked for, and writes it into the agency's journal: the one place where that happens. Written
 * after the work and before the answer: whoever has an answer finds the entry. Where the journal cannot be written the answer is an
 * error although the work is done, and the log says so; with an idempotency key the same attempt then writes what is missing.
 */
export async function runJournaled(request: JournaledRequest, work: () => Promise<unknown>): Promise<unknown> {
  const { caller, operation, name, input, seed, requestId, log } = request;
  const actor = isJournaled(caller, operation) ? kindOf(caller).actorOf?.(caller) : undefined;
  if (actor === undefined) return work();
  const asked = targetOf(caller, input);
  const before = await asked?.read();
  const answer = await work();
  const target = asked ?? targetOf(caller, { agencyId: (answer as { id?: unknown }).id });
  if (!target) return answer;
  const after = await target.read();
  const changed = changedState(before, after);
  const isSame = Object.keys(changed.after).length === 0 && before?.version === after.version;
  if (operation.journaledIfChanged && isSame) return answer;
  const act = {
    cause: `${name}/${seed}`,
    actor,
    mode: !('access' in caller) || operation.forBothModes || isShared(changed.after) ? null : caller.access.mode,
    action: name,
    target: target.id,
    ...changed,
    reason: reasonIn(input),
    requestId,
  };
  await recordAct(target.agencyId, act).catch((error: unknown) => {
    log.error(
      { agencyId: target.agencyId, action: name, target: target.id, requestId },
      'journal.write_failed: an act was done but could not be journaled',
    );
    throw error;
  });
  if ('access' in caller) await alertOfOrigins(caller.access, { ...act, added: originsAdded(changed) }, log);
  return answer;
}

/** Lists the pages that may use the live key now and could not before. */
function originsAdded({ before, after }: { before: Values; after: Values }): string[] {
  const [was, is] = [before, after].map((values) => values['live.origins']) as [string[]?, string[]?]; // under their names in the journal
  return (is ?? []).filter((origin) => !was?.includes(origin));
}

export const isJournaled = (caller: Pick<Caller, 'kind'>, { method, unjournaled, journaledForClients }: Operation): boolean =>
  method === 'POST' &&
  unjournaled === undefined &&
  kindOf(caller).actorOf !== undefined &&
  (caller.kind !== 'client' || journaledForClients === true);

interface Target {
  agencyId: string;
  id: string;
  read(): Promise<State>;
}

/** Returns the subject of an action: the calling client or one that the input names, otherwise the named or calling agency. */
function targetOf(caller: Caller, input: unknown): Target | undefined {
  if (caller.kind === 'client') return clientTarget(caller.scope, caller.scope.clientId);
  const { clientId, agencyId } = input as { clientId?: unknown; agencyId?: unknown };
  if ('access' in caller) {
    const { scope, mode } = caller.access;
    return typeof clientId === 'string' ? clientTarget(scope, clientId) : agencyTarget(scope.agencyId, mode);
  }
  return typeof agencyId === 'string' ? agencyTarget(agencyId, null) : undefined;
}

const clientTarget = (scope: AgencyScope, id: string): Target => ({
  agencyId: scope.agencyId,
  id,
  read: () => stateOfClient(scope, id),
});
const agencyTarget = (agencyId: string, mode: AgencyAccess['mode'] | null): Target => ({
  agencyId,
  id: agencyId,
  read: () => stateOfAgency(agencyId, mode),
});

function reasonIn(input: unknown): string | null {
  const { reason, description } = input as { reason?: unknown; description?: unknown };
  return typeof reason === 'string' ? reason : typeof description === 'string' ? description : null;
}
