import { belongsToSandbox, markSandbox } from '../../models/server-keys.ts';

/** A sandbox's keys and ids were about to be sent to the real providers; the message is one sentence for the operator. */
export class OutsideError extends Error {}

/** Where a sandbox stands in for the outside world, the database is a sandbox's from now on. Throws OutsideError where it is, and none does. */
export const settleOutside = (isSandbox: boolean): Promise<void> => (isSandbox ? markSandbox() : requireOutside(isSandbox));

/**
 * Throws OutsideError where the database is a sandbox's and the real providers would be asked about it.
 * @param isSandbox whether a sandbox is asked
 */
export async function requireOutside(isSandbox: boolean): Promise<void> {
  if (!isSandbox && (await belongsToSandbox()))
    throw new OutsideError('This database belongs to the sandbox, which is not running. Start it with npm start.');
}
