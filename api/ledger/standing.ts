import { postingOn, readEntriesAfter, readHead } from '../models/entry.ts';
import type { ClientScope } from '../models/scope.ts';
import type { ClientState, Transfer } from '../models/transfer.ts';
import { clientOf } from './accounts.ts';
import { emptyState } from './state/states.ts';

/** A client's account after one of its entries. `seq` is 0 before the first entry. */
export interface Standing {
  seq: number;
  state: ClientState;
}

/** Returns the client's account as this transfer left it. */
export function standingAfter(scope: ClientScope, transfer: Transfer): Standing {
  const { seq, after } = postingOn(transfer, clientOf(scope));
  return { seq, state: after as ClientState }; // of a client's account
}

/** Reads the client's current account. */
export async function readStanding(scope: ClientScope): Promise<Standing> {
  const head = await readHead(scope, clientOf(scope));
  return head ? { seq: head.seq, state: head.after as ClientState } : beforeTheFirst(scope); // of a client's account
}

/** Reads the client's account after its entry number `seq`, or the current account if there is no such entry yet. */
export async function readStandingAt(scope: ClientScope, seq: number): Promise<Standing> {
  if (seq === 0) return beforeTheFirst(scope);
  const [transfer] = await readEntriesAfter(scope, clientOf(scope), seq - 1, 1);
  return transfer ? standingAfter(scope, transfer) : readStanding(scope);
}

const beforeTheFirst = (scope: ClientScope): Standing => ({ seq: 0, state: emptyState(clientOf(scope)) as ClientState }); // of a client's account
