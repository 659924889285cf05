import { join } from 'node:path';
import { launchChromium } from '../support/browser.ts';
import type { TestPage } from './browser-test.ts';
import { answerJobs, OPEN_MS, type Opened } from './jobs.ts';
import type { Trial } from './trial.ts';

/** As `worker.ts`, for a test file that runs in a page: `browser-worker.ts <folder of bundles> <test file>`. */

declare const testPage: TestPage;
const [folder = '', testFile = ''] = process.argv.slice(2);
/** Nobody listens there: the files come from the folder. */
const HOST = 'http://localhost';
const EMPTY_PAGE = '<!doctype html><script type="module" src="/test/mutants/browser-test.js"></script>';

const browser = await launchChromium();
const tryInPage = ([test, alive]: readonly [Parameters<TestPage['tryTest']>[0], number]) => testPage.tryTest(test, alive);

/** The page was left, or its file cannot be loaded. */
function failureOf(error: unknown): Trial {
  loadedWith = undefined;
  return { failure: String(error), reached: [], millis: 0 };
}

const page = await browser.newPage();
await page.route('**/*', (route) => {
  const { origin, pathname } = new URL(route.request().url());
  if (route.request().isNavigationRequest()) return route.fulfill({ contentType: 'text/html', body: EMPTY_PAGE });
  return origin === HOST ? route.fulfill({ path: join(folder, pathname) }) : route.abort();
});

/** The mutant that was alive while the page was loaded; nothing, where the page was left. */
let loadedWith: number | undefined;

async function openTests(alive: number): Promise<Opened> {
  await page.goto(`${HOST}/?tests`);
  const opened = await page.evaluate((given) => testPage.open(...given), [`/${testFile}`, alive, OPEN_MS] as const);
  loadedWith = alive;
  return opened;
}

const opened = await openTests(0);

answerJobs({
  opened,
  async begin({ alive, reload = false }) {
    const now = reload || loadedWith !== 0 ? await openTests(reload ? alive : 0) : opened;
    return async (test) => {
      const trial =
        now.broken === undefined ? await page.evaluate(tryInPage, [test, alive] as const).catch(failureOf) : failureOf(now.broken);
      return { ...trial, cpuMillis: 0 };
    };
  },
  end: () => browser.close(),
});
