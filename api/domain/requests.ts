import { setTimeout as wait } from 'node:timers/promises';
import { Refusal, refuse } from '../contract/refusal.ts';
import { dropRequest, finishRequest, insertRequest, readRequest, releaseRequest, takeOverRequest } from '../models/request.ts';
import { fingerprint, randomName } from '../security/random.ts';

/**
 * How long a worker may take before the same key is worked on anew. Short, because two runs of one attempt do no harm:
 * both make the same ids from its seed.
 */
const LEASE_MS = 5_000;
const POLL_MS = 50;
const WAIT_MS = 10_000;

export interface Attempt {
  /** Who calls, e.g. a client's id: the same key of two callers are two attempts. */
  caller: string;
  operation: string;
  key: string;
  /** A keyed hash of the input. */
  inputHash: string;
}

/**
 * Does the work of one attempt once, however often it is sent: the second time waits for the first and gets its answer.
 * What dies half-way is finished by the same key, with the same seed. Refuses other content with `idempotency.mismatch`.
 * @param work may run again after a crash; what it makes must derive from the seed
 */
export async function once<T>(attempt: Attempt, work: (seed: string) => Promise<T>): Promise<{ answer: T; repeated: boolean }> {
  const id = fingerprint(JSON.stringify([attempt.caller, attempt.operation, attempt.key]));
  const seed = randomName();
  const isFirst = await insertRequest({ _id: id, inputHash: attempt.inputHash, seed, leaseUntil: leaseEnd(), createdAt: new Date() });
  if (isFirst) return { answer: await finish(id, seed, work), repeated: false };

  for (const deadline = Date.now() + WAIT_MS; ; await wait(POLL_MS)) {
    const record = await readRequest(id);
    // The attempt before was refused and left nothing: this one is the first.
    if (!record) return once(attempt, work);
    if (record.inputHash !== attempt.inputHash) refuse('idempotency.mismatch');
    if (record.answer !== undefined) return { answer: record.answer as T, repeated: true };
    if (await takeOverRequest(id, new Date(), leaseEnd())) return { answer: await finish(id, record.seed, work), repeated: false };
    if (Date.now() > deadline) refuse('idempotency.in_progress');
  }
}

const leaseEnd = () => new Date(Date.now() + LEASE_MS);

async function finish<T>(id: string, seed: string, work: (seed: string) => Promise<T>): Promise<T> {
  try {
    const answer = await work(seed);
    await finishRequest(id, answer);
    return answer;
  } catch (error) {
    // A refusal of the caller's own doing changed nothing. Anything else may have: the same key must go on with the same seed.
    if (error instanceof Refusal && error.status < 500) await dropRequest(id);
    else await releaseRequest(id);
    throw error;
  }
}
