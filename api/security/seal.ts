import assert from 'node:assert/strict';
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { refuse } from '../contract/refusal.ts';
import type { Keys } from './keys.ts';

/** A secret as stored in the database. */
export interface SealedText {
  kid: string;
  iv: string;
  tag: string;
  text: string;
  /** The part that the API may still show; empty if four letters would reveal too much. */
  last4: string;
}

/** The owner and purpose of a secret. Bound into the ciphertext: moved to another agency or field, it does not open. */
export interface SealedFor {
  agencyId: string;
  field: string;
}

/** Providers' keys are longer than this. Passwords chosen by people are shorter, and four letters could be half of one. */
const TOLD_FROM = 16;

const about = ({ agencyId, field }: SealedFor, kid: string) => Buffer.from(JSON.stringify([agencyId, field, kid]));

export function seal(keys: Keys, owner: SealedFor, secret: string): SealedText {
  const current = keys.sealing[0];
  assert(current, 'there is a sealing key');
  const iv = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', current.key, iv, { authTagLength: 16 });
  cipher.setAAD(about(owner, current.kid));
  const text = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
  return {
    kid: current.kid,
    iv: iv.toString('base64'),
    tag: cipher.getAuthTag().toString('base64'),
    text: text.toString('base64'),
    last4: secret.length < TOLD_FROM ? '' : secret.slice(-4),
  };
}

/** Opens a secret. Refuses with `server.keys_replaced` if its key is gone. Throws if the ciphertext was changed or moved. */
export function unseal(keys: Keys, owner: SealedFor, sealed: SealedText): string {
  const used = keys.sealing.find(({ kid }) => kid === sealed.kid);
  if (!used) return refuse('server.keys_replaced', { cause: new Error(`the sealing key ${sealed.kid} is not among the keys`) });
  // Without a fixed length, Node accepts a tag cut to 4 bytes.
  const decipher = createDecipheriv('aes-256-gcm', used.key, Buffer.from(sealed.iv, 'base64'), { authTagLength: 16 });
  decipher.setAAD(about(owner, sealed.kid));
  decipher.setAuthTag(Buffer.from(sealed.tag, 'base64'));
  return Buffer.concat([decipher.update(Buffer.from(sealed.text, 'base64')), decipher.final()]).toString('utf8');
}
