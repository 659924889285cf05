/** Work that comes round and round. */
export interface Rounds {
  /** Begins the next round at once, or right after the one that is under way. */
  wake(): void;
  /** Waits for the round that is under way; no other begins. */
  stop(): Promise<void>;
}

/**
 * Does one round after the other.
 * @param round must not throw; returns how long to rest after it, in milliseconds of real time
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
      // What was asked for while this round was busy does not wait for the next one.
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
