import { linkOf } from '../domain/links.ts';
import type { Deps } from '../domain/ports.ts';
import { startOutbox } from './outbox.ts';

/** Starts what works beside the requests. */
export function startJobs(deps: Deps): { stop(): Promise<void> } {
  return startOutbox({ ...deps, link: (row) => linkOf(row, deps) });
}
