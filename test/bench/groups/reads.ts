import { measure } from '../load.ts';
import { formatFigure, percentile } from '../numbers.ts';
import { openSignedIn } from '../people.ts';
import type { Measured } from '../process.ts';
import { cpuOf, runRounds, type Sample } from '../rounds.ts';
import type { Stage } from '../stage.ts';
import { compareRow, type Row } from '../table.ts';

/** Measures a page's read of the balance against the same answer by a bare Express route and by bare node:http. */
export async function reads(stage: Stage): Promise<Row[]> {
  const uri = await stage.database('reads');
  const api = await stage.api('reads');
  const express = await stage.server('floors/read-express.ts', { MONGODB_URI: uri });
  const http = await stage.server('floors/read-http.ts', { MONGODB_URI: uri });
  const agency = await stage.agency(api, 'reads');
  const tokens = await Promise.all(Array.from({ length: 20 }, async () => (await openSignedIn(agency)).token));
  const path = `/v1/credits.balance?key=${agency.keys.test.publishable}`;
  const ask = (index: number) => ({ path, headers: { authorization: `Bearer ${tokens[index % tokens.length]}`, origin: agency.origin } });
  const read = (server: Measured) => () => measure(server, { count: stage.pick(300, 3000, 10_000), atOnce: 16, ask });
  const samples = await runRounds(stage.rounds, { api: read(api), express: read(express), http: read(http) });
  const cpu = (floor: Sample[]) => ({ ours: cpuOf(samples.api), floors: cpuOf(floor), unit: 'us CPU' });
  const p99 = percentile(
    samples.api.map(({ p99Millis = 0 }) => p99Millis),
    50,
  );
  return [
    compareRow('Q9', 'balance read, by a bare Express route with jose', { ...cpu(samples.express), atMost: 2 }),
    compareRow('Q9', `the same, by bare node:http (moonshot); p99 ${formatFigure(p99)} ms`, { ...cpu(samples.http), atMost: 1.25 }),
  ];
}
