import { createHash } from 'node:crypto';
import type { Response } from 'express';

/** A JSON text as it is sent, and the tag that changes with it. */
export interface Tagged {
  bytes: Buffer;
  tag: string;
}

export function tagged(body: unknown): Tagged {
  const bytes = Buffer.from(JSON.stringify(body));
  return { bytes, tag: `"${createHash('sha256').update(bytes).digest('base64url')}"` };
}

/**
 * Sends what browsers and caches may keep, if they ask each time whether it is still so: then it is a 304 without a body. Who may have it is
 * looked at each time, too, by what the answer varies with.
 */
export function sendCacheable(res: Response, { bytes, tag }: Tagged): void {
  res.vary('Origin, Sec-Fetch-Site, Authorization');
  res.setHeader('Cache-Control', 'public, no-cache');
  res.setHeader('ETag', tag);
  res.type('json').send(bytes); // Express compares the tag
}
