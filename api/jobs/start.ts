import { linkOf } from '../domain/links.ts';
import type { Deps } from '../domain/ports.ts';
import { startExpiring } from './holds.ts';
import { startJanitor } from './janitor.ts';
import { startKnowledge } from './knowledge.ts';
import { startCleaning } from './leftovers.ts';
import { startOrders } from './orders.ts';
import { startOutbox } from './outbox.ts';
import { startReconciling } from './reconcile.ts';
import { startRents } from './rents.ts';

/** Starts what works beside the requests. */
export function startJobs(deps: Deps): { stop(): Promise<void> } {
  const jobs = [
    startOutbox({ ...deps, link: (row) => linkOf(row, deps) }),
    startJanitor(deps),
    startReconciling(deps),
    startExpiring(deps),
    startRents(deps),
    startOrders(deps),
    startKnowledge(deps),
    startCleaning(deps),
  ];
  return {
    async stop() {
      await Promise.all(jobs.map((job) => job.stop()));
    },
  };
}
