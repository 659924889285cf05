import type { ClientScope } from '../../models/scope.ts';
import type { ClientState } from '../../models/transfer.ts';
import { clientOf, debtTo, heldAt, issuedBy, type LedgerAccount, usedAt } from '../accounts.ts';

/**
 * What a change of a client's account moves, at its own end and at the others. It sums to zero, because the account adds up before and
 * after: assigned + debt = available + held + used + reversed.
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

/** What a promise of credits moves: as much of it as the client owes is paid with it, the rest reaches the client. */
export const promiseTo = (scope: ClientScope, { debt = 0 }: ClientState, millis: number): [LedgerAccount, number][] => {
  const paid = Math.min(debt, millis);
  return [
    [clientOf(scope), millis - paid],
    [debtTo(scope), paid],
    [issuedBy(scope), -millis],
  ];
};
