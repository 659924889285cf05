import { runRounds } from '../rounds.ts';
import type { Stage } from '../stage.ts';
import { boundRow, compareRow, type Row } from '../table.ts';
import { type Kind, type Site, visit } from '../visit.ts';

interface Balance {
  available: number;
  used: number;
  assigned: number;
  level: string;
  seq: number;
}

interface Meters {
  handMeter: { update(balance: Balance): void };
}

type WlMeter = HTMLElement & { kit: { balance: Balance; update(balance: Balance): void }; updateComplete: Promise<boolean> };

/**
 * Shows new balances one after the other, and waits until each is in the page. Runs in the page.
 * @returns microseconds per update
 */
async function update({ kind, count }: { kind: string; count: number }): Promise<number> {
  const wl = document.querySelector('wl-balance-meter') as WlMeter | null;
  const hand = (globalThis as unknown as Meters).handMeter;
  const start = wl?.kit.balance ?? { available: 0, used: 0, assigned: 0, level: 'enough', seq: 0 };
  const startedAt = performance.now();
  for (let index = 1; index <= count; index += 1) {
    const used = index % 70_000;
    const balance = { ...start, available: 100_000 - used, used, assigned: 100_000, level: 'enough', seq: start.seq + index };
    if (kind === 'hand') hand.update(balance);
    else {
      wl?.kit.update(balance);
      await wl?.updateComplete;
    }
  }
  return ((performance.now() - startedAt) / count) * 1000;
}

/** Measures the meter while its balance changes. */
export async function meter(stage: Stage, site: Site): Promise<Row[]> {
  const open = async (kind: Kind) => {
    const visitor = await visit(site, { meterOnly: true });
    await visitor.page.goto(site.address(kind, 'meter'));
    await visitor.page.waitForFunction(() => (globalThis as unknown as { seen: { liveAt: number } }).seen.liveAt);
    return visitor;
  };
  const pages = { ours: await open('ours'), hand: await open('hand') };
  const heap = async () => {
    await pages.ours.devtools.send('HeapProfiler.collectGarbage');
    return (await pages.ours.devtools.send('Runtime.getHeapUsage')).usedSize;
  };
  const count = stage.pick(1000, 20_000, 100_000);
  const run = (kind: 'ours' | 'hand') => () => pages[kind].page.evaluate(update, { kind, count });
  const { ours, hand } = await runRounds(stage.rounds, { ours: run('ours'), hand: run('hand') });
  const before = await heap();
  const many = stage.pick(10_000, 100_000, 100_000);
  await pages.ours.page.evaluate(update, { kind: 'ours', count: many });
  const grown = ((await heap()) - before) / 1024;
  await Promise.all([pages.ours.close(), pages.hand.close()]);
  return [
    compareRow('Q4', 'a live update of the meter, by hand', { ours, floors: hand, unit: 'us', atMost: 1.3 }),
    boundRow('Q4', `heap grown by ${many.toLocaleString('en-US')} updates`, { measured: Math.max(0, grown), unit: 'KB', atMost: 100 }),
  ];
}
