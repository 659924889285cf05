import { type Ask, send } from '../load.ts';
import { formatFigure, percentile } from '../numbers.ts';
import { openSignedIn } from '../people.ts';
import type { Stage } from '../stage.ts';
import { boundRow, type Row } from '../table.ts';

interface Call {
  at: number;
  tookMillis: number;
}

/** Measures our added time when numbers are searched and the provider takes 300 ms. */
export async function search(stage: Stage): Promise<Row[]> {
  const sandbox = await stage.sandbox();
  const api = await stage.api('search', { TWILIO_API_URL: `${sandbox.url}/twilio` });
  const agency = await stage.agency(api, 'search');
  const numbers = [{ country: 'US', type: 'local', setupMillis: 3000, monthlyMillis: 2000 } as const];
  await agency.call('agency.update', { plan: { centsPer100Credits: 4000, currency: 'EUR', freeMillis: 0, numbers } });
  await agency.call('integrations.connectTelephony', await sandbox.ask<{ accountSid: string; authToken: string }>('telephony'));
  const { token } = await openSignedIn(agency);
  const path = `/v1/numbers.search?key=${agency.keys.test.publishable}&country=US&type=local&areaCode=415`;
  const headers = { authorization: `Bearer ${token}`, origin: agency.origin };
  const [own, bare]: [number[], number[]] = [[], []];
  for (let turn = 0; turn < stage.pick(10, 50, 200) + 3; turn += 1) {
    await sandbox.ask('calls');
    const beside = async (url: string, ask: Ask) => {
      const { millis } = await send({ url, count: 1, atOnce: 1, ask: () => ask });
      return (millis[0] ?? Number.NaN) - busyTimeOf(await sandbox.ask<Call[]>('calls'));
    };
    const ours = await beside(api.url, { path, headers });
    const floor = await beside(sandbox.url, { path: '/sandbox/clock' });
    if (turn < 3) continue; // warm-up
    own.push(ours);
    bare.push(floor);
  }
  return [
    boundRow('Q19', `own time of a number search on 300 ms: median of ${own.length} (p99 ${formatFigure(percentile(own, 99))})`, {
      measured: percentile(own, 50),
      unit: 'ms',
      floor: `${formatFigure(percentile(bare, 50))} ms for a bare request`,
      atMost: 10,
    }),
  ];
}

/** Returns how long at least one of the calls was running. */
function busyTimeOf(calls: readonly Call[]): number {
  let [total, until] = [0, 0];
  for (const { at, tookMillis } of calls.toSorted((a, b) => a.at - b.at)) {
    total += Math.max(0, at + tookMillis - Math.max(at, until));
    until = Math.max(until, at + tookMillis);
  }
  return total;
}
