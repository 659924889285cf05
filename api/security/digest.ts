import { createHmac, hkdfSync } from 'node:crypto';
import type { Keys } from './keys.ts';

/** A keyed hash of what a caller sent. Keyed, because the input may hold a password that a plain hash would give away. */
export const digestInput = (keys: Keys, ...parts: unknown[]): string =>
  createHmac('sha256', keys.digest).update(JSON.stringify(parts)).digest('base64url');

/**
 * A bearer secret that can be told again without being kept: 256 bits behind its prefix, from the server's own key and a name. Whoever has
 * that key has the platform's as well, and could make new secrets for anybody.
 */
export const deriveSecret = (keys: Keys, prefix: string, name: string): string =>
  prefix +
  Buffer.from(hkdfSync('sha256', keys.digest, '', `${prefix}${name}`, 32))
    .toString('base64url')
    .replace(/[-_]/g, 'x');
