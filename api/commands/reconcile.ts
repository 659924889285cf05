import { forEach } from '../domain/due/due.ts';
import { fulfilments } from '../domain/fulfilments.ts';
import { everyAgency, type Reconciled, reconcile } from '../domain/payments/reconcile.ts';
import { requireOutside } from '../domain/server-keys/outside.ts';
import { readEnv } from '../env.ts';
import type { Agency } from '../models/agency.ts';
import { describeCause } from '../ports/causes.ts';
import { createClock } from '../providers/clock.ts';
import { createPayments } from '../providers/stripe/stripe.ts';
import { sealWith } from '../security/own-seal.ts';
import { readArguments } from './arguments.ts';
import { connectBeside, exitWithError, requireKeys } from './connect.ts';

const usage = `npm run reconcile    compares the Stripe accounts of all agencies with the ledger, and settles what nobody had told of
`;

/**
 * Compares every agency's Stripe account with the ledger, settles unreported events and prints them. May run beside the API. Exits with 1
 * if something could not be settled or an account could not be read.
 */
async function run(): Promise<void> {
  readArguments({}, { usage });
  const env = readEnv();
  const database = await connectBeside(env);
  const keys = await requireKeys(env);
  sealWith(keys);
  const sandboxUrl = env.STRIPE_API_URL ?? database.running?.stripeApiUrl;
  await requireOutside(sandboxUrl !== undefined);
  const clock = await createClock({ sandboxUrl });
  const report: Reconciled[] = [];
  const told: string[] = [];
  const log = {
    info: () => {},
    error: (detail: object, sentence: string) => void told.push(`${sentence}: ${JSON.stringify(detail, withErrors)}`),
  };
  const payments = createPayments({ apiUrl: sandboxUrl });
  const deps = { now: clock.now, draining: new AbortController().signal, keys, payments, fulfilments, log };
  const about = ({ _id: agencyId }: Agency) => ({ agencyId });
  const unread = await forEach(everyAgency(), { name: 'reconcile', about, deps }, async (agency) => {
    report.push(...(await reconcile(agency, { ...deps, reached: () => {} })));
  });
  clock.close();
  await database.close();
  process.stdout.write(`${[...report.flatMap(linesOf), ...told, '', total(report)].join('\n')}\n`);
  process.exitCode = unread > 0 || report.some(({ failed, unsettled }) => failed || unsettled.length > 0) ? 1 : 0;
}

/** Replaces an error by its name and cause. */
const withErrors = (_: string, value: unknown): unknown =>
  value instanceof Error ? { error: value.name, ...Object(describeCause(value)) } : value;

function linesOf({ agencyId, mode, accountId, sessions, returns, credited, changed, unsettled, failed }: Reconciled): string[] {
  const list = (word: string, ids: string[]) => (ids.length > 0 ? [`    ${word}: ${ids.join(' ')}`] : []);
  return [
    `${failed ? 'FAIL' : 'ok  '}  ${[agencyId, mode, accountId].filter(Boolean).join(' ')}: ${sessions} sessions and ${returns} refunds and disputes looked at${failed ? ` (${failed})` : ''}`,
    ...list('credited', credited),
    ...list('changed', changed),
    ...list('not settled', unsettled),
  ];
}

function total(report: readonly Reconciled[]): string {
  const count = (of: (one: Reconciled) => number) => report.reduce((sum, one) => sum + of(one), 0);
  return `${count((one) => one.credited.length)} credited, ${count((one) => one.changed.length)} changed, ${count((one) => one.unsettled.length)} not settled.`;
}

run().catch(exitWithError);
