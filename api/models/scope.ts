import assert from 'node:assert/strict';
import type { Mode } from './agency.ts';

/** Test and live are two worlds. "Start anew" increases the number of the test world and deletes nothing. */
export type World = 'live' | `test.${number}`;

export const modeOf = (world: World): Mode => (world === 'live' ? 'live' : 'test');

/** The documents that a model function may see. It is the first argument everywhere, and comes only from a verified credential. */
export interface AgencyScope {
  agencyId: string;
  world: World;
}

/** One client of the agency. `subject` only names its account in the ledger, so that the account can outlive the person. */
export interface ClientScope extends AgencyScope {
  clientId: string;
  subject: string;
}

/** Returns the filter that begins every query on an agency's documents. Throws without a scope. */
export function within(scope: AgencyScope): AgencyScope {
  const { agencyId, world } = scope;
  assert(typeof agencyId === 'string' && agencyId !== '', 'a model was called without its agency');
  assert(world === 'live' || /^test\.\d+$/.test(world), 'a model was called without its world');
  return { agencyId, world };
}

/** Returns the filter of documents that belong to clients: an agency sees all, a client only its own. */
export const visibleTo = (scope: AgencyScope | ClientScope): AgencyScope & { clientId?: string } => ({
  ...within(scope),
  ...('clientId' in scope && { clientId: scope.clientId }),
});
