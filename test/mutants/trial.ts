/** Runs one piece of work with one mutant alive, in a process or in a page. */

/** How it ended: `failure` says why it failed, `hung` that it went on for ever. */
export interface Trial {
  millis: number;
  failure?: string;
  hung?: boolean;
  /** The mutants that it has met. */
  reached: number[];
}

/** A mutant that is met so often in one test goes round in an endless loop. */
const MEETINGS_MAX = 2_000_000;

let alive = 0;
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

/** Ends what is tried: something has failed outside of it. */
export const failTrial = (error: unknown): void => fail(error);

/**
 * Tries work with a mutant.
 * @param id the mutant that lives meanwhile; 0 for none
 * @param millis how long it may take
 */
export async function tryWork(id: number, millis: number, work: () => Promise<unknown>): Promise<Trial> {
  reached = new Set();
  meetings = 0;
  alive = id;
  const startedAt = performance.now();
  const end = await endOf(work, millis);
  alive = 0;
  return { millis: performance.now() - startedAt, ...end, reached: [...reached] };
}

async function endOf(work: () => Promise<unknown>, millis: number): Promise<{ failure?: string; hung?: boolean }> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const trouble = new Promise<never>((_resolve, reject) => {
    fail = reject;
  });
  const hung = new Promise<{ hung: true }>((resolve) => {
    timer = setTimeout(() => resolve({ hung: true }), millis);
  });
  try {
    return await Promise.race([work().then(() => ({})), trouble, hung]);
  } catch (error) {
    return { failure: told(error) };
  } finally {
    clearTimeout(timer);
    fail = () => undefined;
  }
}

const told = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error));
