import { refuse } from '../../contract/refusal.ts';
import type { AgencyScope } from '../../models/scope.ts';
import { attempt, type Committed, type Order, recover } from './batch.ts';
import { type Draft, nameDraft } from './draft.ts';

/** Transfers that go to the database together. */
const BATCH_MAX = 500;
/** Transfers that may wait for their turn; more are refused with `server.busy`. */
const WAITING_MAX = 20_000;

const waiting: Order[] = [];
const underWay = new Map<string, Promise<Committed>>();
let isDraining = false;

/**
 * Puts a transfer into the ledger, once for its cause, however often and in however many processes it is asked for. Resolves when it is
 * durable. Refuses with the draft's own code where the funds do not allow it, and again whenever the same cause comes back; with
 * `idempotency.mismatch` (or the draft's own) for other content under the same cause; with `server.busy`. After any other error the
 * outcome is unknown, and the same cause may be sent again.
 */
export async function commit(scope: AgencyScope, draft: Draft): Promise<Committed> {
  const name = nameDraft(scope, draft);
  const ahead = underWay.get(name._id);
  if (ahead) return answer({ ...(await ahead), repeated: true }, name.input, draft);
  if (waiting.length >= WAITING_MAX) refuse('server.busy');
  const outcome = enqueue({ ...name, agencyId: scope.agencyId, scope, draft });
  underWay.set(name._id, outcome);
  try {
    return answer(await outcome, name.input, draft);
  } finally {
    underWay.delete(name._id);
  }
}

function answer(committed: Committed, input: string, { mismatch = 'idempotency.mismatch' }: Draft): Committed {
  if (committed.transfer.input !== input) refuse(mismatch);
  if (committed.transfer.refused) refuse(committed.transfer.refused);
  return committed;
}

function enqueue(wanted: Pick<Order, '_id' | 'input' | 'agencyId' | 'scope' | 'draft'>): Promise<Committed> {
  if (!isDraining) {
    isDraining = true;
    setImmediate(drain); // what arrives in the same turn travels together
  }
  return new Promise((resolve, reject) => {
    const order: Order = {
      ...wanted,
      isOpen: true,
      isUnsure: false,
      tries: 0,
      settle: (committed) => {
        order.isOpen = false;
        resolve(committed);
      },
      fail: (error) => {
        order.isOpen = false;
        reject(error);
      },
    };
    waiting.push(order);
  });
}

/** Group commit: one batch is in flight, and what arrives meanwhile is the next. */
async function drain(): Promise<void> {
  while (waiting.length > 0) {
    const batch = waiting.splice(0, BATCH_MAX);
    try {
      waiting.unshift(...(await attempt(batch)));
    } catch (error) {
      await recover(batch, error);
    }
  }
  isDraining = false;
}
