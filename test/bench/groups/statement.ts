import { median } from '../numbers.ts';
import type { Stage } from '../stage.ts';
import { boundRow, type Row } from '../table.ts';
import { openSite, visit } from '../visit.ts';

const CALLS = 1000;
const SIDE_BY_SIDE = 10;
/** A frame at 60 a second. */
const FRAME_MS = 1000 / 60;

type Longest = { longestMs: number };

/** Puts a statement into the page, and measures its longest update with the layout that follows. Runs in the page. */
function putStatement(): void {
  const seen = Object.assign(globalThis as unknown as Longest, { longestMs: 0 });
  const element = document.createElement('wl-statement') as unknown as HTMLElement & { performUpdate(): void };
  const update = element.performUpdate;
  element.performUpdate = function () {
    const startedAt = performance.now();
    update.call(this);
    void this.offsetHeight;
    seen.longestMs = Math.max(seen.longestMs, performance.now() - startedAt);
  };
  document.querySelector('wl-statement')?.remove();
  document.body.append(element);
}

/** Measures the first page of a statement of a thousand things. */
export async function statement(stage: Stage): Promise<Row[]> {
  const site = await openSite(stage, 'statement');
  for (let call = 0; call < CALLS; call += SIDE_BY_SIDE)
    await Promise.all(
      Array.from({ length: SIDE_BY_SIDE }, (_, index) =>
        site.agency.call('usage.record', { clientId: site.clientId, callId: `call-${call + index}`, seconds: 6 }),
      ),
    );
  const { page, close } = await visit(site, { meterOnly: true });
  await page.goto(site.address('ours', 'meter'));
  const shown = page.locator('wl-statement [part=thing]').first();
  await page.evaluate(() => document.body.append(document.createElement('wl-statement'))); // its code comes with the first one
  await shown.waitFor();
  const longest: number[] = [];
  for (let round = 0; round < stage.rounds; round += 1) {
    await page.evaluate(putStatement);
    await shown.waitFor();
    longest.push(await page.evaluate(() => (globalThis as unknown as Longest).longestMs));
  }
  await close();
  const what = `the first page of a statement of ${CALLS.toLocaleString('en-US')} things: its longest update, with the layout`;
  return [boundRow('Q24', what, { measured: median(longest), unit: 'ms', atMost: FRAME_MS })];
}
