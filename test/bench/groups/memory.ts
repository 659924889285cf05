import { setTimeout as wait } from 'node:timers/promises';
import { send } from '../load.ts';
import { formatFigure } from '../numbers.ts';
import { openSignedIn } from '../people.ts';
import type { Stage } from '../stage.ts';
import { boundRow, type Row } from '../table.ts';

const megabytes = (bytes: number) => bytes / 1024 / 1024;

/** Measures the API's memory when idle and after many calls. */
export async function memory(stage: Stage): Promise<Row[]> {
  const [embedded, plain] = [await stage.api(undefined), await stage.api('memory')];
  const agency = await stage.agency(plain, 'memory');
  const { token } = await openSignedIn(agency);
  await wait(1000);
  const [alone, idle] = [await embedded.memory(), await plain.memory()];
  const count = stage.pick(1000, 50_000, 1_000_000);
  const path = `/v1/credits.balance?key=${agency.keys.test.publishable}`;
  const headers = { authorization: `Bearer ${token}`, origin: agency.origin };
  await send({ url: plain.url, count, atOnce: 16, ask: () => ({ path, headers }) });
  const after = await plain.memory();
  return [
    boundRow('Q16', 'memory of the API, idle, with the embedded database', { measured: megabytes(alone.rss), unit: 'MB', atMost: 220 }),
    boundRow('Q16', 'the same with the database elsewhere', { measured: megabytes(idle.rss), unit: 'MB', atMost: 120 }),
    {
      ...boundRow('Q16', `after ${count.toLocaleString('en-US')} balance reads, by idle`, {
        measured: after.rss / idle.rss,
        unit: 'x',
        atMost: 1.4,
      }),
      measured: `${formatFigure(megabytes(after.rss))} MB`,
      floor: `${formatFigure(megabytes(idle.rss))} MB`,
      ratio: (after.rss / idle.rss).toFixed(2),
    },
  ];
}
