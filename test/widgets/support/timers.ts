/** The page's timers, held so that a test says when time passes. */
export interface Timers {
  /** Lists the pauses that run, in milliseconds from now, the next first. */
  pauses(): number[];
  /** Lets time pass, and everything happen that follows from it. */
  pass(millis: number): Promise<void>;
  release(): void;
}

const real = { setTimeout: window.setTimeout, clearTimeout: window.clearTimeout, random: Math.random };

/** Also takes the chance out of uneven pauses: they are as long as they are on average. */
export function holdTimers(): Timers {
  const held = new Map<number, { at: number; run: () => void }>();
  let [now, last] = [0, 0];
  const next = () => [...held].sort(([, one], [, other]) => one.at - other.at)[0];
  Object.assign(window, {
    setTimeout(run: () => void, millis = 0) {
      held.set(++last, { at: now + millis, run });
      return last;
    },
    clearTimeout: (id: number) => held.delete(id),
  });
  Math.random = () => 0.5;
  return {
    pauses: () => [...held.values()].map(({ at }) => at - now).sort((one, other) => one - other),
    async pass(millis) {
      const until = now + millis;
      for (let due = next(); due && due[1].at <= until; due = next()) {
        now = due[1].at;
        held.delete(due[0]);
        due[1].run();
        await done();
      }
      now = until;
      await done();
    },
    release() {
      Object.assign(window, { setTimeout: real.setTimeout, clearTimeout: real.clearTimeout });
      Math.random = real.random;
    },
  };
}

/** Waits until everything has happened that needs no time. */
export async function done(): Promise<void> {
  for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => real.setTimeout.call(window, resolve));
}

/** Hides the page or shows it again. */
export function show(isShown: boolean): void {
  Object.defineProperty(document, 'hidden', { configurable: true, value: !isShown });
  document.dispatchEvent(new Event('visibilitychange'));
}
