import { setTimeout as wait } from 'node:timers/promises';

const WAIT_MS = 5_000;

/**
 * Looks repeatedly, as long as a person stays on a page.
 * @returns the result; undefined if it did not come
 */
export async function retryUntil<Found>(look: () => Promise<Found | undefined | false>): Promise<Found | undefined> {
  for (const deadline = performance.now() + WAIT_MS; performance.now() < deadline; await wait(100)) {
    const found = await look();
    if (found) return found;
  }
  return undefined;
}
