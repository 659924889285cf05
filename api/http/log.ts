import { randomUUID } from 'node:crypto';
import type { RequestHandler } from 'express';
import type { Logger } from 'pino';
import type { Refusal } from '../contract/refusal.ts';

/**
 * One line per request: operation, caller, status and time. Never a body, a query, a header or a token; those are where
 * secrets travel. An unexpected error is logged with its stack.
 */
export const logRequests =
  (log: Logger): RequestHandler =>
  (_req, res, next) => {
    const requestId = randomUUID();
    const startedAt = performance.now();
    res.setHeader('Request-Id', requestId);
    res.locals.log = log.child({ requestId });
    res.on('close', () => {
      const { operation, caller, refusal } = res.locals as { operation?: string; caller?: string; refusal?: Refusal };
      const line = {
        requestId,
        operation,
        caller,
        status: res.statusCode,
        ms: Math.round(performance.now() - startedAt),
        code: refusal?.code,
      };
      const level = res.statusCode >= 500 ? 'error' : res.statusCode >= 400 ? 'warn' : 'info';
      log[level]({ ...line, ...(refusal?.cause !== undefined && { cause: describe(refusal.cause) }) }, 'answered');
    });
    next();
  };

/** Of an error only what cannot quote a key, an address or a header: providers put all of these into theirs. */
function describe(error: unknown): object | string {
  if (!(error instanceof Error)) return String(error);
  const { name, stack = '' } = error;
  const code = 'code' in error ? error.code : undefined;
  const frames = stack.slice(stack.indexOf('\n    at ') + 1).split('\n', 8);
  return { name, code, at: frames.map((frame) => frame.trim()) };
}
