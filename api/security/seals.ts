import { createHmac, hkdfSync } from 'node:crypto';
import type { Keys } from './keys.ts';

/** Kinds of sealed content. A seal of one kind is never valid for another. */
const kinds = ['transfer', 'journal', 'register', 'promise', 'plan', 'order', 'release', 'claim', 'pause'] as const;
export type SealedKind = (typeof kinds)[number];

/** Makes keyed hashes of what this server writes. Somebody with access to the database but not to the server's keys cannot make one. */
export interface Seals {
  /** Names the keys without revealing them. */
  keyId: string;
  /** @returns 22 characters: 128 bits of HMAC-SHA-256 */
  of(what: SealedKind, text: string): string;
}

const LENGTH = 22;

export function sealsOf({ digest }: Pick<Keys, 'digest'>): Seals {
  const keyFor = (what: string) => Buffer.from(hkdfSync('sha256', digest, '', `seal/${what}`, 32));
  const keys = new Map(kinds.map((what) => [what, keyFor(what)]));
  return {
    keyId: keyFor('name').toString('base64url').slice(0, 8),
    of: (what, text) =>
      createHmac('sha256', keys.get(what) as Buffer)
        .update(text)
        .digest('base64url')
        .slice(0, LENGTH),
  };
}
