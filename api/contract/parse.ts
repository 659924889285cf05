import type { z } from 'zod';
import { type ErrorBody, isErrorCode } from './errors.ts';
import { Refusal, sentence } from './refusal.ts';

/** A value as its schema has it. Refuses what is wrong, each field by its path. @param at where the value stands in what was sent */
export function parseAs<Schema extends z.ZodType>(schema: Schema, value: unknown, at = ''): z.output<Schema> {
  const parsed = schema.safeParse(value, { reportInput: true });
  if (!parsed.success) throw refusalOf(parsed.error, at);
  return parsed.data;
}

/** The path of a field. @param at where its object stands in what was sent; empty where it is the whole */
export const fieldAt = (at: string, field: string): string => [at, field].filter(Boolean).join('.');

type Field = NonNullable<ErrorBody['error']['fields']>[number];

/** What zod found wrong, as one refusal: the first field stands in `param`, all of them in `fields`. */
function refusalOf(error: z.ZodError, at: string): Refusal {
  const fields = error.issues.flatMap((issue) => fieldsOf(issue, at));
  const [first] = fields;
  if (!first) return new Refusal('input.invalid', { values: { sentence: 'This input is not valid.' } });
  const values = first.code === 'input.invalid' ? { sentence: first.message } : {};
  return new Refusal(first.code, { param: first.param, values, ...(fields.length > 1 && { fields }) });
}

function fieldsOf(issue: z.core.$ZodIssue, at: string): Field[] {
  const param = fieldAt(at, issue.path.map(String).join('.'));
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      param: fieldAt(param, key),
      code: 'input.invalid',
      message: 'There is no such field.',
    }));
  }
  if (isErrorCode(issue.message)) return [{ param, code: issue.message, message: sentence(issue.message) }];
  const isMissing = issue.code === 'invalid_type' && issue.input === undefined;
  return [{ param, code: 'input.invalid', message: isMissing ? 'This field is needed.' : `${issue.message.replace(/\.$/, '')}.` }];
}
