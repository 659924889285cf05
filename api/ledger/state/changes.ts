import type { ClientScope } from '../../models/scope.ts';
import type { ClientState } from '../../models/transfer.ts';
import { clientOf, debtTo, heldAt, issuedBy, type LedgerAccount, usedAt } from '../accounts.ts';

/**
 * Returns the movements of a change of a client's account. They sum to zero, because both states satisfy assigned + debt = available + held
 * + used + reversed.
 */
export const changeOf = (scope: ClientScope, before: ClientState, after: ClientState): [LedgerAccount, number][] => {
  const grown = (field: 'available' | 'held' | 'used' | 'assigned' | 'reversed' | 'debt') => (after[field] ?? 0) - (before[field] ?? 0);
  return [
    [clientOf(scope), grown('available')],
    [heldAt(scope), grown('held')],
    [debtTo(scope), -grown('debt')],
    [usedAt(scope), grown('used')],
    [issuedBy(scope), grown('reversed') - grown('assigned')],
  ];
};

/** Returns the movements of promised credits: they first pay the client's debt, and the rest reaches the client. */
export const promiseTo = (scope: ClientScope, { debt = 0 }: ClientState, millis: number): [LedgerAccount, number][] => {
  const paid = Math.min(debt, millis);
  return [
    [clientOf(scope), millis - paid],
    [debtTo(scope), paid],
    [issuedBy(scope), -millis],
  ];
};
