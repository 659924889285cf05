import type { Output, Parsed } from '../../contract/index.ts';
import { Refusal, refuse } from '../../contract/refusal.ts';
import { findAgent } from '../../models/agent.ts';
import { changeNumber, claimRoute, type PhoneNumber, putOffRoute, readNumber } from '../../models/number.ts';
import type { ClientScope } from '../../models/scope.ts';
import type { AnsweredNumber, Deps, TelephonyAccess } from '../../ports/index.ts';
import { HOUR_MS, later, MINUTE_MS } from '../../rules/time.ts';
import { unseal } from '../../security/seal.ts';
import { backOff, type DueWork, workThrough } from '../due/due.ts';
import { agencyTelephonyOf, requireVoice, telephonyOf, voiceOf } from '../integrations/provider-accounts.ts';
import { refusedForGood } from '../journal/alerts.ts';
import { numberView, requireNumber } from './view.ts';

/** Longer than telling the providers takes. */
const LEASE_MS = MINUTE_MS;
const BACKOFF_MS = 10_000;
/** A choice may change while the providers are told; more often is a client that never decides. */
const LOOKS_MAX = 5;

/** The due work of telling the providers where calls go: after purchases, and where a process died or a provider was silent. */
export const dueRoutes = (deps: Deps): DueWork<PhoneNumber> => ({
  name: 'number.route',
  claim: claimRoute,
  leaseMs: LEASE_MS,
  async lookAfter(row) {
    try {
      await settleRoute(row, deps);
    } catch (error) {
      await refusedForGood(row, error, { numberId: row._id }, deps);
      await changeNumber(row, row._id, { routeAt: row.routeAt }, { unset: ['routeAt', 'routeChecks'] });
    }
  },
  putOff: putOffRoute,
  restMs: ({ routeChecks = 1 }) => backOff(routeChecks - 1, BACKOFF_MS, HOUR_MS),
  about: ({ _id: numberId }) => ({ numberId }),
});

/** Tells the providers all that is due. */
export const tellRoutes = (deps: Deps): Promise<number> => workThrough(dueRoutes(deps), deps);

/**
 * Chooses the agent that takes the calls of a number. The choice is stored first, so that it is told to the providers even if this process
 * dies; where they refuse it, the choice before stands, and they are told that again.
 */
export async function assignNumber(
  scope: ClientScope,
  { numberId, agentId }: Parsed<'numbers.assign'>,
  deps: Deps,
): Promise<Output<'numbers.assign'>> {
  const row = await requireNumber(scope, numberId);
  if (row.state === 'released' || row.isGoing) refuse('number.not_found');
  if (agentId !== null && !(await findAgent(scope, agentId))) refuse('agent.not_found', { param: 'agentId' });
  const chosen = await choose(row, agentId ?? undefined, deps);
  if (row.way === 'manual') return numberView(chosen);
  deps.reached('number.after_choice');
  try {
    return await numberView(await settleRoute(chosen, deps));
  } catch (error) {
    const failed = error instanceof Refusal && (await readNumber(scope, numberId));
    if (failed && failed.agentId === chosen.agentId) await choose(failed, row.agentId, deps);
    throw error;
  }
}

/** Stores a choice, and that the providers have to be told. Only its owner knows where the calls of a number typed in by hand go. */
async function choose(row: PhoneNumber, agentId: string | undefined, { now }: Deps): Promise<PhoneNumber> {
  const told = row.way === 'manual' ? {} : { routeAt: later(now(), LEASE_MS) };
  const change = {
    set: { ...told, ...(agentId !== undefined && { agentId }) },
    unset: agentId === undefined ? (['agentId'] as const) : [],
  };
  const changed = await changeNumber(row, row._id, { state: row.state }, change);
  return changed === null || changed === 'taken' ? refuse('number.not_found') : changed;
}

/** Tells the providers until they know the present choice. Refuses if one of them does. @returns the number as it is then */
async function settleRoute(told: PhoneNumber, deps: Deps): Promise<PhoneNumber> {
  let row = told;
  for (let looks = 1; looks < LOOKS_MAX; looks += 1) {
    const isLed = await tellProviders(row, deps);
    deps.reached('number.after_route');
    const unset = ['routeAt', 'routeChecks', ...(isLed ? [] : (['isRouted'] as const))] as const;
    const settled = await changeNumber(row, row._id, { state: row.state, agentId: row.agentId }, { unset });
    if (settled !== null && settled !== 'taken') return settled;
    row = (await readNumber(row, row._id)) ?? refuse('number.not_found');
    if (row.state === 'released') return row;
  }
  return row;
}

/** Numbers that were bought here ring at once for the chosen agent; those of the client's own keep their way until one is chosen. */
const isOurs = ({ way }: PhoneNumber): boolean => way === 'bought' || way === 'inventory';

/** @returns whether its calls are led to the voice provider from then on */
async function tellProviders(row: PhoneNumber, deps: Deps): Promise<boolean> {
  const agent = row.agentId === undefined ? null : await findAgent(scopeOfNumber(row), row.agentId);
  if (agent === null && !isOurs(row)) {
    await endRoute(row, deps);
    return false;
  }
  const voice = agent ? await requireVoice(row, deps) : await voiceOf(row, deps);
  if (!voice) return false;
  // Noted first, so that whatever a dying process has told can be undone.
  if (!row.isRouted) await changeNumber(row, row._id, { state: row.state }, { set: { isRouted: true } });
  const trunk = row.trunk ? ownTrunk(row, deps) : { host: await routeAtTelephony(row, deps) };
  await deps.voice.answerNumber(voice, { number: row.number, trunk, agentId: agent?.providerAgentId ?? null });
  return true;
}

async function routeAtTelephony(row: PhoneNumber, deps: Deps): Promise<string> {
  const account = (await accountOf(row, deps)) ?? refuse('telephony.not_configured');
  return deps.telephony.routeNumber(account, row.sid ?? '', deps.voice.address);
}

function ownTrunk({ _id, agencyId, trunk }: PhoneNumber, { keys }: Deps): AnsweredNumber['trunk'] {
  const { host = '', port, transport = 'tcp', username, password } = trunk ?? {};
  const opened = password && unseal(keys, { agencyId, field: `trunk.${_id}.password` }, password);
  return { host: port === undefined ? host : `${host}:${port}`, transport, username, password: opened };
}

/**
 * Takes a number from the agents: nobody there knows it any more, and its owner's own settings count again. A provider that refuses for
 * good does not keep the number; the agency is told.
 */
export async function endRoute(row: PhoneNumber, deps: Deps): Promise<void> {
  if (!row.isRouted) return;
  try {
    const voice = await voiceOf(row, deps);
    if (voice) await deps.voice.forgetNumber(voice, row.number);
    const account = row.way === 'bought' && row.isGoing ? undefined : await accountOf(row, deps);
    if (account && row.sid !== undefined) await deps.telephony.unrouteNumber(account, row.sid);
  } catch (error) {
    await refusedForGood(row, error, { numberId: row._id }, deps);
  }
}

/** Opens the account that holds a number: the client's own or the agency's. Undefined if another one is connected by now. */
async function accountOf(row: PhoneNumber, deps: Deps): Promise<TelephonyAccess | undefined> {
  const account = row.way === 'account' ? await telephonyOf(scopeOfNumber(row), deps) : await agencyTelephonyOf(row, deps);
  return account?.accountSid === row.accountSid ? account : undefined;
}

const scopeOfNumber = ({ agencyId, world, clientId, subject }: PhoneNumber): ClientScope => ({ agencyId, world, clientId, subject });

type Listener = () => void;
const listeners = new Set<Listener>();

/** Calls back when this process has a route to tell. @returns a function that ends it */
export function onRouteDue(listener: Listener): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

export function announceRoute(): void {
  for (const listener of listeners) listener();
}
