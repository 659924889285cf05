import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import { parse } from 'qs';
import schemas from '../schemas/requests.json' with { type: 'json' };
import type { Requests } from '../schemas/requests.ts';
import { invalid, missing, type StripeRefusal } from './refusals.ts';

/** E.g. `POST /v1/prices`: a supported request of Stripe's API. */
export type Request = keyof Requests;

const ajv = new Ajv({ coerceTypes: true, allErrors: true, strict: false, verbose: true });
const checks = new Map<Request, ValidateFunction>();

/** Decodes Stripe's form encoding: `line_items[0][price]=...`. */
export const decode = (form: string): Record<string, unknown> =>
  parse(form, { depth: 10, arrayLimit: 1000, parameterLimit: 2000, plainObjects: true });

/**
 * Checks decoded parameters against the types of the SDK and turns digits into numbers, as the schema says.
 * @throws StripeRefusal worded like Stripe's own, for the first mistake found
 */
export function checked<R extends Request>(request: R, parameters: Record<string, unknown>): Requests[R] {
  const check = checks.get(request) ?? ajv.compile(schemas.requests[request].body);
  checks.set(request, check);
  // parameters that pass the schema made from this type have this type
  if (check(parameters)) return parameters as Requests[R];
  throw worded(request, check.errors ?? []);
}

function worded(request: Request, errors: ErrorObject[]): StripeRefusal {
  const unknown = errors.find((error) => error.keyword === 'additionalProperties');
  if (unknown) return unknownParameter(request, named(unknown.instancePath, unknown.params.additionalProperty));
  const absent = errors.find((error) => error.keyword === 'required');
  if (absent) return missing(named(absent.instancePath, absent.params.missingProperty));
  const [first] = errors;
  if (!first) throw new Error('a refused request has an error');
  const param = named(first.instancePath);
  const given = typeof first.data === 'string' ? first.data : JSON.stringify(first.data);
  if (first.keyword === 'enum') return invalid(`Invalid ${param}: must be one of ${listed(first.params.allowedValues)}`, param);
  if (first.params.type === 'integer') return invalid(`Invalid integer: ${given}`, param, 'parameter_invalid_integer');
  return invalid(`Invalid ${first.params.type ?? 'value'}: ${given}`, param);
}

function unknownParameter(request: Request, param: string): StripeRefusal {
  const known: readonly string[] = schemas.requests[request].unsupported;
  if (known.includes(param)) return invalid(`The sandbox does not support this parameter of Stripe's: ${param}`, param);
  return invalid(`Received unknown parameter: ${param}`, param, 'parameter_unknown');
}

/** Turns `/line_items/0` and `price` into `line_items[0][price]`. */
function named(path: string, last?: string): string {
  const [first, ...rest] = [...path.split('/').slice(1), ...(last === undefined ? [] : [last])];
  return `${first ?? ''}${rest.map((step) => `[${step}]`).join('')}`;
}

function listed(values: string[]): string {
  const last = values.at(-1);
  return values.length < 2 ? `${last}` : `${values.slice(0, -1).join(', ')}, or ${last}`;
}
