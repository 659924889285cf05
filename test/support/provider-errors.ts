import assert from 'node:assert/strict';
import type { DocumentedError } from '../../api/ports/index.ts';
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
