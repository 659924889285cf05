import { appendFileSync } from 'node:fs';
import { esbuildPlugin } from '@web/dev-server-esbuild';
import { defaultReporter } from '@web/test-runner';
import { chromeLauncher } from '@web/test-runner-chrome';
import { chromiumArgs, featuresOff } from './test/support/chromium.mjs';

/** Plays the settings of a visitor's system, beyond light and dark: `executeServerCommand('emulate-features', [{ name, value }])`. */
const emulateFeatures = {
  name: 'emulate-features',
  async executeCommand({ command, payload: features, session }) {
    if (command !== 'emulate-features') return undefined;
    const devtools = await session.browser.getPage(session.id).createCDPSession();
    await devtools.send('Emulation.setEmulatedMedia', { features });
    return true;
  },
};

/** Skips the tests whose name does not contain a part, where one is given. The runner counts what mocha's own filter leaves out as failed. */
const namedOnly = {
  name: 'named-only',
  transform({ path, body }) {
    const part = process.env.TEST_NAME_PART;
    if (!part || !path.endsWith('.test.ts')) return undefined;
    return `beforeEach(function () { if (!this.currentTest.fullTitle().includes(${JSON.stringify(part)})) this.skip(); });\n${body}`;
  },
};

/** Says at the end how long the tests of each file ran, to who runs them all. */
const durations = {
  onTestRunFinished({ sessions }) {
    for (const { testFile, testResults } of process.env.TEST_USAGE_FILE ? sessions : [])
      appendFileSync(process.env.TEST_USAGE_FILE, `${JSON.stringify({ file: testFile, seconds: millisOf(testResults) / 1000 })}\n`);
  },
};

const millisOf = ({ suites = [], tests = [] } = {}) =>
  suites.reduce((sum, suite) => sum + millisOf(suite), 0) + tests.reduce((sum, { duration = 0 }) => sum + duration, 0);

/** The widgets in a real Chromium: `npx web-test-runner`. */
export default {
  files: 'test/widgets/**/*.test.ts',
  nodeResolve: { exportConditions: ['production', 'default'] },
  // One page at a time: keys reach a page only while it is in front.
  concurrency: 1,
  // For what hangs, not for what is slow beside others.
  testFramework: { config: { timeout: '60000' } },
  testsFinishTimeout: 600_000,
  reporters: [defaultReporter(), durations],
  plugins: [
    emulateFeatures,
    namedOnly,
    esbuildPlugin({ ts: true, tsconfig: new URL('./tsconfig.json', import.meta.url).pathname, target: 'es2022' }),
  ],
  // A color that had to be shifted is told to the developer; the tests do not need to read it.
  filterBrowserLogs: ({ args }) => !String(args[0]).startsWith('The primary color'),
  browsers: [
    chromeLauncher({
      // The page behaves as the one that has the keyboard, whatever window is in front.
      async createPage({ context }) {
        const page = await context.newPage();
        await (await page.createCDPSession()).send('Emulation.setFocusEmulationEnabled', { enabled: true });
        return page;
      },
      launchOptions: {
        ...(process.env.CHROME_PATH ? { executablePath: process.env.CHROME_PATH } : {}),
        args: [
          ...chromiumArgs,
          `--disable-features=${featuresOff.join(',')}`,
          '--disable-background-timer-throttling',
          '--disable-renderer-backgrounding',
          '--disable-backgrounding-occluded-windows',
          '--disable-quic',
          '--no-first-run',
        ],
      },
    }),
  ],
};
