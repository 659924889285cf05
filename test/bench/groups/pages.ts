import { setTimeout as wait } from 'node:timers/promises';
import type { CDPSession } from 'playwright-core';
import { median, three } from '../numbers.ts';
import { inRounds } from '../rounds.ts';
import type { Stage } from '../stage.ts';
import { bounded, compared, type Row } from '../table.ts';
import { type Kind, openSite, type Site, visit } from '../visit.ts';
import { meter } from './meter.ts';

const LATENCY_MS = 150;
const SETTLE_MS = 400;

/** Requests that nobody waits for: after the first view, caused by it, or only for developers. */
const beside = /wl-deferred|wl-developer|live\.stream|favicon|^data:/;

const live = 'new Promise((found) => (function look() { seen.liveAt ? found(seen.liveAt) : requestAnimationFrame(look) })())';

/** Asks the page without the library that drives the browser, which would bring so much script of its own that its part is what one measures. */
async function inPage<Value>(devtools: CDPSession, expression: string): Promise<Value> {
  const { result } = await devtools.send('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true });
  return result.value as Value;
}

/** The widgets on an agency's page, against the same page with ones written by hand and with none. */
export async function pages(stage: Stage): Promise<Row[]> {
  const site = await openSite(stage, 'pages');
  return [...(await firstView(stage, site)), ...(await harm(stage, site)), ...(await meter(stage, site))];
}

async function firstView(stage: Stage, site: Site): Promise<Row[]> {
  const load = async (kind: Kind) => {
    const { page, devtools, close } = await visit(site, { latencyMillis: LATENCY_MS });
    const asked: string[] = [];
    // Preflights are requests like all others here.
    devtools.on('Network.requestWillBeSent', ({ request }) => asked.push(request.url));
    await page.goto(site.address(kind));
    const liveAt = await inPage<number>(devtools, live);
    await close();
    return { liveAt, requests: asked.slice(1).filter((url) => !beside.test(url)) };
  };
  const { ours, hand } = await inRounds(stage.rounds, { ours: () => load('ours'), hand: () => load('hand') });
  const most = Math.max(...ours.map(({ requests }) => requests.length));
  const times = { ours: ours.map(({ liveAt }) => liveAt), floors: hand.map(({ liveAt }) => liveAt), unit: 'ms' };
  return [
    compared('Q2', `all widgets show live data at ${LATENCY_MS} ms round trip, by hand`, { ...times, atMost: 1.1 }),
    bounded('Q2', 'requests until then, after the page', { measured: most, unit: 'requests', atMost: 2, isExact: true }),
  ];
}

interface Borne {
  shift: number;
  blocking: number;
  scriptMillis: number;
}

async function harm(stage: Stage, site: Site): Promise<Row[]> {
  const load = async (kind: Kind): Promise<Borne> => {
    const { page, devtools, close } = await visit(site, { slower: 4 });
    await page.goto(site.address(kind));
    if (kind !== 'bare') await inPage(devtools, live);
    await wait(SETTLE_MS); // what comes after the first view harms as well
    const { metrics } = await devtools.send('Performance.getMetrics');
    const seen = await inPage<Omit<Borne, 'scriptMillis'>>(devtools, 'seen');
    await close();
    return { ...seen, scriptMillis: (metrics.find(({ name }) => name === 'ScriptDuration')?.value ?? Number.NaN) * 1000 };
  };
  const { ours, hand, bare } = await inRounds(stage.rounds, {
    ours: () => load('ours'),
    hand: () => load('hand'),
    bare: () => load('bare'),
  });
  const added = (of: Borne[], what: keyof Borne) => median(of.map((borne, round) => borne[what] - (bare[round]?.[what] ?? Number.NaN)));
  const row = (what: keyof Borne, name: string, unit: string, atMost: number) =>
    bounded('Q3', name, {
      measured: Math.max(0, added(ours, what)),
      unit,
      atMost,
      floor: `${three(Math.max(0, added(hand, what)))} ${unit} by hand`,
    });
  return [
    row('shift', 'layout shift added to a page that keeps the places free', 'points', 0),
    row('blocking', 'blocking time added, processor 4x slower', 'ms', 0),
    row('scriptMillis', 'script time added, processor 4x slower', 'ms', 30),
  ];
}
