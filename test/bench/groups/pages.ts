import { setTimeout as wait } from 'node:timers/promises';
import type { CDPSession } from 'playwright-core';
import { formatFigure, median } from '../numbers.ts';
import { runRounds } from '../rounds.ts';
import type { Stage } from '../stage.ts';
import { boundRow, compareRow, type Row } from '../table.ts';
import { type Kind, openSite, type Site, visit } from '../visit.ts';
import { meter } from './meter.ts';

const LATENCY_MS = 150;
const SETTLE_MS = 400;

/** Requests that do not delay the first view: later ones, or those for developers only. */
const beside = /wl-deferred|wl-developer|live\.stream|favicon|^data:/;

const live = 'new Promise((found) => (function look() { seen.liveAt ? found(seen.liveAt) : requestAnimationFrame(look) })())';

/** Evaluates an expression in the page without Playwright, whose own script would dominate the measurement. */
async function evaluateInPage<Value>(devtools: CDPSession, expression: string): Promise<Value> {
  const { result } = await devtools.send('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true });
  return result.value as Value;
}

/** Measures the widgets on an agency's page against the same page with hand-written ones and with none. */
export async function pages(stage: Stage): Promise<Row[]> {
  const site = await openSite(stage, 'pages');
  return [...(await measureFirstView(stage, site)), ...(await measureHarm(stage, site)), ...(await meter(stage, site))];
}

async function measureFirstView(stage: Stage, site: Site): Promise<Row[]> {
  const load = async (kind: Kind) => {
    const { page, devtools, close } = await visit(site, { latencyMillis: LATENCY_MS });
    const asked: string[] = [];
    // Preflights count as requests.
    devtools.on('Network.requestWillBeSent', ({ request }) => asked.push(request.url));
    await page.goto(site.address(kind));
    const liveAt = await evaluateInPage<number>(devtools, live);
    await close();
    return { liveAt, requests: asked.slice(1).filter((url) => !beside.test(url)) };
  };
  const { ours, hand } = await runRounds(stage.rounds, { ours: () => load('ours'), hand: () => load('hand') });
  const most = Math.max(...ours.map(({ requests }) => requests.length));
  const times = { ours: ours.map(({ liveAt }) => liveAt), floors: hand.map(({ liveAt }) => liveAt), unit: 'ms' };
  return [
    compareRow('Q2', `all widgets show live data at ${LATENCY_MS} ms round trip, by hand`, { ...times, atMost: 1.1 }),
    boundRow('Q2', 'requests until then, after the page', { measured: most, unit: 'requests', atMost: 2, isExact: true }),
  ];
}

interface Borne {
  shift: number;
  blocking: number;
  scriptMillis: number;
}

async function measureHarm(stage: Stage, site: Site): Promise<Row[]> {
  const load = async (kind: Kind): Promise<Borne> => {
    const { page, devtools, close } = await visit(site, { slower: 4 });
    await page.goto(site.address(kind));
    if (kind !== 'bare') await evaluateInPage(devtools, live);
    await wait(SETTLE_MS); // includes work after the first view
    const { metrics } = await devtools.send('Performance.getMetrics');
    const seen = await evaluateInPage<Omit<Borne, 'scriptMillis'>>(devtools, 'seen');
    await close();
    return { ...seen, scriptMillis: (metrics.find(({ name }) => name === 'ScriptDuration')?.value ?? Number.NaN) * 1000 };
  };
  const { ours, hand, bare } = await runRounds(stage.rounds, {
    ours: () => load('ours'),
    hand: () => load('hand'),
    bare: () => load('bare'),
  });
  const added = (of: Borne[], what: keyof Borne) => median(of.map((borne, round) => borne[what] - (bare[round]?.[what] ?? Number.NaN)));
  const row = (what: keyof Borne, name: string, unit: string, atMost: number) =>
    boundRow('Q3', name, {
      measured: Math.max(0, added(ours, what)),
      unit,
      atMost,
      floor: `${formatFigure(Math.max(0, added(hand, what)))} ${unit} by hand`,
    });
  return [
    row('shift', 'layout shift added to a page that keeps the places free', 'points', 0),
    row('blocking', 'blocking time added, processor 4x slower', 'ms', 0),
    row('scriptMillis', 'script time added, processor 4x slower', 'ms', 30),
  ];
}
