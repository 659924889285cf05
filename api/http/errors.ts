import type { ErrorRequestHandler } from 'express';
import { type ErrorBody, type ErrorEntry, errors } from '../contract/errors/index.ts';
import { Refusal } from '../contract/refusal.ts';

/** Translates errors of body-parser and Express. */
function refusalOfHttp(error: { type?: string; status?: number; limit?: number }): Refusal | undefined {
  if (error.type === 'entity.too.large') return new Refusal('body.too_large', { values: { max: error.limit ?? 0 } });
  if (error.type === 'encoding.unsupported') return new Refusal('body.unsupported');
  // The router throws a URIError for an undecodable address. Every other 400 is about the body.
  if (error.status === 400) return new Refusal(error instanceof URIError ? 'operation.not_found' : 'body.malformed');
  return undefined;
}

/** Names of errors if the database does not answer; some lack the driver's prefix. */
const away = /^(Mongo|Mongoose)?(Network|ServerSelection|NotConnected|(Topology|Server|Client|Pool)Closed|PoolCleared)/;
/** Every connection is in use, or an operation took too long. */
const busy = /^Mongo(WaitQueueTimeout|OperationTimeout)/;
/** Codes of a server that cannot be written to: it steps down, starts, stops or is read-only. */
const notWritable = [91, 189, 10_107, 11_600, 11_602, 13_435, 13_436];
const MAX_TIME_EXPIRED = 50;
const OUT_OF_DISK_SPACE = 14_031;

/** Tells whether the database cannot be reached or written to at the moment. */
export const isDatabaseAway = (error: unknown): boolean => databaseRefusal(error) === 'server.no_database';

/**
 * Returns the refusal for an error of the database: always a 503, so that providers repeat their events. A write of several documents
 * contains their errors.
 * @returns undefined for any other error
 */
function databaseRefusal(error: unknown): 'server.no_database' | 'server.busy' | 'server.disk_full' | undefined {
  if (!(error instanceof Error)) return undefined;
  const code = 'code' in error ? error.code : undefined;
  if (away.test(error.name) || (typeof code === 'number' && notWritable.includes(code))) return 'server.no_database';
  if (busy.test(error.name) || (code === MAX_TIME_EXPIRED && error.name.startsWith('Mongo'))) return 'server.busy';
  if (code === OUT_OF_DISK_SPACE) return 'server.disk_full';
  return 'errorResponse' in error ? databaseRefusal(error.errorResponse) : undefined;
}

/** Turns every error into an answer with one code and one public sentence. The rest is only logged. */
export const answerError: ErrorRequestHandler = (error, _req, res, _next) => {
  const expected = error instanceof Refusal ? error : refusalOfHttp(error);
  const refusal = expected ?? new Refusal(databaseRefusal(error) ?? 'internal', { cause: error });
  res.locals.refusal = refusal;
  if (res.headersSent) {
    res.destroy();
    return;
  }
  const { type, retryAfterSeconds }: ErrorEntry = errors[refusal.code];
  if (retryAfterSeconds !== undefined) res.setHeader('Retry-After', retryAfterSeconds);
  const body: ErrorBody = {
    error: {
      code: refusal.code,
      message: refusal.message,
      ...(refusal.values && { values: refusal.values }),
      type,
      ...(refusal.param !== undefined && { param: refusal.param }),
      ...(refusal.fields && { fields: refusal.fields }),
      ...(refusal.moreFields !== undefined && { moreFields: refusal.moreFields }),
      ...(refusal.funds && { funds: refusal.funds }),
      requestId: String(res.getHeader('Request-Id')),
    },
  };
  res.status(refusal.status).json(body);
};
