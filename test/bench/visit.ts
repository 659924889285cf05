import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, CDPSession, Page } from 'playwright-core';
import type { Agency } from '../support/agency.ts';
import { launchChromium } from '../support/browser.ts';
import { listenHere } from './floors/listen.ts';
import { openSignedIn } from './people.ts';
import type { Measured } from './process.ts';
import type { Stage } from './stage.ts';

export type Kind = 'ours' | 'hand' | 'bare';

/** A browser, and a plain page of an agency with our widgets, with hand-written ones, or with neither. */
export interface Site {
  api: Measured;
  agency: Agency;
  /** The client that is signed in on the page. */
  clientId: string;
  browser: Browser;
  /** @param only loads the meter alone or with the knowledge element, instead of all three widgets */
  address(kind: Kind, only?: 'meter' | 'knowledge'): string;
}

/**
 * Opens a site with its own API.
 * @param name of its agency and its database
 */
export async function openSite(stage: Stage, name: string, environment: Record<string, string> = {}): Promise<Site> {
  const api = await stage.api(name, environment);
  const agency = await stage.agency(api, name);
  const { clientId, token } = await openSignedIn(agency);
  const hand = await readFile(join(import.meta.dirname, 'floors/hand-widgets.js'));
  const key = agency.keys.test.publishable;
  const scripts: Record<Kind, string> = {
    ours: `<script type="module" src="${api.url}/embed/v1/wl.js" data-key="${key}"></script>`,
    hand: `<script type="module" src="/hand-widgets.js" data-key="${key}" data-api="${api.url}"></script>`,
    bare: '',
  };
  const url = await listenHere((req, res) => {
    const [, kind = '', only = ''] = (req.url ?? '').split('/');
    if (kind === 'hand-widgets.js') res.writeHead(200, { 'Content-Type': 'text/javascript' }).end(hand);
    else if (kind in scripts)
      res.writeHead(200, { 'Content-Type': 'text/html' }).end(pageOf(kind as Kind, scripts[kind as Kind], token, only));
    else res.writeHead(404).end();
  });
  const browser = await launchChromium();
  stage.until(() => browser.close());
  return { api, agency, clientId, browser, address: (kind, only) => `${url}/${kind}${only ? `/${only}` : ''}` };
}

/** Returns the page. It reserves the place of each widget, because the three kinds may differ only in the widgets. */
function pageOf(kind: Kind, script: string, token: string, only: string): string {
  const place = (widget: string, tag: string, height: number) => {
    const inside = { ours: `<${tag}></${tag}>`, hand: `<div data-widget="${widget}"></div>`, bare: '' }[kind];
    return `<section style="height:${height}px;overflow:auto">${inside}</section><p>Words of the page between its widgets.</p>`;
  };
  const beside: Record<string, string[]> = {
    '': [place('account', 'wl-signup', 420), place('packages', 'wl-buy-credits', 520)],
    knowledge: [place('knowledge', 'wl-knowledge-upload', 800)],
  };
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Agency</title><link rel="icon" href="data:,">
<script>window.wl = { session: async () => '${token}' }</script>
${script}
<h1>Your account</h1>${[place('meter', 'wl-balance-meter', 260), ...(beside[only] ?? [])].join('')}</html>`;
}

/** Records when all widgets of a page show the current state, and the load on the page until then. */
export const watchPage = (meterOnly: boolean): void => {
  const seen = { liveAt: 0, shift: 0, blocking: 0 };
  Object.assign(globalThis, { seen });
  const has = (tag: string, part: string) => document.querySelector(tag)?.shadowRoot?.querySelector(`[part~=${part}]`);
  const isLive = () =>
    document.documentElement?.dataset.live === 'yes' ||
    (has('wl-balance-meter', 'figures') && (meterOnly || (has('wl-buy-credits', 'package') && has('wl-signup', 'account'))));
  const look = () => {
    if (isLive()) seen.liveAt = performance.now();
    else requestAnimationFrame(look);
  };
  look();
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) seen.shift += (entry as unknown as { value: number }).value;
  }).observe({ type: 'layout-shift', buffered: true });
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) seen.blocking += duration - 50;
  }).observe({ type: 'longtask', buffered: true });
};

export interface Visit {
  page: Page;
  devtools: CDPSession;
  close(): Promise<void>;
}

/** Opens the page as a new visitor, with a network and a processor of the given slowness. */
export async function visit({ browser }: Site, { latencyMillis = 0, slower = 1, meterOnly = false }): Promise<Visit> {
  const context = await browser.newContext({ viewport: { width: 1200, height: 1600 } });
  const page = await context.newPage();
  const devtools = await context.newCDPSession(page);
  await devtools.send('Network.enable');
  await devtools.send('Performance.enable');
  await devtools.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: latencyMillis,
    downloadThroughput: -1,
    uploadThroughput: -1,
  });
  await devtools.send('Emulation.setCPUThrottlingRate', { rate: slower });
  await page.addInitScript('globalThis.__name = (named) => named;'); // the loader of this file puts calls of it into functions
  await page.addInitScript(watchPage, meterOnly);
  return { page, devtools, close: () => context.close() };
}
