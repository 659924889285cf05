import type { z } from 'zod';
import type { ErrorValues } from './errors/index.ts';
import { faults, inputErrors } from './errors/input.ts';
import { fillTemplate } from './template.ts';

/** Values of `input.invalid`. */
export type InputValues = ErrorValues<'input.invalid'>;
type Fault = Extract<InputValues, { reason: keyof typeof faults }>;

const kinds: Record<string, Fault> = {
  string: { reason: 'not_text' },
  number: { reason: 'not_number' },
  int: { reason: 'not_whole' },
  boolean: { reason: 'not_boolean' },
  array: { reason: 'not_list' },
  object: { reason: 'not_object' },
  record: { reason: 'not_object' },
};

const formats: Record<string, Fault> = {
  email: { reason: 'not_email' },
  datetime: { reason: 'not_time' },
  hostname: { reason: 'not_host' },
  url: { reason: 'not_address' },
};

const invalid: Fault = { reason: 'not_valid' };

/** Names the fault that zod found. The only place that does; a schema's own reason takes precedence. */
export function faultOf(issue: z.core.$ZodRawIssue): Fault {
  if (isMissing(issue)) return { reason: 'missing' };
  switch (issue.code) {
    case 'invalid_type':
      return kinds[issue.expected] ?? invalid;
    case 'invalid_value':
      return oneOf(issue.values);
    case 'invalid_union':
      return 'options' in issue && Array.isArray(issue.options) ? { reason: 'not_one_of', allowed: issue.options.map(String) } : invalid;
    case 'too_small':
      return tooSmall(issue.origin, Number(issue.minimum), issue.exact);
    case 'too_big':
      return tooBig(issue.origin, Number(issue.maximum), issue.exact);
    case 'not_multiple_of':
      return { reason: 'not_multiple', step: Number(issue.divisor) };
    case 'invalid_format':
      return formats[issue.format] ?? invalid;
    default:
      return invalid;
  }
}

/** Words the fault so that it continues the value's name. */
export function wordsOf(issue: z.core.$ZodRawIssue): string {
  const fault = faultOf(issue);
  return fillTemplate({ message: faults[fault.reason], values: inputErrors['input.invalid'].values }, fault);
}

/** Returns zod's first fault of each value; further ones follow from it or repeat it. */
export function firstIssues({ issues }: z.ZodError): z.core.$ZodIssue[] {
  const seen = new Set<string>();
  return issues.filter(({ code, path }) => {
    const place = JSON.stringify([code === 'unrecognized_keys', ...path.map(String)]);
    return !seen.has(place) && seen.add(place);
  });
}

function isMissing({ code, input, ...issue }: z.core.$ZodRawIssue): boolean {
  if (code === 'invalid_union' && typeof issue.discriminator === 'string')
    return (input as Record<string, unknown>)[issue.discriminator] === undefined;
  return input === undefined && (code === 'invalid_type' || code === 'invalid_value');
}

function oneOf(values: readonly unknown[]): Fault {
  const allowed = values.map(String);
  return { reason: allowed.length === 1 ? 'not_this' : 'not_one_of', allowed };
}

function tooSmall(origin: string, min: number, exact: boolean | undefined): Fault {
  if (exact) return wrongSize(origin, min);
  if (origin !== 'string' && origin !== 'array') return { reason: 'too_small', min };
  if (min === 1) return { reason: 'empty' };
  return { reason: origin === 'string' ? 'too_short' : 'too_few', min };
}

function tooBig(origin: string, max: number, exact: boolean | undefined): Fault {
  if (exact) return wrongSize(origin, max);
  return { reason: origin === 'string' ? 'too_long' : origin === 'array' ? 'too_many' : 'too_large', max };
}

const wrongSize = (origin: string, length: number): Fault => ({ reason: origin === 'string' ? 'wrong_length' : 'wrong_count', length });
