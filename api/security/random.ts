import { randomBytes } from 'node:crypto';

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';

/** 24 characters of Crockford's base 32: 120 random bits. */
export const randomName = (): string => Array.from(randomBytes(24), (byte) => alphabet[byte % 32]).join('');

/** Creates an id such as `cli_…`. */
export const newId = (prefix: string): string => `${prefix}_${randomName()}`;

/** Creates a bearer secret: 256 random bits after its prefix. */
export const newSecret = (prefix: string): string => prefix + randomBytes(32).toString('base64url').replace(/[-_]/g, 'x');
