type Work = (input: never) => unknown;

/** Runs works by name for the bench, and answers each request once. */
export function answerBench(works: Record<string, Work>): void {
  process.channel?.ref();
  process.on('message', async ({ id, what, input }: { id: number; what: string; input: never }) => {
    const work = works[what];
    if (!work) return; // report.cjs answers this one
    try {
      process.send?.({ id, result: await work(input) });
    } catch (error) {
      process.send?.({ id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    }
  });
  process.send?.({ id: 0 }); // from now on it answers
}

/** Runs `work`, and measures its cost in this process. */
export async function measureCost(count: number, work: () => Promise<unknown>): Promise<{ cpuMicros: number; perSecond: number }> {
  const [before, startedAt] = [process.cpuUsage(), performance.now()];
  await work();
  const { user, system } = process.cpuUsage(before);
  return { cpuMicros: (user + system) / count, perSecond: (count / (performance.now() - startedAt)) * 1000 };
}
