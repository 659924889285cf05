/** Names that one call can have: each at most once. */
export type CallName = 'call.hold' | 'hold.resolve' | 'call.late' | 'usage.record';

/**
 * Kinds of transfers that take another kind's name for the same cause, so that only one of them can be written. A call that nobody started
 * is charged under the name of its hold, so that no hold can follow.
 */
const sharedNames: Partial<Record<string, readonly CallName[]>> = { 'usage.record': ['call.hold', 'hold.resolve', 'call.late'] };

/** Returns the names that a transfer of this kind may have, its own first. */
export const namesOf = (kind: string): readonly string[] => [kind, ...(sharedNames[kind] ?? [])];
