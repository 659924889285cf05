import type { Response } from 'express';

/** An answer for people. Whatever runs or loads in it comes from our own host; only its pictures may come from elsewhere. */
export interface HtmlPage {
  status: 200 | 403 | 404;
  html: string;
  /** Origins that its pictures come from. */
  pictures: readonly string[];
}

/** The page has another address now. */
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

/** Sends it under a policy of its own: nothing inline, nothing framed, nothing kept by caches. */
export function sendPage(res: Response, page: HtmlPage | MovedPage): void {
  res.setHeader('X-Frame-Options', 'DENY');
  res.setHeader('Cache-Control', 'no-cache');
  res.setHeader('Content-Security-Policy', policy(page.status === 308 ? [] : page.pictures));
  if (page.status === 308) res.status(308).setHeader('Location', page.location).end();
  else res.status(page.status).type('html').send(page.html);
}
