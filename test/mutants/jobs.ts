import type { Trial } from './trial.ts';

/** The talk of a process that runs the tests of one file with the process that hunts. */

/** The tests to run. */
export interface Job {
  /** The mutant that lives meanwhile; 0 for none. */
  alive: number;
  /** Tests by their place in the file, in this order, until one fails. `millis` ends a test that hangs. */
  tests: readonly { index: number; millis: number }[];
  /** Goes on after a failure. */
  all?: boolean;
  /** Loads the file again first, with the mutant alive. Only a page can; a process has to be another one. */
  reload?: boolean;
}

export interface Outcome {
  /** One for each test that ran. */
  ran: (Trial & { index: number; cpuMillis: number })[];
}

export interface Opened {
  names: string[];
  /** Why the file could not be loaded. */
  broken?: string;
  /** The mutants that loading the file has met. */
  reached: number[];
}

/** How long a test file may take to load, on a machine that has other work as well. */
export const OPEN_MS = 600_000;

/** Says what loading a file of tests has come to. */
export const openedBy = ({ failure, hung, reached }: Trial, names: string[]): Opened => {
  const broken = hung ? 'it hangs' : failure;
  return { names, reached, ...(broken === undefined ? {} : { broken }) };
};

type TryTest = (test: Job['tests'][number]) => Promise<Trial & { cpuMillis: number }>;

interface File {
  opened: Opened;
  /** Makes ready for tests with a mutant. */
  begin(job: Job): Promise<TryTest>;
  end(): Promise<unknown>;
}

/** Runs what the parent asks for, until it says that this is the end. */
export function answerJobs({ opened, begin, end }: File): void {
  const say = (message: Opened | Outcome) => process.send?.(message);
  const run = async (job: Job): Promise<Outcome> => {
    const { tests, all = false } = job;
    const tryTest = await begin(job);
    const outcome: Outcome = { ran: [] };
    for (const test of tests) {
      const trial = await tryTest(test);
      outcome.ran.push({ index: test.index, ...trial });
      if (trial.hung || (trial.failure !== undefined && !all)) break;
    }
    return outcome;
  };
  process.on('message', async (job: Job | 'end') => {
    if (job !== 'end') return say(await run(job));
    await end();
    process.exit();
  });
  process.on('disconnect', () => process.exit());
  say(opened);
}
