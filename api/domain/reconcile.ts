import { Refusal } from '../contract/refusal.ts';
import { type Agency, everyAgency, type Mode } from '../models/agency.ts';
import { isCredited, type Purchase } from '../models/purchase.ts';
import { takeTurn } from '../models/turn.ts';
import { HOUR_MS, later } from '../rules/time.ts';
import { receiver } from './agencies-payments.ts';
import { describeCause } from './causes.ts';
import type { CheckoutSession, Deps } from './ports.ts';
import { type Account, type Found, findByPayment, findBySession } from './purchases-find.ts';
import { settleReturns } from './purchases-returns.ts';
import { isSettled, settleBy, settlePurchase } from './purchases-settle.ts';

type ReconcileDeps = Pick<Deps, 'now' | 'draining' | 'keys' | 'payments' | 'log' | 'reached'>;

/** As far as Stripe itself remembers what it tried to tell. */
export const DAYS = 30;

export { everyAgency };

/** What one account at Stripe had to say, and what was not in the ledger yet. */
export interface Reconciled {
  agencyId: string;
  mode: Mode;
  /** How many paid sessions, refunds and disputes were looked at. */
  sessions: number;
  returns: number;
  /** Purchases that were credited now, and others whose credits went or came back now. */
  credited: string[];
  changed: string[];
  /** Sessions, payments and purchases of ours that do not add up or could not be settled; somebody has to look. */
  unsettled: string[];
  /** Why the account could not be read to its end. */
  failed?: string;
}

/**
 * Compares an agency's accounts at Stripe with the ledger: what was paid, refunded and disputed in the last days goes through the same
 * functions as if Stripe had just told of it. The second time changes nothing.
 */
export async function reconcile(agency: Agency, deps: ReconcileDeps, days = DAYS): Promise<Reconciled[]> {
  const reports: Reconciled[] = [];
  for (const account of receiver(agency, deps).accounts) {
    const report: Reconciled = {
      agencyId: agency._id,
      mode: account.mode,
      sessions: 0,
      returns: 0,
      credited: [],
      changed: [],
      unsettled: [],
    };
    reports.push(report);
    const period = { from: Math.floor((deps.now().getTime() - days * 24 * HOUR_MS) / 1000) };
    try {
      for await (const session of deps.payments.listCheckouts(account.settings, period)) {
        if (deps.draining.aborted) return reports;
        if (session.status === 'complete') await compareSession(account, session, report, deps);
      }
      await compareReturns(account, period, report, deps);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      report.failed = error.code;
    }
  }
  return reports;
}

/** Every agency's accounts, once an hour, by one of many processes. */
export async function reconcileDue(deps: ReconcileDeps): Promise<void> {
  for await (const agency of everyAgency()) {
    if (deps.draining.aborted) return;
    const now = deps.now();
    if (!(await takeTurn(`reconcile/${agency._id}`, now, later(now, HOUR_MS)))) continue;
    for (const report of await reconcile(agency, deps)) tell(report, deps);
  }
}

function tell(report: Reconciled, { log }: ReconcileDeps): void {
  const { credited, changed, unsettled, failed } = report;
  if (unsettled.length > 0 || failed) log.error(report, 'Stripe has something that could not be settled');
  else if (credited.length > 0 || changed.length > 0) log.info(report, 'Stripe had something that nobody had told of; it is settled now');
}

async function compareSession(account: Account, session: CheckoutSession, report: Reconciled, deps: ReconcileDeps): Promise<void> {
  await compare(session.id, report, deps, async () => {
    const found = await findBySession(account, session);
    if (!('purchase' in found)) return found;
    report.sessions += 1;
    const { purchase } = found;
    if (isSettled(purchase)) return undefined;
    // Only the session itself, asked for by its id, tells a payment that failed from one that is on its way.
    return [
      purchase,
      await (session.paymentStatus === 'paid' && purchase.orderId === undefined
        ? settleBy(purchase, session, deps)
        : settlePurchase(purchase, account.settings, deps)),
    ];
  });
}

async function compareReturns(account: Account, period: { from: number }, report: Reconciled, deps: ReconcileDeps): Promise<void> {
  const seen = new Set<string>();
  for await (const { paymentId } of deps.payments.listReturns(account.settings, period)) {
    if (deps.draining.aborted) return;
    if (seen.has(paymentId)) continue;
    seen.add(paymentId);
    await compare(paymentId, report, deps, async () => {
      const found = await findByPayment(account, paymentId, deps);
      if (!('purchase' in found)) return found;
      report.returns += 1;
      return [found.purchase, await settleReturns(found.purchase, account.settings, deps)];
    });
  }
}

type Compared = [before: Purchase, after: Purchase] | Exclude<Found, { purchase: Purchase }> | undefined;

/** One that cannot be settled does not keep the others from it. */
async function compare(id: string, report: Reconciled, { log }: ReconcileDeps, settle: () => Promise<Compared>): Promise<void> {
  try {
    const settled = await settle();
    if (settled === undefined) return;
    if (Array.isArray(settled)) note(report, ...settled);
    else if (settled.outcome === 'quarantined' && !settled.isForeign) report.unsettled.push(id);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    log.info({ agencyId: report.agencyId, id, cause: describeCause(error) }, 'what Stripe has could not be settled');
    report.unsettled.push(id);
  }
}

function note(report: Reconciled, before: Purchase, after: Purchase): void {
  if (before.state === after.state && (before.returnsSeen ?? 0) === (after.returnsSeen ?? 0)) return;
  if (after.state === 'review') report.unsettled.push(after._id);
  else if (!isCredited(before) && isCredited(after)) report.credited.push(after._id);
  else report.changed.push(after._id);
}
