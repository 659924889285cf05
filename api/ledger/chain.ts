import { hash } from 'node:crypto';
import { canonicalJson, type Link, linkText } from '../rules/chain.ts';

export { canonicalJson, GENESIS } from '../rules/chain.ts';

/** Hashes the previous hash and the entry's canonical JSON (SHA-256, base64url). Clients can check it with `verifyStatement`. */
export const linkHash = (previous: string, link: Link): string => sha256(linkText(previous, link));

/** Distinguishes a repetition from different content under the same cause. */
export const contentHash = (content: unknown): string => sha256(canonicalJson(content));

const sha256 = (text: string): string => hash('sha256', text, 'base64url');
