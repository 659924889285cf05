import { HOUR_MS } from '../../rules/time.ts';

/**
 * How long something may be half done. Ledger and documents are written one after the other, and another process finishes abandoned work
 * within minutes. If the API was stopped for longer, let it run before the audit.
 */
export const PASSING_MS = HOUR_MS;

/** Tells whether work that began at `since` should be finished by now. */
export const isLate = (since: Date, now: Date): boolean => now.getTime() - since.getTime() > PASSING_MS;
