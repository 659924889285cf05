import type { ErrorRequestHandler } from 'express';
import { type ErrorBody, errors } from '../contract/errors.ts';
import type { ErrorEntry } from '../contract/errors-types.ts';
import { Refusal } from '../contract/refusal.ts';

/** What body-parser and Express throw, in our words. */
function refusalOfHttp(error: { type?: string; status?: number; limit?: number }): Refusal | undefined {
  if (error.type === 'entity.too.large') return new Refusal('body.too_large', { values: { max: error.limit ?? 0 } });
  if (error.type === 'encoding.unsupported' || error.type === 'charset.unsupported') return new Refusal('body.unsupported');
  if (error.type?.startsWith('entity.') || error.type === 'request.aborted' || error.type === 'request.size.invalid')
    return new Refusal('body.malformed');
  if (error.status === 400) return new Refusal('operation.not_found');
  return undefined;
}

const isAway = /^(MongoNetwork|MongoServerSelection|MongoNotConnected|MongoTopologyClosed|MongoPoolCleared|MongooseServerSelection)/;

/** Where the database is away the answer is a 503, so that providers send their events again. A write of several carries what befell it inside. */
const isDatabaseAway = (error: unknown): boolean =>
  error instanceof Error &&
  (isAway.test(error.name) || isClosedSocket(error) || ('errorResponse' in error && isDatabaseAway(error.errorResponse)));

/** The driver hands on what its socket says where it was closed under a write. Those of providers never come this far. */
const isClosedSocket = (error: Error): boolean => 'code' in error && (error.code === 'EPIPE' || error.code === 'ECONNRESET');

/** The one way from an error to an answer. The answer has one code and one public sentence; the log has the rest. */
export const answerError: ErrorRequestHandler = (error, _req, res, _next) => {
  const expected = error instanceof Refusal ? error : refusalOfHttp(error);
  const refusal = expected ?? new Refusal(isDatabaseAway(error) ? 'server.no_database' : 'internal', { cause: error });
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
      type,
      ...(refusal.param !== undefined && { param: refusal.param }),
      ...(refusal.fields && { fields: refusal.fields }),
      requestId: String(res.getHeader('Request-Id')),
    },
  };
  res.status(refusal.status).json(body);
};
