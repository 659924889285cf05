import { collectRents } from '../domain/numbers-rent.ts';
import type { Deps } from '../domain/ports.ts';
import { startCare } from './care.ts';

/** Collects rents that are due. @returns `stop`, which waits for the rent that is being collected */
export const startRents = (deps: Deps): { stop(): Promise<void> } =>
  startCare(deps, {
    round: (most) => collectRents(deps, most),
    most: 100,
    restMs: 60_000,
    failed: 'rents could not be collected; it is tried again',
  });
