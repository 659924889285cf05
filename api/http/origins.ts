import cors, { type CorsOptions } from 'cors';
import type { Request, RequestHandler } from 'express';
import { isOwnOrigin } from '../domain/directory/return-url.ts';
import type { AgencyAccess, Deps, Directory } from '../ports/index.ts';
import { isListedOrigin, isLocalOrigin } from '../rules/origin.ts';

/**
 * Tells whether the calling page may use the agency's publishable key: a listed origin, with a test key also the developer's own machine,
 * or a hosted page of ours. Without an `Origin` only the latter: browsers omit it from a GET to the page's own host, and send `same-origin`
 * in a header that no script can set.
 */
export function isAllowedPage({ headers }: Request, access: AgencyAccess, deps: Pick<Deps, 'publicUrl'>): boolean {
  const { origin } = headers;
  if (origin === undefined) return headers['sec-fetch-site'] === 'same-origin';
  return isAllowedOrigin(origin, access) || isOwnOrigin(origin, deps);
}

/** Tells whether the agency, or its test mode, admits pages of this origin. */
function isAllowedOrigin(origin: string, { agency, mode }: AgencyAccess): boolean {
  return isListedOrigin(origin, agency.origins) || (mode === 'test' && isLocalOrigin(origin));
}

const answers: CorsOptions = {
  exposedHeaders: [
    'Date',
    'Request-Id',
    'Retry-After',
    'Idempotent-Replayed',
    'X-RateLimit-Limit',
    'X-RateLimit-Remaining',
    'X-RateLimit-Reset',
  ],
};
/** Headers that are asked for are allowed: a page's own tracing adds some to every request. */
const preflight: CorsOptions = {
  methods: ['GET', 'POST'],
  maxAge: 7200,
};

/**
 * Tells browsers which pages may read the answers. A preflight is decided by the key in the address. The request itself
 * is decided where the caller is known, before any handler; its refusal can be read by the page, so that the script
 * can tell the developer what is wrong. CORS is a courtesy of browsers: the boundary is the token.
 */
export const crossOrigin = (directory: Directory): RequestHandler =>
  cors<Request>((req, decide) => {
    if (req.method !== 'OPTIONS') return decide(null, { ...answers, origin: true });
    void isKnownPage(req, directory).then(
      (known) => decide(null, { ...answers, ...preflight, origin: known }),
      (error: Error) => decide(error),
    );
  });

async function isKnownPage(req: Request, directory: Directory): Promise<boolean> {
  const { key } = req.query;
  const access = typeof key === 'string' ? await directory.byPublishableKey(key) : undefined;
  const { origin } = req.headers;
  return access !== undefined && origin !== undefined && isAllowedOrigin(origin, access);
}
