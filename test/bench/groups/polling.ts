import { setTimeout as wait } from 'node:timers/promises';
import type { Input } from '../../../api/contract/index.ts';
import { send } from '../load.ts';
import { percentile } from '../numbers.ts';
import { openSignedIn } from '../people.ts';
import { runRounds } from '../rounds.ts';
import type { Stage } from '../stage.ts';
import { compareRow, type Row } from '../table.ts';

const POLLERS = 10;
/** Time between two requests of a client, which may ask 300 times a minute. */
const POLL_EVERY_MS = 200;

/** Measures checkouts while other clients of the agency poll their open purchases at their limit, and Stripe takes 300 ms. */
export async function polling(stage: Stage): Promise<Row[]> {
  const sandbox = await stage.sandbox();
  const api = await stage.api('polling', { STRIPE_API_URL: sandbox.url });
  const agency = await stage.agency(api, 'polling');
  await agency.call('agency.update', { stripe: await sandbox.ask<NonNullable<Input<'agency.update'>['stripe']>>('account') });
  const { packages } = await agency.call('credits.packages', {});
  const body = JSON.stringify({ packageId: packages[0]?.id, returnUrl: `${agency.origin}/account` });
  const key = agency.keys.test.publishable;
  const one = (headers: Record<string, string>, path: string, sent?: string) =>
    send({
      url: api.url,
      count: 1,
      atOnce: 1,
      ask: () => ({ path, headers, ...(sent !== undefined && { method: 'POST' as const, body: sent }) }),
    });

  async function openBuyer() {
    const { token } = await openSignedIn(agency);
    const headers = { authorization: `Bearer ${token}`, origin: agency.origin, 'content-type': 'application/json' };
    return {
      buy: () => one(headers, `/v1/credits.checkout?key=${key}`, body),
      look: (purchaseId: string) => one(headers, `/v1/purchases.read?key=${key}&purchaseId=${purchaseId}`),
    };
  }

  const stranger = await openBuyer();
  const watchers = await Promise.all(
    Array.from({ length: POLLERS }, async () => {
      const { buy, look } = await openBuyer();
      const { purchaseId } = JSON.parse((await buy()).lastBody) as { purchaseId: string };
      return () => look(purchaseId);
    }),
  );
  const checkouts = stage.pick(3, 8, 15);
  const measureAlone = async () => {
    const millis: number[] = [];
    while (millis.length < checkouts) millis.push(...(await stranger.buy()).millis);
    return percentile(millis, 50);
  };
  async function measureWithPolling() {
    const done = new AbortController();
    const polls = watchers.map(async (look) => {
      while (!done.signal.aborted) await Promise.all([look(), wait(POLL_EVERY_MS)]);
    });
    const median = await measureAlone();
    done.abort();
    await Promise.all(polls);
    return median;
  }
  const rounds = await runRounds(stage.rounds, { polled: measureWithPolling, quiet: measureAlone });
  const what = `a stranger's checkout on 300 ms while ${POLLERS} clients poll at their full allowance: median of ${checkouts}`;
  return [compareRow('Q21', what, { ours: rounds.polled, floors: rounds.quiet, unit: 'ms', atMost: 1.5 })];
}
