import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';

/** Pauses between looks. They grow, because a look is often a request, and takes time from the work that it waits for. */
const FIRST_PAUSE_MS = 25;
const LONGEST_PAUSE_MS = 100;
const GROWTH = 1.5;
/** For what never comes. On a busy machine what comes may take long. */
const LIMIT_SECONDS = 60;

/**
 * Looks again and again until there is a result.
 * @throws after `seconds`, with the name of the missing result
 */
export const until = async <Found>(look: () => Promise<Found | undefined | false>, what: string, seconds = LIMIT_SECONDS): Promise<Found> =>
  (await lookAgain(look, seconds)) || assert.fail(`${what} did not come within ${seconds} s`);

/**
 * Reads again and again until the value is as expected, because another process or a job is still changing it.
 * @throws after a minute, with the difference
 */
export async function comesTo<Value>(read: () => Promise<Value>, expected: Value, message?: string): Promise<void> {
  const isSo = async () => isDeepStrictEqual(await read(), expected);
  if (!(await lookAgain(isSo, LIMIT_SECONDS))) assert.deepEqual(await read(), expected, message);
}

/** @returns false if there was no result in time */
async function lookAgain<Found>(look: () => Promise<Found | undefined | false>, seconds: number): Promise<Found | false> {
  const deadline = performance.now() + seconds * 1000;
  for (let pauseMs = FIRST_PAUSE_MS; performance.now() < deadline; pauseMs = Math.min(pauseMs * GROWTH, LONGEST_PAUSE_MS)) {
    const found = await look();
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
  return false;
}
