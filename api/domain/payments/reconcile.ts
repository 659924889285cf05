import { Refusal } from '../../contract/refusal.ts';
import { type Agency, everyAgency, type Mode, modes } from '../../models/agency.ts';
import { findPurchaseByPayment, isCredited, type Purchase, readDisputed } from '../../models/purchase.ts';
import { takeDueRun } from '../../models/recurring.ts';
import { describeCause } from '../../ports/causes.ts';
import type { CheckoutSession, Deps, Period } from '../../ports/index.ts';
import { HOUR_MS, later } from '../../rules/time.ts';
import { forEach } from '../due/due.ts';
import { alertOfProvider } from '../journal/alerts.ts';
import { type Found, findByPayment, findBySession, type PaymentAccount } from './find.ts';
import { settleReturns } from './returns.ts';
import { isSettled, settleBy, settlePurchase } from './settle.ts';
import { accountsOf, forgetFormer, settingsOfPurchase } from './stripe.ts';

type ReconcileDeps = Pick<Deps, 'fulfilments' | 'now' | 'draining' | 'keys' | 'payments' | 'log' | 'reached'>;

/** As long as Stripe keeps undelivered events. */
export const DAYS = 30;

export { everyAgency };

/** The result for one Stripe account: its events, and those that were missing in the ledger. */
export interface Reconciled {
  agencyId: string;
  mode: Mode;
  /** The account's id at Stripe, if known. */
  accountId?: string;
  /** Numbers of paid sessions, refunds and disputes compared. */
  sessions: number;
  returns: number;
  /** Purchases credited now, and others whose credits were taken or returned now. */
  credited: string[];
  changed: string[];
  /** Our sessions, payments and purchases that are inconsistent or could not be settled; operators must look. */
  unsettled: string[];
  /** Why the account could not be read completely. */
  failed?: string;
}

/**
 * Compares an agency's Stripe accounts with the ledger: handles the payments, refunds and disputes of the last days as if Stripe had just
 * reported them. Repeating it changes nothing. Never throws: reports what cannot be compared, and continues.
 */
export async function reconcile(agency: Agency, asked: ReconcileDeps, days = DAYS): Promise<Reconciled[]> {
  const deps = { ...asked, payments: asked.payments.for({ who: 'reconcile', purpose: 'care' }) };
  const period = { from: Math.floor((deps.now().getTime() - days * 24 * HOUR_MS) / 1000) };
  const reports: Reconciled[] = [];
  for (const mode of modes) {
    const about = { agencyId: agency._id, mode };
    try {
      for (const account of accountsOf(agency, mode, deps)) reports.push(await compareAccount(agency, account, period, deps));
    } catch (error) {
      reports.push({ ...newReport(about), failed: await failure(about, error, deps) });
    }
  }
  return reports;
}

const newReport = (about: Pick<Reconciled, 'agencyId' | 'mode' | 'accountId'>): Reconciled => ({
  ...about,
  sessions: 0,
  returns: 0,
  credited: [],
  changed: [],
  unsettled: [],
});

/**
 * Logs an error, and tells the agency if it can do something.
 * @returns the error in one word
 */
async function failure(
  { agencyId, mode, accountId }: Pick<Reconciled, 'agencyId' | 'mode' | 'accountId'>,
  error: unknown,
  deps: ReconcileDeps,
): Promise<string> {
  const what = error instanceof Refusal ? { cause: describeCause(error) } : { err: error };
  deps.log.error({ agencyId, mode, accountId, ...what }, 'reconcile.failed: an account at Stripe could not be compared');
  if (!(error instanceof Refusal)) return 'internal';
  await alertOfProvider({ agencyId, world: mode === 'live' ? 'live' : 'test.0' }, error, deps);
  return error.code;
}

async function compareAccount(agency: Agency, account: PaymentAccount, period: Period, deps: ReconcileDeps): Promise<Reconciled> {
  const { accountId } = account.settings;
  const report = newReport({ agencyId: account.scope.agencyId, mode: account.mode, ...(accountId !== undefined && { accountId }) });
  try {
    for await (const session of deps.payments.listCheckouts(account.settings, period)) {
      if (deps.draining.aborted) return report;
      if (session.status === 'complete') await compareSession(account, session, report, deps);
    }
    await compareReturns(account, returnsOf(agency, account, period, deps), report, deps);
  } catch (error) {
    report.failed = await failure(report, error, deps);
  }
  return report;
}

/** Reconciles every agency's accounts, once an hour, by one of many processes. A failed agency is tried again after an hour. */
export async function reconcileDue(deps: ReconcileDeps): Promise<void> {
  const about = ({ _id: agencyId }: Agency) => ({ agencyId });
  await forEach(everyAgency(), { name: 'reconcile', about, deps }, async (agency) => {
    const now = deps.now();
    if (!(await takeDueRun(`reconcile/${agency._id}`, now, later(now, HOUR_MS)))) return;
    for (const report of await reconcile(agency, deps)) tell(report, deps);
    await forgetFormer(agency, deps);
  });
}

function tell(report: Reconciled, { log }: ReconcileDeps): void {
  const { credited, changed, unsettled, failed } = report;
  if (unsettled.length > 0 || failed) log.error(report, 'reconcile.unsettled: Stripe has something that could not be settled');
  else if (credited.length > 0 || changed.length > 0)
    log.info(report, 'reconcile.settled: Stripe had something that nobody had told of; it is settled now');
}

async function compareSession(account: PaymentAccount, session: CheckoutSession, report: Reconciled, deps: ReconcileDeps): Promise<void> {
  await compare(session.id, report, deps, async () => {
    const found = await findBySession(account, session);
    if (!('purchase' in found)) return found;
    report.sessions += 1;
    const { purchase } = found;
    if (isSettled(purchase)) return undefined;
    // Only the session read by its id distinguishes a failed payment from a pending one.
    return [
      purchase,
      await (session.paymentStatus === 'paid' && purchase.orderId === undefined
        ? settleBy(purchase, session, deps)
        : settlePurchase(purchase, account.settings, deps)),
    ];
  });
}

/** How long a bank's inquiry can become a dispute. */
const INQUIRY_DAYS = 121;

/**
 * The payments of which something went back in the period, those whose inquiry has become a dispute that nobody told of, and those whose
 * dispute was open when it was last heard of: Stripe lists a dispute by its first day, and it may end months later. One may come twice.
 */
async function* returnsOf(
  agency: Agency,
  { mode, scope, settings }: PaymentAccount,
  period: Period,
  deps: ReconcileDeps,
): AsyncIterable<string> {
  for await (const { paymentId } of deps.payments.listRefunds(settings, period)) yield paymentId;
  const asked = { from: Math.min(period.from, Math.floor(later(deps.now(), -INQUIRY_DAYS * 24 * HOUR_MS).getTime() / 1000)) };
  for await (const { paymentId, disputeId, createdAt } of deps.payments.listDisputes(settings, asked)) {
    const isKnown = createdAt < period.from && (await findPurchaseByPayment(scope, paymentId))?.returns?.includes(disputeId);
    if (!isKnown) yield paymentId;
  }
  for (const purchase of await readDisputed(scope)) {
    const isHere = settingsOfPurchase(agency, mode, purchase, deps)?.accountId === settings.accountId;
    if (isHere && purchase.paymentId !== undefined) yield purchase.paymentId;
  }
}

async function compareReturns(
  account: PaymentAccount,
  paymentIds: AsyncIterable<string>,
  report: Reconciled,
  deps: ReconcileDeps,
): Promise<void> {
  const seen = new Set<string>();
  for await (const paymentId of paymentIds) {
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

/** Settles one item. A failure does not stop the others. */
async function compare(id: string, report: Reconciled, { log }: ReconcileDeps, settle: () => Promise<Compared>): Promise<void> {
  try {
    const settled = await settle();
    if (settled === undefined) return;
    if (Array.isArray(settled)) note(report, ...settled);
    else if (settled.outcome === 'quarantined' && !settled.isForeign) report.unsettled.push(id);
  } catch (error) {
    const about = { agencyId: report.agencyId, mode: report.mode, id };
    if (error instanceof Refusal) log.info({ ...about, cause: describeCause(error) }, 'reconcile.waits: it could not be settled');
    else log.error({ ...about, err: error }, 'reconcile.failed: it could not be settled');
    report.unsettled.push(id);
  }
}

function note(report: Reconciled, before: Purchase, after: Purchase): void {
  if (before.state === after.state && (before.returnsSeen ?? 0) === (after.returnsSeen ?? 0)) return;
  if (after.state === 'review') report.unsettled.push(after._id);
  else if (!isCredited(before) && isCredited(after)) report.credited.push(after._id);
  else report.changed.push(after._id);
}
