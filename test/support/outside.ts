import assert from 'node:assert/strict';
import { setTimeout as wait } from 'node:timers/promises';
import { call, type Reply } from './call.ts';
import type { ApiProcess } from './process.ts';
import { until } from './until.ts';

/** One line of the API's log. */
export interface Line {
  level: number;
  msg: string;
  requestId?: string;
  cause?: { provider?: string; name?: string };
}

/** Factor by which everything may take longer on a busy machine. */
const SLACK_SECONDS = 20;

/** Waits for an answer; undefined if it does not come in time. */
export async function inTime<Answer>(asked: Promise<Answer>, seconds: number): Promise<Answer | undefined> {
  const patience = new AbortController();
  const late = wait((seconds + SLACK_SECONDS) * 1000, undefined, { signal: patience.signal }).catch(() => undefined);
  const answer = await Promise.race([asked, late]);
  patience.abort();
  return answer;
}

/** Returns the log of a process. */
export class ApiLog {
  readonly #api: ApiProcess;
  readonly #lines: Line[] = [];
  #readTo = 0;

  constructor(api: ApiProcess) {
    this.#api = api;
  }

  /** Reads the lines that are complete. */
  lines(): Line[] {
    const output = this.#api.output();
    const end = output.lastIndexOf('\n') + 1;
    const added = output.slice(this.#readTo, end).split('\n');
    this.#lines.push(...added.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line)));
    this.#readTo = end;
    return this.#lines;
  }

  /** Waits for the log line of a request. */
  async about({ headers }: Reply<unknown>): Promise<Line[]> {
    const requestId = headers.get('request-id');
    return until(async () => {
      const those = this.lines().filter((line) => line.requestId === requestId);
      return those.length > 0 && those;
    }, 'the line in the log');
  }

  /** Asserts that the process has no fault and answers. */
  async lives(): Promise<void> {
    assert.equal((await call(`${this.#api.url}/livez`, { method: 'GET' })).status, 200);
    assert.equal(this.#api.child.exitCode, null);
    const fatal = this.lines().filter(({ level }) => level >= 60);
    assert.deepEqual(fatal, []);
  }
}
