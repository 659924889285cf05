import { belongsToSandbox, markSandbox } from '../../models/server-keys.ts';

/** A sandbox's keys and ids were about to reach the real providers. The message is one sentence for the operator. */
export class OutsideError extends Error {}

/** Marks the database as a sandbox's if a sandbox replaces the providers. Throws OutsideError if it is one and no sandbox does. */
export const settleOutside = (isSandbox: boolean): Promise<void> => (isSandbox ? markSandbox() : requireOutside(isSandbox));

/**
 * Throws OutsideError if the real providers would be asked about a sandbox's database.
 * @param isSandbox whether a sandbox is asked
 */
export async function requireOutside(isSandbox: boolean): Promise<void> {
  if (!isSandbox && (await belongsToSandbox()))
    throw new OutsideError('This database belongs to the sandbox, which is not running. Start it with npm start.');
}
