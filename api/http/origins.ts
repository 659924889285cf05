import cors, { type CorsOptions } from 'cors';
import type { Request, RequestHandler } from 'express';
import type { AgencyAccess, Directory } from '../domain/directory.ts';
import { isListedOrigin, isLocalOrigin } from '../rules/origin.ts';

/** Whether a page with this `Origin` may use the agency's publishable key. Without an Origin, nobody may. */
export function isAllowedOrigin(origin: string | undefined, { agency, mode }: AgencyAccess): boolean {
  if (origin === undefined) return false;
  return isListedOrigin(origin, agency.origins) || (mode === 'test' && isLocalOrigin(origin));
}

const answers: CorsOptions = {
  exposedHeaders: ['Request-Id', 'Retry-After', 'Idempotent-Replayed', 'X-RateLimit-Limit', 'X-RateLimit-Remaining', 'X-RateLimit-Reset'],
};
const preflight: CorsOptions = {
  methods: ['GET', 'POST'],
  allowedHeaders: ['Authorization', 'Content-Type', 'Idempotency-Key'],
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
  return access !== undefined && isAllowedOrigin(req.headers.origin, access);
}
