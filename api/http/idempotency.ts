import { setTimeout as wait } from 'node:timers/promises';
import { Refusal, refuse } from '../contract/refusal.ts';
import {
  dropRequest,
  finishRequest,
  insertRequest,
  readRequest,
  releaseRequest,
  renewRequest,
  takeOverRequest,
} from '../models/request.ts';
import { fingerprint } from '../security/digest.ts';
import { randomName } from '../security/random.ts';

/** How long the work of a dead process waits until another continues it. A living process renews its lease. */
const LEASE_MS = 5_000;
const RENEW_MS = 1_000;
const POLL_MS = 50;
/** As long as a browser waits: an earlier attempt may be waiting for a slow provider. */
const WAIT_MS = 20_000;

export interface Attempt {
  /** The caller, e.g. a client's id: the same key of two callers means two attempts. */
  caller: string;
  operation: string;
  key: string;
  /** A keyed hash of the input. */
  inputHash: string;
}

/**
 * Does the work of one attempt once, however often it is sent: a repetition waits for the first and gets its answer. An interrupted attempt
 * is finished by the same key, with the same seed. Refuses other content with `idempotency.mismatch`.
 * @param work may run again after a crash; all that it creates must derive from the seed
 */
export async function runOnce<T>(attempt: Attempt, work: (seed: string) => Promise<T>): Promise<{ answer: T; repeated: boolean }> {
  const id = fingerprint(JSON.stringify([attempt.caller, attempt.operation, attempt.key]));
  const [seed, holder] = [randomName(), randomName()];
  const { inputHash } = attempt;
  const isFirst = await insertRequest({ _id: id, inputHash, seed, holder, leaseUntil: leaseEnd(), createdAt: new Date() });
  if (isFirst) return { answer: await finish({ id, seed, holder }, work), repeated: false };

  for (const deadline = Date.now() + WAIT_MS; ; await wait(POLL_MS)) {
    const record = await readRequest(id);
    // The attempt before was refused and left nothing: this one is the first.
    if (!record) return runOnce(attempt, work);
    if (record.inputHash !== inputHash) refuse('idempotency.mismatch');
    if (record.answer !== undefined) return { answer: record.answer as T, repeated: true };
    const isOurs = await takeOverRequest(id, { holder, now: new Date(), leaseUntil: leaseEnd() });
    if (isOurs) return { answer: await finish({ id, seed: record.seed, holder }, work), repeated: false };
    if (Date.now() > deadline) refuse('idempotency.in_progress');
  }
}

const leaseEnd = () => new Date(Date.now() + LEASE_MS);

interface Held {
  id: string;
  seed: string;
  holder: string;
}

async function finish<T>(held: Held, work: (seed: string) => Promise<T>): Promise<T> {
  try {
    const answer = await work(held.seed).finally(keepRenewing(held));
    await finishRequest(held.id, answer);
    return answer;
  } catch (error) {
    // A refusal of the caller's own doing changed nothing. Any other may have, so the same key must continue with the same seed.
    if (error instanceof Refusal && error.status < 500) await dropRequest(held.id, held.holder);
    else await releaseRequest(held.id, held.holder);
    throw error;
  }
}

/**
 * Keeps an attempt for this process as long as it works on it.
 * @returns a function that ends this, and waits for a running renewal
 */
function keepRenewing({ id, holder }: Held): () => Promise<void> {
  let underWay = Promise.resolve();
  const timer = setInterval(() => {
    // If the database does not answer, the next renewal is tried. If none succeeds, another process continues with the same seed.
    underWay = renewRequest(id, holder, leaseEnd()).catch(() => {});
  }, RENEW_MS);
  return () => {
    clearInterval(timer);
    return underWay;
  };
}
