import { createHash, createHmac, hkdfSync } from 'node:crypto';
import type { Keys } from './keys.ts';

/**
 * Hashes a text or bytes with SHA-256: 43 characters of base64url. A stored secret needs no more, because with 256 random bits a plain hash
 * cannot be searched (ASVS 5.0, 6.5.2).
 */
export const fingerprint = (content: string | Uint8Array): string => createHash('sha256').update(content).digest('base64url');

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
