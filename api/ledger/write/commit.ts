import { refuse } from '../../contract/refusal.ts';
import type { AgencyScope } from '../../models/scope.ts';
import { Batch } from './batch.ts';
import { type Draft, nameDraft } from './draft.ts';
import { type Committed, PendingTransfer } from './pending.ts';

/** Transfers that may wait; more are refused with `server.busy`. */
const WAITING_MAX = 20_000;

const waiting: PendingTransfer[] = [];
const underWay = new Map<string, Promise<Committed>>();
let isDraining = false;
/** The next batch, composed while the previous one is in flight. */
let following: Batch | undefined;
let isComposing = false;

/**
 * Writes a transfer once per cause, however often and in however many processes it is requested. Resolves when it is durable.
 * Refuses with the draft's code if funds are lacking, and again at each repetition; with `idempotency.mismatch` (or the draft's own code)
 * for other content under the same cause; with `server.busy`. After any other error the outcome is unknown, and the same cause may be sent
 * again.
 */
export async function commit(scope: AgencyScope, draft: Draft): Promise<Committed> {
  const name = nameDraft(scope, draft);
  const ahead = underWay.get(name._id);
  if (ahead) return answer({ ...(await ahead), repeated: true }, name.input, draft);
  if (waiting.length >= WAITING_MAX) refuse('server.busy');
  const { outcome } = enqueue(new PendingTransfer(scope, draft, name));
  underWay.set(name._id, outcome);
  try {
    return answer(await outcome, name.input, draft);
  } finally {
    underWay.delete(name._id);
  }
}

function answer(committed: Committed, input: string, { mismatch = 'idempotency.mismatch' }: Draft): Committed {
  const { transfer } = committed;
  if (transfer.input !== input) refuse(typeof mismatch === 'string' ? mismatch : mismatch(transfer));
  if (transfer.refused) refuse(transfer.refused);
  return committed;
}

/** Collects the pending transfers of one turn of the event loop into one batch. */
function enqueue(pending: PendingTransfer): PendingTransfer {
  waiting.push(pending);
  if (!isDraining) {
    isDraining = true;
    setImmediate(drain);
  } else composeSoon();
  return pending;
}

/** Commits in groups: while one batch is in flight, new transfers form the next. */
async function drain(): Promise<void> {
  let batch = new Batch();
  while (batch.size + waiting.length > 0) {
    const unsure = await batch.take(waiting);
    following = new Batch(batch);
    composeSoon();
    const { again, isWhole } = await batch.write();
    waiting.unshift(...unsure, ...again, ...(isWhole ? [] : following.allPending));
    batch = isWhole ? following.alone() : new Batch();
    following = undefined;
  }
  isDraining = false;
}

/** Composes after the batch in flight has left, since composing would delay its departure. */
function composeSoon(): void {
  if (isComposing || !following || waiting.length === 0) return;
  isComposing = true;
  setImmediate(() => {
    isComposing = false;
    following?.takeKnown(waiting);
  });
}
