import { hash } from 'node:crypto';
import { canonicalJson, type Link, linkText } from '../rules/chain.ts';

export { canonicalJson, GENESIS } from '../rules/chain.ts';

/** SHA-256, base64url, of the hash before and the entry's canonical JSON. A client can check it: `verifyStatement` does the same. */
export const linkHash = (previous: string, link: Link): string => sha256(linkText(previous, link));

/** Tells a repetition from other content under the same cause. */
export const contentHash = (content: unknown): string => sha256(canonicalJson(content));

const sha256 = (text: string): string => hash('sha256', text, 'base64url');
