import type { Mutant } from './mutate.ts';
import { BrokenFile, Session } from './session.ts';
import type { Outcome } from './worker.ts';

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

/** How long a test may take with a mutant, on a machine that has other work as well. */
const limitOf = ({ millis }: Test): number => 5 * millis + 5000;
const FIRST_RUN_MS = 300_000;

/**
 * A test that takes longer takes no part: those are long random histories, which are worth their time once, and not once for every mutant
 * that shorter tests let pass.
 */
const isLong = ({ millis, cpuMillis }: Test): boolean => cpuMillis > 4000 || millis > 15_000;

/** The tests of one file, against mutants one after the other. */
export class Hunt {
  /** The names of those that take too long, or fail without a mutant: with all of them in it the code is slower. */
  readonly leftOut: readonly string[];
  readonly #folder: string;
  readonly #testFile: string;
  readonly #onLoading: ReadonlySet<number>;
  readonly #tests: readonly Test[];
  #session: Session;

  private constructor(at: { folder: string; testFile: string }, session: Session, tests: readonly Test[]) {
    this.#folder = at.folder;
    this.#testFile = at.testFile;
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
    let session = await Session.open(folder, testFile);
    const all = session.opened.names.map((_name, index) => ({ index, millis: FIRST_RUN_MS }));
    const first = await session.run({ alive: 0, tests: all, all: true });
    const good = first?.ran.filter(passes) ?? [];
    if (good.length === 0) {
      session.abandon();
      throw new BrokenFile(`${testFile} fails without a mutant: ${first?.ran[0]?.failure ?? 'it hangs'}`);
    }
    const meeting = good.filter(({ reached }) => mutants.some(({ id }) => reached.includes(id))).reverse();
    const again = await session.run({ alive: 0, tests: meeting.map(({ index }) => ({ index, millis: FIRST_RUN_MS })), all: true });
    const steady = new Map(again?.ran.filter(passes).map(({ index, millis }) => [index, millis]));
    if (steady.size < meeting.length || good.length < all.length) {
      session.abandon();
      session = await Session.open(folder, testFile);
    }
    const tests = good.map(({ index, millis, cpuMillis, reached }) => ({
      index,
      millis: Math.min(millis, steady.get(index) ?? millis),
      cpuMillis,
      isSteady: steady.has(index),
      reached: new Set(reached),
    }));
    return new Hunt({ folder, testFile }, session, tests);
  }

  /** @returns undefined where no test of the file meets the mutant */
  async try({ id }: Mutant): Promise<Verdict | undefined> {
    const meeting = this.#tests.filter((test) => test.reached.has(id) && !isLong(test));
    const steady = meeting.filter(({ isSteady }) => isSteady).sort((a, b) => a.millis - b.millis);
    const verdict = steady.length === 0 ? undefined : await this.#tryHere(id, steady);
    if (isCaught(verdict)) return verdict;
    const last = this.#onLoading.has(id) ? Number.POSITIVE_INFINITY : (meeting.findLast(({ isSteady }) => !isSteady)?.index ?? -1);
    const tests = this.#testsUpTo(last);
    return tests.length === 0 ? verdict : this.#tryAfresh(id, tests);
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
    if (!last || last.hung) return this.#renew('hung');
    if (last.failure === undefined) return 'survived';
    const failed = tests.filter(({ index }) => index === last.index);
    const after = await this.#session.run({ alive: 0, tests: failed.map(withLimit) });
    if (after?.ran.every(passes)) return 'killed';
    return this.#renew(await this.#tryAfresh(id, failed));
  }

  /** In a process of its own, where the mutant lives from the start. */
  async #tryAfresh(id: number, tests: readonly Test[]): Promise<Verdict> {
    try {
      const session = await Session.open(this.#folder, this.#testFile, id);
      const outcome = await session.run({ alive: id, tests: tests.map(withLimit) });
      const hung = !outcome || outcome.ran.at(-1)?.hung;
      if (hung) session.abandon();
      else await session.close();
      if (hung) return 'hung';
      return outcome.ran.at(-1)?.failure === undefined ? 'survived' : 'killed';
    } catch (error) {
      if (error instanceof BrokenFile) return 'killed';
      throw error;
    }
  }

  async #renew(verdict: Verdict): Promise<Verdict> {
    this.#session.abandon();
    this.#session = await Session.open(this.#folder, this.#testFile);
    return verdict;
  }
}

const passes = ({ failure, hung }: Outcome['ran'][number]): boolean => failure === undefined && !hung;

const withLimit = (test: Test) => ({ index: test.index, millis: limitOf(test) });
