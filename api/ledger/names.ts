/** Of each call, one transfer of each of these names. */
export type CallName = 'call.hold' | 'hold.resolve' | 'call.late' | 'usage.record';

/**
 * Kinds of transfers that take the name of another kind for the same cause, so that only one of them can be written: a call that nobody
 * started is charged in the place of its hold, and no hold can come any more.
 */
const sharedNames: Partial<Record<string, readonly CallName[]>> = { 'usage.record': ['call.hold', 'hold.resolve', 'call.late'] };

/** The names that a transfer of this kind may have, its own first. */
export const namesOf = (kind: string): readonly string[] => [kind, ...(sharedNames[kind] ?? [])];
