import type { Transfer } from '../../models/transfer.ts';

/** How many things a check names; the others are counted. */
const NAMED_MAX = 20;

interface Broken {
  seq: number;
  sentence: string;
}

/** Where something was found. Of one account, the entry with the lowest number is named. */
export interface FindingPlace {
  what: string;
  account?: string;
  seq?: number;
}

export interface AuditedPromise {
  name: string;
  ok: boolean;
  /** How often it failed. */
  times: number;
  /** A sentence for each account or document that it failed for, the first ones. */
  found: string[];
  /** The same in one line; empty where all is well. */
  detail: string;
}

/** What an audit has found, check by check. */
export class Findings {
  #violations = 0;
  readonly #broken = new Map<string, { times: number; first: Map<string, Broken> }>();
  readonly #remarks = new Set<string>();

  /** A check is in the report from the moment when it is named, whether it finds something or not. */
  expect(...names: readonly string[]): void {
    for (const name of names) if (!this.#broken.has(name)) this.#broken.set(name, { times: 0, first: new Map() });
  }

  /** Runs a check and keeps what it throws, so that one thing that cannot be read does not keep the others from being looked at. */
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

  /** Something that is no violation, and that a reader of the report has to know. */
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

/** A transfer is named itself, whatever stands in it; where several of one account are broken, the one with the lowest number is. */
export function placeOf({ _id: what, agencyId, postings }: Transfer): FindingPlace {
  const entry = Array.isArray(postings) ? postings.find((posting) => posting?.seq !== undefined) : undefined;
  return entry?.seq === undefined ? { what } : { what, account: `${agencyId}/${entry.account}`, seq: entry.seq };
}
