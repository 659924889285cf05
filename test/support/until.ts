import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';

const PAUSE_MS = 25;
const LIMIT_SECONDS = 20;

/**
 * Looks again and again until there is a result.
 * @throws after `seconds`, with the name of the missing result
 */
export async function until<Found>(look: () => Promise<Found | undefined | false>, what: string, seconds = LIMIT_SECONDS): Promise<Found> {
  for (const deadline = performance.now() + seconds * 1000; performance.now() < deadline; ) {
    const found = await look();
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
  return assert.fail(`${what} did not come within ${seconds} s`);
}

/**
 * Reads again and again until the value is as expected, because another process or a job is still changing it.
 * @throws after twenty seconds, with the difference
 */
export async function comesTo<Value>(read: () => Promise<Value>, expected: Value, message?: string): Promise<void> {
  for (const deadline = performance.now() + LIMIT_SECONDS * 1000; performance.now() < deadline; ) {
    if (isDeepStrictEqual(await read(), expected)) return;
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
  assert.deepEqual(await read(), expected, message);
}
