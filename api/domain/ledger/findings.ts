import type { Transfer } from '../../models/transfer.ts';
import { entriesOf } from './reading.ts';

/** How many accounts a check names; the others are counted. */
const NAMED_MAX = 20;

interface Broken {
  seq: number;
  sentence: string;
}

/** What an audit has found, check by check. */
export class Findings {
  #violations = 0;
  readonly #broken: Map<string, { times: number; first: Map<string, Broken> }>;

  constructor(names: readonly string[]) {
    this.#broken = new Map(names.map((name) => [name, { times: 0, first: new Map() }]));
  }

  /** Runs a check of one transfer and keeps what it throws. */
  async note(name: string, transfer: Transfer, check: () => void | Promise<void>): Promise<void> {
    try {
      await check();
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      this.#add(name, transfer, message.split('\n', 1).join('')); // the rest shows both values, which nobody can compare by eye
    }
  }

  #add(name: string, transfer: Transfer, message: string): void {
    const found = this.#broken.get(name);
    if (!found) return;
    this.#violations += 1;
    found.times += 1;
    const [entry] = entriesOf(transfer);
    const account = entry ? `${transfer.agencyId}/${entry.account}` : transfer._id;
    const seq = entry?.seq ?? 0;
    const before = found.first.get(account);
    if (before ? seq < before.seq : found.first.size < NAMED_MAX)
      found.first.set(account, { seq, sentence: `${transfer._id}: ${message}` });
  }

  summary(): { violations: number; checks: { name: string; ok: boolean; detail: string }[] } {
    const checks = [...this.#broken].map(([name, { times, first }]) => ({
      name,
      ok: times === 0,
      detail: times === 0 ? '' : `broken ${times} times, first at ${[...first.values()].map(({ sentence }) => sentence).join('; ')}`,
    }));
    return { violations: this.#violations, checks };
  }
}
