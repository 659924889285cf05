import { setTimeout as wait } from 'node:timers/promises';

const WAIT_MS = 5_000;

/** Looks again and again for as long as somebody stays on a page. @returns what was found; undefined where it did not come */
export async function retryUntil<Found>(look: () => Promise<Found | undefined | false>): Promise<Found | undefined> {
  for (const deadline = Date.now() + WAIT_MS; Date.now() < deadline; await wait(100)) {
    const found = await look();
    if (found) return found;
  }
  return undefined;
}
