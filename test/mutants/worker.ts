import { pathToFileURL } from 'node:url';
import { beginTests, endTests, runTest, testNames } from './node-test.ts';

/** Runs the tests of one file as often as its parent asks, each time with another mutant alive: `worker.ts <test file>`. */

/** The tests to run. */
export interface Job {
  /** The mutant that lives meanwhile; 0 for none. */
  alive: number;
  /** Tests by their place in the file, in this order, until one fails. `millis` ends a test that hangs. */
  tests: readonly { index: number; millis: number }[];
  /** Goes on after a failure. */
  all?: boolean;
}

export interface Outcome {
  /** One for each test that ran. */
  ran: { index: number; millis: number; cpuMillis: number; failure?: string; hung?: boolean; reached: number[] }[];
}

export interface Opened {
  names: string[];
  /** Why the file could not be loaded. */
  broken?: string;
  /** The mutants that loading the file has met. */
  reached: number[];
}

/** A mutant that is met so often in one test goes round in an endless loop. */
const MEETINGS_MAX = 2_000_000;

let alive = Number(process.env.LIVERY_MUTANT ?? 0);
let meetings = 0;
let reached = new Set<number>();
let fail: (error: unknown) => void = () => undefined;
const { setTimeout, clearTimeout, performance } = globalThis;

Object.assign(globalThis, {
  isMutant_(id: number) {
    reached.add(id);
    if (id !== alive) return false;
    meetings += 1;
    if (meetings > MEETINGS_MAX) throw new Error('an endless loop');
    return true;
  },
});

for (const event of ['uncaughtException', 'unhandledRejection']) process.on(event, (error) => fail(error));

function startsOver(): Set<number> {
  const before = reached;
  reached = new Set();
  meetings = 0;
  return before;
}

async function run({ alive: one, tests, all = false }: Job): Promise<Outcome> {
  const outcome: Outcome = { ran: [] };
  for (const { index, millis } of tests) {
    startsOver();
    setAlive(one);
    const startedAt = performance.now();
    const used = process.cpuUsage();
    const end = await endOf(index, millis);
    setAlive(0);
    const { user, system } = process.cpuUsage(used);
    outcome.ran.push({
      index,
      millis: performance.now() - startedAt,
      cpuMillis: (user + system) / 1000,
      ...end,
      reached: [...startsOver()],
    });
    if (end.hung || (end.failure !== undefined && !all)) break;
  }
  return outcome;
}

/** Processes that a test starts read it from their environment. */
function setAlive(id: number): void {
  alive = id;
  process.env.LIVERY_MUTANT = String(id);
}

async function endOf(index: number, millis: number): Promise<{ failure?: string; hung?: boolean }> {
  let timer: NodeJS.Timeout | undefined;
  const trouble = new Promise<never>((_resolve, reject) => {
    fail = reject;
  });
  const hung = new Promise<{ hung: true }>((resolve) => {
    timer = setTimeout(() => resolve({ hung: true }), millis);
  });
  try {
    return await Promise.race([runTest(index).then(() => ({})), trouble, hung]);
  } catch (error) {
    return { failure: told(error) };
  } finally {
    clearTimeout(timer);
    fail = () => undefined;
  }
}

const told = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error));

async function load(): Promise<void> {
  await import(pathToFileURL(process.argv[2] ?? '').href);
  await beginTests();
}

const say = (message: Opened | Outcome | { ended: true }) => process.send?.(message);

const broken = await Promise.race([load(), new Promise((_resolve, reject) => (fail = reject))]).then(() => undefined, told);
say({ names: testNames(), ...(broken === undefined ? {} : { broken }), reached: [...startsOver()] });

process.on('message', async (job: Job | 'end') => {
  if (job !== 'end') return say(await run(job));
  await endTests();
  process.exit();
});
process.on('disconnect', () => process.exit());
