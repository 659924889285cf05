import { deleteAccount, showDeletion } from '../domain/deletions/deletions.ts';
import { answer, type Route } from '../http/route.ts';
import type { Deps } from '../ports/index.ts';

export const deletionRoutes = (deps: Deps): Route[] => [
  answer('accounts.deletion', (self) => showDeletion(self)),
  answer('accounts.delete', (self, input, { address }) => deleteAccount(self, input, address, deps)),
];
