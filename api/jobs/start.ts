import { linkOf } from '../domain/accounts/links.ts';
import { registerDue } from '../domain/audit/make-registers.ts';
import { tellOfLowCredits } from '../domain/credits/low.ts';
import { dueDeletions } from '../domain/deletions/deletions.ts';
import { closeReturned } from '../domain/deletions/returned.ts';
import { cleanKnowledge } from '../domain/knowledge/leftovers.ts';
import { dueSources } from '../domain/knowledge/steps.ts';
import { onSourceDue } from '../domain/knowledge/values.ts';
import { dueRents } from '../domain/numbers/rent.ts';
import { dueRoutes, onRouteDue } from '../domain/numbers/route.ts';
import { openOrders } from '../domain/orders/orders.ts';
import { dueGiveBacks } from '../domain/payments/give-back.ts';
import { openPurchases } from '../domain/payments/janitor.ts';
import { reconcileDue } from '../domain/payments/reconcile.ts';
import { dueFreeReturns } from '../domain/plans/free-returns.ts';
import { expireHolds } from '../ledger/transfers/holds.ts';
import type { Deps } from '../ports/index.ts';
import { type Job, startCare, startDue } from './care.ts';
import { removeLeftovers } from './leftovers.ts';
import { startOutbox } from './outbox.ts';

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;

/** Starts all work beside requests. */
export const startJobs = (deps: Deps): Job => together([startMails(deps), startDueWork(deps)]);

/** Starts sending the mails of the outbox. */
export const startMails = (deps: Deps): Job => startOutbox({ ...deps, link: (row, reader) => linkOf(row, reader, deps) });

/** Starts whatever becomes due with time. Pauses are real time. */
export function startDueWork(deps: Deps): Job {
  return together([
    startDue(deps, openPurchases(deps), { restMs: 5 * SECOND_MS }),
    startDue(deps, dueGiveBacks(deps), { restMs: 5 * SECOND_MS }),
    startDue(deps, openOrders(deps), { restMs: 5 * SECOND_MS }),
    startDue(deps, dueFreeReturns(deps), { restMs: 5 * SECOND_MS }),
    startDue(deps, dueDeletions(deps), { restMs: 5 * SECOND_MS }),
    startDue(deps, dueRents(deps), { restMs: MINUTE_MS }),
    startDue(deps, dueRoutes(deps), { restMs: 10 * SECOND_MS, onDue: onRouteDue }),
    startDue(deps, dueSources(deps), { restMs: SECOND_MS, onDue: onSourceDue }),
    startCare(deps, { name: 'hold.expiry', restMs: 10 * SECOND_MS, round: () => expireHolds(deps.now(), deps) }),
    // Checks whether an agency is due; each is reconciled once an hour.
    startCare(deps, { name: 'reconcile', restMs: MINUTE_MS, round: () => reconcileDue(deps) }),
    startCare(deps, { name: 'credits.low', restMs: 30 * SECOND_MS, round: () => tellOfLowCredits(deps) }),
    startCare(deps, { name: 'deletion.returned', restMs: 30 * SECOND_MS, round: () => closeReturned(deps) }),
    startCare(deps, { name: 'registers', restMs: 30 * SECOND_MS, round: () => registerDue(deps) }),
    startCare(deps, { name: 'knowledge.cleaning', restMs: MINUTE_MS, round: () => cleanKnowledge(deps) }),
    startCare(deps, { name: 'leftovers', restMs: 60 * MINUTE_MS, round: () => removeLeftovers(deps) }),
  ]);
}

const together = (jobs: readonly Job[]): Job => ({
  async stop() {
    await Promise.all(jobs.map((job) => job.stop()));
  },
});
