import { randomUUID } from 'node:crypto';
import type { RequestHandler } from 'express';
import type { Logger } from 'pino';
import type { Refusal } from '../contract/refusal.ts';
import { describeCause } from '../ports/causes.ts';

/**
 * Logs one line per request: operation, caller, status and time. Never a body, a query, a header or a token, because those contain secrets.
 * An unexpected error is logged with its stack.
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
      log[level](
        { ...line, ...(refusal?.cause !== undefined && { cause: describeCause(refusal.cause) }) },
        'request.answered: its status and its time stand beside it',
      );
    });
    next();
  };
