import { createHash } from 'node:crypto';
import type { Response } from 'express';

/**
 * Sends what browsers and caches may keep, if they ask each time whether it is still so: then it is a 304 without a body. Who may have it is
 * looked at each time, too, by what the answer varies with.
 */
export function sendCacheable(res: Response, body: unknown): void {
  const text = JSON.stringify(body);
  res.vary('Origin, Sec-Fetch-Site, Authorization');
  res.setHeader('Cache-Control', 'public, no-cache');
  res.setHeader('ETag', `"${createHash('sha256').update(text).digest('base64url')}"`);
  res.type('json').send(text); // Express compares the tag
}
