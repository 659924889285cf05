/** Work that repeats. */
export interface Rounds {
  /** Starts the next round at once, or right after the running one. */
  wake(): void;
  /** Waits for the running round and starts no other. */
  stop(): Promise<void>;
}

/**
 * Runs one round after the other.
 * @param round must not throw; returns the pause after it, in milliseconds of real time
 */
export function startRounds(round: () => Promise<number>): Rounds {
  let isStopped = false;
  let isWanted = false;
  let wakeUp = () => {};
  const rest = (ms: number) =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      wakeUp = () => {
        clearTimeout(timer);
        resolve();
      };
    });

  async function rounds(): Promise<void> {
    while (!isStopped) {
      isWanted = false;
      const restMs = await round();
      // A wake-up during this round starts the next one without a pause.
      if (!isWanted && !isStopped) await rest(restMs);
    }
  }

  const running = rounds();
  return {
    wake() {
      isWanted = true;
      wakeUp();
    },
    async stop() {
      isStopped = true;
      wakeUp();
      await running;
    },
  };
}
