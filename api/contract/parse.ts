import type { z } from 'zod';
import { type ErrorBody, isErrorCode } from './errors/index.ts';
import { firstIssues, wordsOf } from './issues.ts';
import { Refusal, sentence } from './refusal.ts';

/** A value as its schema has it. Refuses what is wrong, each field by its path. @param at where the value stands in what was sent */
export function parseAs<Schema extends z.ZodType>(schema: Schema, value: unknown, at = ''): z.output<Schema> {
  const error: z.core.$ZodErrorMap = (issue) => `${at || issue.path?.length ? 'This field' : 'The body'} ${wordsOf(issue)}.`;
  const parsed = schema.safeParse(value, { error });
  if (!parsed.success) throw refusalOf(parsed.error, at);
  return parsed.data;
}

/** The path of a field. @param at where its object stands in what was sent; empty where it is the whole */
export const fieldAt = (at: string, field: string): string => [at, field].filter(Boolean).join('.');

type Field = NonNullable<ErrorBody['error']['fields']>[number];

/** Nobody reads more, and whoever sends a mebibyte of wrong fields would get eight back. */
const FIELDS_MAX = 20;
/** The longest path there is in the contract has 60 characters; what is longer are names of the caller's own making. */
const PARAM_MAX = 120;

/** What zod found wrong, as one refusal: the first field stands in `param`, the first twenty in `fields`, and how many there are besides in `moreFields`. */
function refusalOf(error: z.ZodError, at: string): Refusal {
  const fields: Field[] = [];
  let count = 0;
  for (const issue of firstIssues(error)) {
    fields.push(...fieldsOf(issue, at, FIELDS_MAX - fields.length));
    count += issue.code === 'unrecognized_keys' ? issue.keys.length : 1;
  }
  const [first] = fields;
  if (!first) return new Refusal('input.invalid', { values: { sentence: 'This input is not valid.' } });
  const values = first.code === 'input.invalid' ? { sentence: first.message } : {};
  const moreFields = count - fields.length;
  return new Refusal(first.code, {
    ...(first.param !== '' && { param: first.param }), // the body as a whole has no name
    values,
    ...(count > 1 && { fields }),
    ...(moreFields > 0 && { moreFields }),
  });
}

/** @param most how many are still named */
function fieldsOf(issue: z.core.$ZodIssue, at: string, most: number): Field[] {
  if (most === 0) return [];
  const path = fieldAt(at, issue.path.map(String).join('.'));
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.slice(0, most).map((key) => ({
      param: shortened(fieldAt(path, key)),
      code: 'input.invalid',
      message: 'There is no such field.',
    }));
  }
  const param = shortened(path);
  if (isErrorCode(issue.message)) return [{ param, code: issue.message, message: sentence(issue.message) }];
  return [{ param, code: 'input.invalid', message: issue.message }];
}

const shortened = (param: string): string => (param.length > PARAM_MAX ? `${param.slice(0, PARAM_MAX - 1)}…` : param);
