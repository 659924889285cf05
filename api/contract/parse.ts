import type { z } from 'zod';
import { isPlainCode, type PlainCode } from './errors/index.ts';
import { faultOf, firstIssues, type InputValues } from './issues.ts';
import { Refusal, tell } from './refusal.ts';

/**
 * Parses a value by its schema. Refuses each wrong field by its path.
 * @param at position of the value in the input
 */
export function parseAs<Schema extends z.ZodType>(schema: Schema, value: unknown, at = ''): z.output<Schema> {
  // Zod passes faults as text.
  const parsed = schema.safeParse(value, { error: (issue) => JSON.stringify(reasonOf(issue, at)) });
  if (!parsed.success) throw refusalOf(parsed.error, at);
  return parsed.data;
}

/**
 * Returns the path of a field.
 * @param at position of its object in the input; empty for the whole input
 */
export const fieldAt = (at: string, field: string): string => [at, field].filter(Boolean).join('.');

function reasonOf(issue: z.core.$ZodRawIssue, at: string): InputValues {
  const isBody = at === '' && !issue.path?.length;
  const fault = faultOf(issue);
  return isBody ? { reason: fault.reason === 'not_object' ? 'body_not_object' : 'body_invalid' } : fault;
}

/** A wrong field: with a code of its own, or the values of `input.invalid`. */
interface Fault {
  param: string;
  why: PlainCode | InputValues;
}

/** Nobody reads more, and a mebibyte of wrong fields would cause an answer eight times as large. */
const FIELDS_MAX = 20;
/** The contract's longest path has 60 characters; longer ones contain the caller's own names. */
const PARAM_MAX = 120;

/**
 * Turns zod's faults into one refusal: the first field in `param`, the first twenty in `fields`, and the number of others in `moreFields`.
 */
function refusalOf(error: z.ZodError, at: string): Refusal {
  const faults: Fault[] = [];
  let count = 0;
  for (const issue of firstIssues(error)) {
    faults.push(...faultsIn(issue, at, FIELDS_MAX - faults.length));
    count += issue.code === 'unrecognized_keys' ? issue.keys.length : 1;
  }
  const [{ param, why } = { param: '', why: { reason: 'body_invalid' } as const }] = faults;
  const moreFields = count - faults.length;
  const detail = {
    ...(param !== '' && { param }), // the whole body has no name
    ...(count > 1 && { fields: faults.map((fault) => ({ param: fault.param, ...told(fault.why) })) }),
    ...(moreFields > 0 && { moreFields }),
  };
  return typeof why === 'string' ? new Refusal(why, detail) : new Refusal('input.invalid', { ...detail, values: why });
}

const told = (why: Fault['why']) => (typeof why === 'string' ? tell(why) : tell('input.invalid', { values: why }));

/** @param most number of faults that are still listed */
function faultsIn(issue: z.core.$ZodIssue, at: string, most: number): Fault[] {
  if (most === 0) return [];
  const path = fieldAt(at, issue.path.map(String).join('.'));
  if (issue.code === 'unrecognized_keys')
    return issue.keys.slice(0, most).map((key) => ({ param: shortened(fieldAt(path, key)), why: { reason: 'unknown_field' } }));
  return [{ param: shortened(path), why: isPlainCode(issue.message) ? issue.message : (JSON.parse(issue.message) as InputValues) }];
}

const shortened = (param: string): string => (param.length > PARAM_MAX ? `${param.slice(0, PARAM_MAX - 1)}…` : param);
