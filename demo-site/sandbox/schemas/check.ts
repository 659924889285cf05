import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';

interface Schemas {
  requests: Record<string, { body: object }>;
}

/**
 * Checks parameters against the types of an SDK, and converts digits to numbers in text encodings.
 * @returns one sentence about the first mistake; undefined if there is none
 */
export function checker({ requests }: Schemas): (request: string, parameters: Record<string, unknown>) => string | undefined {
  const ajv = new Ajv({ coerceTypes: true, allErrors: true, strict: false });
  const checks = new Map<string, ValidateFunction>();
  return (request, parameters) => {
    const check = checks.get(request) ?? ajv.compile(requests[request]?.body ?? {});
    checks.set(request, check);
    return check(parameters) ? undefined : sentence(check.errors ?? []);
  };
}

function sentence(errors: ErrorObject[]): string {
  const [first] = errors;
  const name = (error: ErrorObject, last = '') => [...error.instancePath.split('/'), last].filter(Boolean).join('.') || 'the body';
  const unknown = errors.find(({ keyword }) => keyword === 'additionalProperties');
  if (unknown) return `The sandbox does not know the parameter ${name(unknown, unknown.params.additionalProperty)}`;
  const absent = errors.find(({ keyword }) => keyword === 'required');
  if (absent) return `${name(absent, absent.params.missingProperty)} is required`;
  return first ? `${name(first)} ${first.message}` : 'The parameters are not right';
}
