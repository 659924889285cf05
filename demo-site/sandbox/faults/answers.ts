import { setTimeout as wait } from 'node:timers/promises';
import type { Response } from 'express';
import type { Fate } from './faults.ts';

/** The answer of a request that succeeds. */
export interface Reply {
  status: number;
  body: unknown;
}

/** Faults after the work is done, which only damage its answer. */
const doneUsually = new Set(['hang', 'drop-after-headers', 'html', 'garbage-json', 'slow']);

export const isDone = ({ kind, done }: Fate): boolean => done ?? doneUsually.has(kind);

/** A provider's whole error body, by status. */
export type FaultWords = Record<'500' | '503' | '409' | '429', object>;

/** Each is JSON, and none is an object of a provider. */
const garbage = ['null', '"ok"', '[]', '{"object":"banana"}', '{"error":"nope"}'];

/**
 * Makes a request fail.
 * @param words the provider's error bodies
 * @param reply the proper answer; absent if the work was not done
 */
export function spoil(response: Response, fate: Fate, words: FaultWords, reply: Reply = { status: 200, body: {} }): void {
  const { kind, nth = 0, refused } = fate;
  if (kind === 'timeout') return; // the caller's timeout ends it
  if (refused)
    response
      .status(refused.status)
      .set(refused.headers ?? {})
      .json(refused.body);
  else if (kind === 'reset') response.socket?.resetAndDestroy();
  else if (kind === 'hang' || kind === 'drop-after-headers') breakOff(response, reply, kind);
  else if (kind === 'html') response.status(200).type('html').send('<!doctype html><title>Sign in</title><h1>Hotel network</h1>');
  else if (kind === 'garbage-json') {
    response
      .status(200)
      .type('json')
      .send(garbage[nth % garbage.length]);
  } else if (kind === 'slow') void answerLate(response, fate.millis, reply);
  else if (Object.hasOwn(words, kind)) response.status(Number(kind)).json(words[kind as keyof FaultWords]);
}

/** Promises a whole answer in the headers, sends half of it, and then nothing more, or closes the connection. */
function breakOff(response: Response, { status, body }: Reply, kind: 'hang' | 'drop-after-headers'): void {
  const bytes = Buffer.from(JSON.stringify(body));
  response.status(status).set({ 'content-type': 'application/json', 'content-length': String(bytes.length) });
  response.write(bytes.subarray(0, bytes.length / 2), () => {
    if (kind === 'drop-after-headers') response.socket?.destroy();
  });
}

async function answerLate(response: Response, millis: number, { status, body }: Reply): Promise<void> {
  await wait(millis, undefined, { ref: false });
  if (!response.destroyed) response.status(status).json(body);
}
