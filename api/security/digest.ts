import { createHmac, hkdfSync } from 'node:crypto';
import type { Keys } from './keys.ts';

/** Hashes a caller's input with a key, because a plain hash could give away a password in it. */
export const digestInput = (keys: Keys, ...parts: unknown[]): string =>
  createHmac('sha256', keys.digest).update(JSON.stringify(parts)).digest('base64url');

/**
 * Derives a bearer secret from the server's key and a name, so that it can be repeated without being stored: 256 bits after its prefix.
 * Whoever has that key also has the platform's, and could create secrets anyway.
 */
export const deriveSecret = (keys: Keys, prefix: string, name: string): string =>
  prefix +
  Buffer.from(hkdfSync('sha256', keys.digest, '', `${prefix}${name}`, 32))
    .toString('base64url')
    .replace(/[-_]/g, 'x');
