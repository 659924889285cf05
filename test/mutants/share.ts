import { createHash } from 'node:crypto';
import type { Mutant } from './mutate.ts';

/** A small file has a result of its own. */
const AT_LEAST = 5;

/**
 * Chooses one of so many mutants of a file, by a hash of where each stands and what it changes: the same in each run, and without regard to
 * what tests say of it. A greater share holds the smaller one.
 * @param share 1 for all
 * @returns them in the order in which a greater share goes on
 */
export function chooseMutants(mutants: readonly Mutant[], share: number): readonly Mutant[] {
  const drawn = mutants.map((mutant) => ({ mutant, lot: lotOf(mutant) })).sort((one, other) => (one.lot < other.lot ? -1 : 1));
  return drawn.slice(0, Math.max(AT_LEAST, Math.ceil(mutants.length / share))).map(({ mutant }) => mutant);
}

const lotOf = ({ path, at, was, is }: Mutant): string => createHash('sha256').update([path, at, was, is].join('\n')).digest('hex');
