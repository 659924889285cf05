import type { z } from 'zod';

const kinds: Record<string, string> = {
  string: 'must be a text',
  number: 'must be a number',
  int: 'must be a whole number',
  boolean: 'must be true or false',
  array: 'must be a list',
  object: 'must be an object',
  record: 'must be an object',
};

const formats: Record<string, string> = {
  email: 'must be an e-mail address',
  datetime: 'must be a time in UTC, such as 2026-01-31T12:00:00Z',
  hostname: 'must be the name of a host, such as api.example',
  url: 'must be a whole address, such as https://www.example.com',
};

const units: Record<string, readonly [one: string, more: string]> = { string: ['character', 'characters'], array: ['entry', 'entries'] };

/** What is wrong with a value, in words that go on from its name. The one place that words what zod finds; a schema's own message goes before. */
export function wordsOf(issue: z.core.$ZodRawIssue): string {
  if (isMissing(issue)) return 'is needed';
  switch (issue.code) {
    case 'invalid_type':
      return kinds[issue.expected] ?? 'is not valid';
    case 'invalid_value':
      return issue.values.length === 1 ? `must be ${String(issue.values[0])}` : `must be one of: ${issue.values.map(String).join(', ')}`;
    case 'invalid_union':
      return 'options' in issue && Array.isArray(issue.options) ? `must be one of: ${issue.options.join(', ')}` : 'is not valid';
    case 'too_small':
      return boundOf('at least', issue.minimum, issue);
    case 'too_big':
      return boundOf('at most', issue.maximum, issue);
    case 'not_multiple_of':
      return `must be a multiple of ${issue.divisor}`;
    case 'invalid_format':
      return formats[issue.format] ?? 'is not valid';
    default:
      return 'is not valid';
  }
}

/** What zod found wrong with each value, once: what it finds behind that follows from it, or repeats it. */
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

function boundOf(word: string, bound: number | bigint, { origin, exact }: { origin: string; exact?: boolean | undefined }): string {
  const unit = units[origin];
  const amount = `${exact ? 'exactly' : word} ${bound}`;
  if (!unit) return `must be ${amount}`;
  if (word === 'at least' && bound === 1 && !exact) return 'must not be empty';
  return `must have ${amount} ${Number(bound) === 1 ? unit[0] : unit[1]}`;
}
