import type { Response } from 'express';
import { fingerprint } from '../security/digest.ts';

/** A page for people. It loads everything from our own host, except pictures. */
export interface HtmlPage {
  status: 200 | 403 | 404;
  html: string;
  /** Origins of its pictures. */
  pictures: readonly string[];
}

/** The page has moved to another address. */
export interface MovedPage {
  status: 308;
  location: string;
}

const policy = (pictures: readonly string[]): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "connect-src 'self'",
    ["img-src 'self'", ...pictures].join(' '),
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    'trusted-types lit-html',
  ].join('; ');

/** Sends it under its own policy: no inline code, no frames, no caching. */
export function sendPage(res: Response, page: HtmlPage | MovedPage): void {
  res.setHeader('X-Frame-Options', 'DENY');
  res.setHeader('Cache-Control', 'no-cache');
  res.setHeader('Content-Security-Policy', policy(page.status === 308 ? [] : page.pictures));
  if (page.status === 308) res.status(308).setHeader('Location', page.location).end();
  else res.status(page.status).type('html').send(page.html);
}

/** A JSON text as sent, with its entity tag. */
export interface Tagged {
  bytes: Buffer;
  tag: string;
}

export function tagBody(body: unknown): Tagged {
  const bytes = Buffer.from(JSON.stringify(body));
  return { bytes, tag: `"${fingerprint(bytes)}"` };
}

/**
 * Sends an answer that browsers and caches may keep if they revalidate it each time: then it is a 304 without a body. Each time the caller
 * is checked too, by the headers that the answer varies with.
 */
export function sendCacheable(res: Response, { bytes, tag }: Tagged): void {
  res.vary('Origin, Sec-Fetch-Site, Authorization');
  res.setHeader('Cache-Control', 'public, no-cache');
  res.setHeader('ETag', tag);
  res.type('json').send(bytes); // Express compares the tag
}
