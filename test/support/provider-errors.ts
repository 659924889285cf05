import assert from 'node:assert/strict';
import type { ErrorCode } from '../../api/contract/index.ts';
import { Refusal } from '../../api/contract/refusal.ts';
import { type DocumentedError, ProviderError } from '../../api/ports/index.ts';
import type { Agency } from './agency.ts';
import type { TestApi } from './api.ts';

/** A row of a provider's table for one of its calls. */
export interface ErrorCase<Call extends string> {
  call: Call;
  row: DocumentedError<Call>;
  name: string;
}

/** Lists each call of each row of a table. A row hidden by another one is a mistake in the table. */
export function casesOf<Call extends string>(table: readonly DocumentedError<Call>[]): ErrorCase<Call>[] {
  const seen = new Set<string>();
  return table.flatMap((row) =>
    row.calls.map((call) => {
      const name = `${call} ${row.status}${row.code === undefined ? '' : ` ${row.code}`} "${row.says}"`;
      assert.ok(!seen.has(name), `${name} is twice in the table`);
      seen.add(name);
      assert.ok(row.agency === undefined || row.fault === 'agency', `${name}: an agency is told what it can change`);
      return { call, row, name };
    }),
  );
}

/**
 * Chooses one case for each end: all refusals of each call, and all notices. What comes after the port knows of a row only by these, and a
 * test of the port looks at all rows.
 */
export function differentOf<Call extends string>(cases: readonly ErrorCase<Call>[]): ErrorCase<Call>[] {
  const seen = new Set<string>();
  return cases.filter(({ call, row: { lasts, person, agency, undone } }) => {
    const known = seen.size;
    seen.add(`${call} ${lasts} ${person}`).add(`${lasts} ${person} ${undone} ${agency}`);
    return seen.size > known;
  });
}

/** Returns the value of a call at the port, or its refusal with what the log and the domain learn of it. */
export async function endOf(asked: Promise<unknown>): Promise<{ value: unknown } | { code: string; meaning: unknown; words: unknown }> {
  try {
    return { value: await asked };
  } catch (error) {
    assert(error instanceof Refusal && error.cause instanceof ProviderError, String(error));
    const { call, status, code, message } = error.cause.words;
    const { lasts, agency } = error.cause.meaning ?? {};
    return { code: error.code, meaning: { lasts, agency }, words: { call, status, code, message } };
  }
}

/** Returns the refusal that a row of the table promises, in the form of `endOf`. */
export const refusalOf = ({ call, row: { status, code, says, lasts, agency, person } }: ErrorCase<string>, otherwise: ErrorCode) => ({
  code: person ?? otherwise,
  meaning: { lasts, agency },
  words: { call, status, code, message: says },
});

/**
 * Watches the effects of a case from now on: lines of the log and notices to the agency.
 * Lets a day pass first, because the agency gets the same notice only once a day.
 */
export async function watchCase({ logs, sandbox }: TestApi, agency: Agency) {
  sandbox.clock.advance(24 * 3600);
  const from = logs.length;
  const told = async () => {
    const { entries } = await agency.call('journal.list', { limit: 100 });
    return entries.filter(({ action }) => action === 'alert.provider');
  };
  const before = (await told()).length;
  return {
    /** Reads the notices to the agency since then. */
    notices: async () =>
      (await told())
        .reverse()
        .slice(before)
        .map(({ target }) => target),
    /** Tells whether a log line has the provider's status and words, and the meaning in the table. */
    isLogged({ call, row: { status, says, lasts } }: ErrorCase<string>, about = '') {
      const parts = [`"call":"${call}"`, `"status":${status}`, `"message":"${says}"`, `"lasts":"${lasts}"`, about];
      return logs.slice(from).some((line) => parts.every((part) => line.includes(part)));
    },
  };
}
