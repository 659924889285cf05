import { type Opened, openedBy } from './jobs.ts';
import { failTrial, type Trial, tryWork } from './trial.ts';

/** Stands in for the test runner of a page where tests run again and again in one page: they wait until they are asked for. */

type Hook = () => unknown;

interface Suite {
  before: Hook[];
  beforeEach: Hook[];
  afterEach: Hook[];
}

interface Registered {
  name: string;
  body: Hook;
  /** Its suites, the widest first. */
  suites: readonly Suite[];
}

const registered: Registered[] = [];
const newSuite = (): Suite => ({ before: [], beforeEach: [], afterEach: [] });
/** Those that are being described. */
const open: Suite[] = [newSuite()];
const hooked = (name: keyof Suite) => (hook: Hook) => void open.at(-1)?.[name].push(hook);

Object.assign(globalThis, {
  describe(_name: string, body: (this: { timeout(): void }) => void) {
    open.push(newSuite());
    body.call({ timeout: () => undefined });
    open.pop();
  },
  it: (name: string, body: Hook) => void registered.push({ name, body, suites: [...open] }),
  before: hooked('before'),
  beforeEach: hooked('beforeEach'),
  afterEach: hooked('afterEach'),
  // The page is closed instead.
  after: () => undefined,
});

addEventListener('error', ({ error }) => failTrial(error));
addEventListener('unhandledrejection', ({ reason }) => failTrial(reason));

/** Serves `browser-worker.ts` in the page. */
export interface TestPage {
  /** Loads a test file with a mutant alive, where nothing is stored. */
  open(address: string, alive: number, millis: number): Promise<Opened>;
  tryTest(test: { index: number; millis: number }, alive: number): Promise<Trial>;
}

const testPage: TestPage = {
  async open(address, alive, millis) {
    await forgetAll();
    const loading = await tryWork(alive, millis, () => import(/* @vite-ignore */ address));
    return openedBy(
      loading,
      registered.map(({ name }) => name),
    );
  },
  tryTest: ({ index, millis }, alive) => tryWork(alive, millis, () => runTest(index)),
};
Object.assign(globalThis, { testPage });

async function forgetAll(): Promise<void> {
  localStorage.clear();
  sessionStorage.clear();
  for (const { name } of await indexedDB.databases()) if (name) indexedDB.deleteDatabase(name);
}

async function runTest(index: number): Promise<void> {
  const { body, suites } = registered[index] as Registered;
  for (const { before } of suites) for (const hook of before.splice(0)) await hook();
  try {
    for (const { beforeEach } of suites) for (const hook of beforeEach) await hook();
    await body();
  } finally {
    for (const { afterEach } of suites.toReversed()) for (const hook of afterEach) await hook();
  }
}
