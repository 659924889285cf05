import { createHmac } from 'node:crypto';
import type { Keys } from './keys.ts';

/** A keyed hash of what a caller sent. Keyed, because the input may hold a password that a plain hash would give away. */
export const digestInput = (keys: Keys, ...parts: unknown[]): string =>
  createHmac('sha256', keys.digest).update(JSON.stringify(parts)).digest('base64url');
