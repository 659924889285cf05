import { postingOn, readEntriesAfter, readHead } from '../models/entry.ts';
import type { ClientScope } from '../models/scope.ts';
import type { ClientState, Transfer } from '../models/transfer.ts';
import { clientOf } from './accounts.ts';
import { emptyState } from './state/states.ts';

/** A client's account right after one of its entries; `seq` is 0 before the first. */
export interface Standing {
  seq: number;
  state: ClientState;
}

/** The client's account as one of its transfers left it. */
export function standingAfter(scope: ClientScope, transfer: Transfer): Standing {
  const { seq, after } = postingOn(transfer, clientOf(scope));
  return { seq, state: after as ClientState }; // of a client's account
}

/** The client's account as it is now. */
export async function readStanding(scope: ClientScope): Promise<Standing> {
  const head = await readHead(scope, clientOf(scope));
  return head ? { seq: head.seq, state: head.after as ClientState } : beforeTheFirst(scope); // of a client's account
}

/** The client's account as it was after its entry number `seq`, or as it is now where there is no such entry yet. */
export async function readStandingAt(scope: ClientScope, seq: number): Promise<Standing> {
  if (seq === 0) return beforeTheFirst(scope);
  const [transfer] = await readEntriesAfter(scope, clientOf(scope), seq - 1, 1);
  return transfer ? standingAfter(scope, transfer) : readStanding(scope);
}

const beforeTheFirst = (scope: ClientScope): Standing => ({ seq: 0, state: emptyState(clientOf(scope)) as ClientState }); // of a client's account
