import { removeLeftovers } from '../domain/leftovers.ts';
import type { Log } from '../domain/ports.ts';

const HOUR_MS = 3600 * 1000;

/** Cleans up at the start and every hour. @returns `stop`, which waits for a cleaning that is under way */
export function startCleaning({ log }: { log: Log }): { stop(): Promise<void> } {
  const clean = () =>
    removeLeftovers().catch((error: unknown) =>
      log.error({ err: error }, 'leftovers could not be removed; they are tried again in an hour'),
    );
  let underway = clean();
  const timer = setInterval(() => {
    underway = clean();
  }, HOUR_MS);
  return {
    async stop() {
      clearInterval(timer);
      await underway;
    },
  };
}
