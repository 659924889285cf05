import { HOUR_MS } from '../../rules/time.ts';

/**
 * How long something may be half done: ledger and documents are written one after the other, and what a process left is finished by another
 * one within minutes. Where the API has not run for longer than this, let it run before the audit.
 */
export const PASSING_MS = HOUR_MS;

/** Whether what began then should have been finished by now. */
export const isLate = (since: Date, now: Date): boolean => now.getTime() - since.getTime() > PASSING_MS;
