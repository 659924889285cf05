import type { Transfer } from '../../models/transfer.ts';

/** Findings that a check names; further ones are only counted. */
const NAMED_MAX = 20;

interface Broken {
  seq: number;
  sentence: string;
}

/** The place of a finding. Of one account, the entry with the lowest number is named. */
export interface FindingPlace {
  what: string;
  account?: string;
  seq?: number;
}

export interface AuditedPromise {
  name: string;
  ok: boolean;
  /** Number of failures. */
  times: number;
  /** A sentence for each of the first accounts or documents. */
  found: string[];
  /** The sentences in one line; empty if all is well. */
  detail: string;
}

/** Collects the findings of an audit, check by check. */
export class Findings {
  #violations = 0;
  readonly #broken = new Map<string, { times: number; first: Map<string, Broken> }>();
  readonly #remarks = new Set<string>();

  /** Lists checks in the report, even if they find nothing. */
  expect(...names: readonly string[]): void {
    for (const name of names) if (!this.#broken.has(name)) this.#broken.set(name, { times: 0, first: new Map() });
  }

  /** Runs a check and records what it throws, so that one unreadable thing does not hide the others. */
  async note(name: string, place: FindingPlace, check: () => void | Promise<void>): Promise<void> {
    try {
      await check();
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      this.add(name, place, message.split('\n', 1).join('')); // the rest shows both values, which nobody can compare by eye
    }
  }

  add(name: string, place: FindingPlace, message: string): void {
    this.expect(name);
    const { what, account = what, seq = 0 } = place;
    const found = this.#broken.get(name);
    if (!found) return;
    this.#violations += 1;
    found.times += 1;
    const before = found.first.get(account);
    if (before ? seq < before.seq : found.first.size < NAMED_MAX) found.first.set(account, { seq, sentence: `${what}: ${message}` });
  }

  /** Adds a remark: no violation, but important for the reader. */
  remark(sentence: string): void {
    this.#remarks.add(sentence);
  }

  summary(): { violations: number; checks: AuditedPromise[]; remarks: string[] } {
    const checks = [...this.#broken].map(([name, { times, first }]) => {
      const found = [...first.values()].map(({ sentence }) => sentence);
      return { name, ok: times === 0, times, found, detail: times === 0 ? '' : `broken ${times} times, first at ${found.join('; ')}` };
    });
    return { violations: this.#violations, checks, remarks: [...this.#remarks] };
  }
}

/** Returns the place of a transfer, even of an unreadable one. */
export function placeOf({ _id: what, agencyId, postings }: Transfer): FindingPlace {
  const entry = Array.isArray(postings) ? postings.find((posting) => posting?.seq !== undefined) : undefined;
  return entry?.seq === undefined ? { what } : { what, account: `${agencyId}/${entry.account}`, seq: entry.seq };
}
