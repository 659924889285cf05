/** The result of one variant in one round. */
export interface Sample {
  /** Processor time of the measured process per completed operation. */
  cpuMicros: number;
  perSecond: number;
  /** Durations of single operations; absent if only the whole was timed. */
  p99Millis?: number;
}

/**
 * Runs every variant in every round, and begins each round with another one. The first round is a warm-up and does not count.
 * @returns the samples of each variant, one per round that counts
 */
export async function runRounds<Name extends string, Result = Sample>(
  count: number,
  variants: Record<Name, () => Promise<Result>>,
): Promise<Record<Name, Result[]>> {
  const names = Object.keys(variants) as Name[];
  const samples = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<Name, Result[]>; // one list per name
  for (let round = 0; round <= count; round += 1) {
    for (let turn = 0; turn < names.length; turn += 1) {
      const name = names[(round + turn) % names.length] as Name; // within the list
      const sample = await variants[name]();
      if (round > 0) samples[name].push(sample);
    }
  }
  return samples;
}

export const cpuOf = (samples: readonly Sample[]): number[] => samples.map(({ cpuMicros }) => cpuMicros);
export const rateOf = (samples: readonly Sample[]): number[] => samples.map(({ perSecond }) => perSecond);
