import { request } from 'node:http';
import mongoose from 'mongoose';
import { type Ask, measure } from '../load.ts';
import type { Measured } from '../process.ts';
import { cpuOf, runRounds, type Sample } from '../rounds.ts';
import type { Stage } from '../stage.ts';
import { boundRow, compareRow, type Row } from '../table.ts';

interface Site {
  key: string;
  origin: string;
}

const FEW = 10;

/** Measures a page's first request with many agencies against few, and the memory that they take. */
export async function bootstrap(stage: Stage): Promise<Row[]> {
  const count = stage.pick(1000, 10_000, 10_000);
  const [few, many] = [await stage.api('few'), await stage.api('many')];
  const fewSites = await copySites(stage, few, 'few', FEW);
  const manySites = await copySites(stage, many, 'many', count);
  let turn = 0;
  const next = (all: Site[]) => all[turn++ % all.length]!;
  const load = (server: Measured, all: Site[], ask: (site: Site) => Ask) => () =>
    measure(server, { count: stage.pick(200, 3000, 10_000), atOnce: 16, ask: () => ask(next(all)) });
  const start = ({ key, origin }: Site): Ask => ({
    path: `/v1/bootstrap.read?key=${key}`,
    method: 'POST',
    headers: { origin, 'content-type': 'text/plain' },
    body: '{}',
  });
  const plans = ({ key, origin }: Site): Ask => ({ path: `/v1/credits.packages?key=${key}`, headers: { origin } });

  const before = await many.memory();
  await measure(many, { count, atOnce: 16, ask: (index) => start(manySites[index]!) });
  const after = await many.memory();
  const starts = await runRounds(stage.rounds, { few: load(few, fewSites, start), many: load(many, manySites, start) });
  const lookups = await runRounds(stage.rounds, { few: load(few, fewSites, plans), many: load(many, manySites, plans) });
  const agencies = `${count.toLocaleString('en-US')} agencies`;
  const cpu = (samples: Record<'few' | 'many', Sample[]>) => ({ ours: cpuOf(samples.many), floors: cpuOf(samples.few), unit: 'us CPU' });
  return [
    compareRow('Q13', `bootstrap with ${agencies}, by 10`, { ...cpu(starts), atMost: 1.3 }),
    compareRow('Q13', `plan lookup with ${agencies}, by 10`, { ...cpu(lookups), atMost: 1.3 }),
    await checkUnchanged(few, fewSites[0]!),
    boundRow('Q16', `memory per cached agency, with ${agencies}`, {
      measured: (after.heapUsed - before.heapUsed) / count,
      unit: 'bytes',
      atMost: 1024,
    }),
  ];
}

/** Copies the first agency, which the API itself created. */
async function copySites(stage: Stage, api: Measured, name: string, count: number): Promise<Site[]> {
  const first = await stage.agency(api, name);
  const connection = await mongoose.createConnection(await stage.database(name)).asPromise();
  const agencies = connection.collection('agencies');
  const made = (await agencies.findOne({ _id: first.id as never })) ?? {};
  const copies = Array.from({ length: count - 1 }, (_, index) => ({
    ...made,
    _id: `${first.id}x${index}` as never,
    slug: `${name}-${index}`,
    publishableKeys: [{ mode: 'test', key: `${first.keys.test.publishable}x${index}` }],
    secretKeys: [{ mode: 'test', fingerprint: `fingerprint-${index}`, last4: '0000' }],
  }));
  await agencies.insertMany(copies);
  await connection.close();
  return [first.keys.test.publishable, ...copies.map(({ publishableKeys }) => publishableKeys[0]!.key)].map((key) => ({
    key,
    origin: first.origin,
  }));
}

/** Checks that an unchanged answer is a 304. */
async function checkUnchanged({ url }: Measured, { key, origin }: Site): Promise<Row> {
  const ask = (headers: Record<string, string>) =>
    new Promise<{ status: number; etag: string }>((resolve, reject) => {
      request(`${url}/v1/brand.read?key=${key}`, { headers: { origin, ...headers } }, (reply) => {
        reply.resume().on('end', () => resolve({ status: reply.statusCode ?? 0, etag: reply.headers.etag ?? '' }));
      })
        .on('error', reject)
        .end();
    });
  const { etag } = await ask({});
  const { status } = await ask({ 'if-none-match': etag });
  const row = { id: 'Q13', what: 'an unchanged brand, asked for again', floor: '', ratio: '', bar: '304' };
  return { ...row, measured: etag === '' ? `${status}, no ETag` : String(status), verdict: status === 304 ? 'met' : 'missed' };
}
