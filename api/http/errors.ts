import type { ErrorRequestHandler } from 'express';
import type { z } from 'zod';
import { type ErrorBody, errors, isErrorCode } from '../contract/errors.ts';
import { Refusal, sentence } from '../contract/refusal.ts';

type Field = NonNullable<ErrorBody['error']['fields']>[number];

/** What zod found wrong, as one refusal: the first field stands in `param`, all of them in `fields`. */
export function refusalOf(error: z.ZodError): Refusal {
  const fields = error.issues.flatMap(fieldsOf);
  const [first] = fields;
  if (!first) return new Refusal('input.invalid', { values: { sentence: 'This input is not valid.' } });
  const values = first.code === 'input.invalid' ? { sentence: first.message } : {};
  return new Refusal(first.code, { param: first.param, values, ...(fields.length > 1 && { fields }) });
}

function fieldsOf(issue: z.core.$ZodIssue): Field[] {
  const param = issue.path.map(String).join('.');
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      param: [param, key].filter(Boolean).join('.'),
      code: 'input.invalid',
      message: 'There is no such field.',
    }));
  }
  if (isErrorCode(issue.message)) return [{ param, code: issue.message, message: sentence(issue.message) }];
  const isMissing = issue.code === 'invalid_type' && issue.input === undefined;
  return [{ param, code: 'input.invalid', message: isMissing ? 'This field is needed.' : `${issue.message.replace(/\.$/, '')}.` }];
}

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
  const { type } = errors[refusal.code];
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
