import assert from 'node:assert/strict';
import type { Mode } from './agency.ts';

/** Test and live are two worlds. "Start anew" raises the number of the test world; nothing is deleted. */
export type World = 'live' | `test.${number}`;

export const modeOf = (world: World): Mode => (world === 'live' ? 'live' : 'test');

/** Whose documents a model function may see. It is the first argument everywhere, and comes only from a verified credential. */
export interface AgencyScope {
  agencyId: string;
  world: World;
}

/** One client of the agency. `subject` names its account in the ledger and nothing else, so that it can outlive the person. */
export interface ClientScope extends AgencyScope {
  clientId: string;
  subject: string;
}

/** The filter that every query on an agency's documents starts with. Throws where there is no scope. */
export function within(scope: AgencyScope): AgencyScope {
  const { agencyId, world } = scope;
  assert(typeof agencyId === 'string' && agencyId !== '', 'a model was called without its agency');
  assert(world === 'live' || /^test\.\d+$/.test(world), 'a model was called without its world');
  return { agencyId, world };
}

/** The filter of what belongs to clients: an agency sees all of it, a client its own alone. */
export const visibleTo = (scope: AgencyScope | ClientScope): AgencyScope & { clientId?: string } => ({
  ...within(scope),
  ...('clientId' in scope && { clientId: scope.clientId }),
});
