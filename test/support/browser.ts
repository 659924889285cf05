import { after } from 'node:test';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { chromiumArgs, featuresOff } from './chromium.mjs';

/** Features that Playwright turns off. Chromium reads only the last list, so ours repeats them. */
const playwrightFeaturesOff = [
  'AvoidCorsURLLoaderRestartOnRedirect',
  'AvoidUnnecessaryBeforeUnloadCheckSync',
  'DestroyProfileOnBrowserClose',
  'HttpsFirstBalancedModeAutoEnable',
  'HttpsUpgrades',
  'LensOverlay',
  'MediaRouter',
  'NetworkTimeServiceQuerying',
  'OptimizationHints',
  'PaintHolding',
  'PreconnectToSearch',
  'AimEnabled',
  'ThirdPartyStoragePartitioning',
];

/** Launches a Chromium, which the caller closes. */
export const launchChromium = (...args: string[]): Promise<Browser> =>
  chromium.launch({
    executablePath: process.env.CHROME_PATH ?? '/usr/bin/chromium',
    args: [...chromiumArgs, `--disable-features=${[...playwrightFeaturesOff, ...featuresOff].join(',')}`, ...args],
  });

/** Opens a real Chromium that reaches only this machine. It ends with the test or the test file that opens it. */
export async function openBrowser(...args: string[]): Promise<Browser> {
  const browser = await launchChromium(...args);
  after(() => browser.close());
  return browser;
}

/** Opens a visitor: a browser context that collects page errors and console errors. It closes with the test or the test file that opens it. */
export async function visit(
  browser: Browser,
  url: string,
  options: Parameters<Browser['newContext']>[0] = {},
): Promise<{ context: BrowserContext; page: Page; errors: string[] }> {
  const context = await browser.newContext({ viewport: { width: 1200, height: 900 }, ...options });
  after(() => context.close());
  context.setDefaultTimeout(30_000); // for what never comes: on a busy machine what comes may take long
  const errors: string[] = [];
  context.on('weberror', (error) => errors.push(error.error().message));
  context.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
  const page = await context.newPage();
  await page.goto(url);
  return { context, page, errors };
}
