import type { Outcome } from './jobs.ts';
import type { Mutant } from './mutate.ts';
import { BrokenFile, Session } from './session.ts';

/** `killed`: a test failed. `hung`: a test went on for ever. `survived`: every test that met it passed. */
export type Verdict = 'killed' | 'hung' | 'survived';

export const isCaught = (verdict: Verdict | undefined): boolean => verdict === 'killed' || verdict === 'hung';

interface Test {
  index: number;
  /** Time of a run without a mutant, by the clock and of the processor. */
  millis: number;
  cpuMillis: number;
  /** Passes again, by itself, in a process that has run others. */
  isSteady: boolean;
  reached: ReadonlySet<number>;
}

/** How long a test may take, on a machine that has other work as well. */
const limitOf = ({ millis }: Pick<Test, 'millis'>): number => 5 * millis + 5000;
const FIRST_RUN_MS = 300_000;

/**
 * A test that takes longer takes no part: those are long random histories, which are worth their time once, and not once for every mutant
 * that shorter tests let pass. The clock counts little, since the machine may have other work.
 */
const isLong = ({ millis, cpuMillis }: Test): boolean => cpuMillis > 4000 || millis > 60_000;

/** The tests of one file, against mutants one after the other. */
export class Hunt {
  /** The names of those that take too long, or fail without a mutant: with all of them in it the code is slower. */
  readonly leftOut: readonly string[];
  readonly #at: { folder: string; testFile: string };
  readonly #onLoading: ReadonlySet<number>;
  readonly #tests: readonly Test[];
  #session: Session;

  private constructor(at: { folder: string; testFile: string }, session: Session, tests: readonly Test[]) {
    this.#at = at;
    this.#session = session;
    this.#onLoading = new Set(session.opened.reached);
    this.#tests = tests;
    this.leftOut = session.opened.names.filter((_name, index) => !tests.some((test) => test.index === index && !isLong(test)));
  }

  /**
   * Runs a test file without a mutant, to see what each test meets, and those that meet one of some mutants again, to see whether they can be.
   * @throws {BrokenFile} if all of them fail without a mutant
   */
  static async open(folder: string, testFile: string, mutants: readonly Mutant[]): Promise<Hunt> {
    const session = await Session.open(folder, testFile);
    const all = session.opened.names.map((_name, index) => ({ index, millis: FIRST_RUN_MS }));
    const first = await session.run({ alive: 0, tests: all, all: true });
    const good = first?.ran.filter(passes) ?? [];
    if (good.length === 0) {
      session.abandon();
      throw new BrokenFile(`${testFile} fails without a mutant: ${first?.ran[0]?.failure ?? 'it hangs'}`);
    }
    const meeting = good.filter(({ reached }) => mutants.some(({ id }) => reached.includes(id)));
    const hunt = new Hunt({ folder, testFile }, session, []);
    if (good.length < all.length) await hunt.#renew();
    const again = await hunt.#runAgain(meeting.toReversed());
    const tests = good.map(({ index, millis, cpuMillis, reached }) => ({
      index,
      millis: Math.min(millis, again.get(index) ?? millis),
      cpuMillis,
      isSteady: again.has(index),
      reached: new Set(reached),
    }));
    return new Hunt({ folder, testFile }, hunt.#session, tests);
  }

  /** @returns how long each took that passes again, in milliseconds */
  async #runAgain(tests: readonly Pick<Test, 'index' | 'millis'>[]): Promise<ReadonlyMap<number, number>> {
    if (tests.length === 0) return new Map();
    const outcome = await this.#session.run({ alive: 0, tests: tests.map(withLimit), all: true });
    const ran = outcome?.ran ?? [];
    if (!outcome || !ran.every(passes)) await this.#renew();
    const rest = ran.at(-1)?.hung ? await this.#runAgain(tests.slice(ran.length)) : [];
    return new Map([...ran.filter(passes).map(({ index, millis }) => [index, millis] as const), ...rest]);
  }

  /**
   * Tries those tests that can be run again.
   * @returns undefined where none of them meets the mutant
   */
  async try({ id }: Mutant): Promise<Verdict | undefined> {
    const meeting = this.#tests.filter((test) => test.reached.has(id) && test.isSteady && !isLong(test));
    return meeting.length === 0
      ? undefined
      : this.#tryHere(
          id,
          meeting.toSorted((a, b) => a.millis - b.millis),
        );
  }

  /**
   * Tries in a process of its own what cannot be tried again in one that has run others: much slower, and also possible after `close`.
   * @returns undefined where no such test meets the mutant
   */
  async tryAlone({ id }: Mutant): Promise<Verdict | undefined> {
    const unsteady = this.#tests.findLast((test) => test.reached.has(id) && !test.isSteady && !isLong(test));
    const last = this.#onLoading.has(id) ? Number.POSITIVE_INFINITY : (unsteady?.index ?? -1);
    const tests = this.#testsUpTo(last);
    return tests.length === 0 ? undefined : this.#tryAfresh(id, tests);
  }

  /** Tests in the order of the file. Where one of them needs what was before it, none is left out. */
  #testsUpTo(last: number): readonly Test[] {
    const isOrdered = this.#tests.some(({ isSteady }) => !isSteady);
    return this.#tests.filter((test) => test.index <= last && (isOrdered || !isLong(test)));
  }

  close(): Promise<void> {
    return this.#session.close();
  }

  /** In the process that has run other mutants. A failure counts if the same test passes again without the mutant. */
  async #tryHere(id: number, tests: readonly Test[]): Promise<Verdict> {
    const outcome = await this.#session.run({ alive: id, tests: tests.map(withLimit) });
    const last = outcome?.ran.at(-1);
    if (last && !last.hung && last.failure === undefined) return 'survived';
    const failed = tests.filter(({ index }) => index === (last?.index ?? tests[0]?.index));
    if (last && !last.hung) {
      const after = await this.#session.run({ alive: 0, tests: failed.map(withLimit) });
      if (after?.ran.every(passes)) return 'killed';
    }
    await this.#renew();
    return this.#tryAfresh(id, last ? failed : tests);
  }

  /** Where the mutant lives from the start: in a process of its own, or in a page that is loaded again. */
  async #tryAfresh(id: number, tests: readonly Test[]): Promise<Verdict> {
    const job = { alive: id, tests: tests.map(withLimit) };
    if (this.#session.canReload) {
      if (!this.#session.isOpen) await this.#renew();
      const verdict = verdictOn(await this.#session.run({ ...job, reload: true }));
      if (verdict === 'hung') await this.#renew();
      return verdict;
    }
    try {
      const session = await Session.open(this.#at.folder, this.#at.testFile, id);
      const verdict = verdictOn(await session.run(job));
      if (verdict === 'hung') session.abandon();
      else await session.close();
      return verdict;
    } catch (error) {
      if (error instanceof BrokenFile) return 'killed';
      throw error;
    }
  }

  async #renew(): Promise<void> {
    this.#session.abandon();
    this.#session = await Session.open(this.#at.folder, this.#at.testFile);
  }
}

const passes = ({ failure, hung }: Outcome['ran'][number]): boolean => failure === undefined && !hung;

function verdictOn(outcome: Outcome | undefined): Verdict {
  const last = outcome?.ran.at(-1);
  if (!outcome || last?.hung) return 'hung';
  return last?.failure === undefined ? 'survived' : 'killed';
}

const withLimit = (test: Pick<Test, 'index' | 'millis'>) => ({ index: test.index, millis: limitOf(test) });
