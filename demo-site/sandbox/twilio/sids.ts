import { createHash, randomBytes } from 'node:crypto';

/** Ids in the manner of Twilio's: two letters that say the kind, and 32 digits to the base of 16. */
export const newSid = (kind: string): string => kind + randomBytes(16).toString('hex');

/** The same id for the same name, at each start. */
export const sidOf = (kind: string, name: string): string => kind + createHash('md5').update(name).digest('hex');
