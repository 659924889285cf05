import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { isCaught, type Verdict } from './hunt.ts';
import type { Mutant } from './mutate.ts';
import { chooseMutants } from './share.ts';

/** Results for the mutants of one file from earlier runs. */
interface Known {
  /** Of the file's mutants: another text has others. */
  hash: string;
  /** By the mutant's place in the file. Nothing: no test has met it. */
  verdicts: Record<number, Verdict>;
  /** The hash of each test file, and how many it has tried, in the order in which they are chosen. */
  tried: Record<string, { hash: string; count: number }>;
}

const hashOf = (text: string): string => createHash('sha256').update(text).digest('base64url').slice(0, 16);

/** Remembers between runs, so that one run goes on where another has ended. */
export class Memory {
  readonly #file: string;
  /** Of the files that this run is about. */
  readonly #known: Record<string, Known> = {};

  constructor(file: string) {
    this.#file = file;
  }

  /**
   * @param mutants all of one file, in order
   * @param share one of so many is tried
   */
  of(path: string, mutants: readonly Mutant[], share = 1): FileResults {
    const hash = hashOf(mutants.map(({ at, was, is }) => `${at} ${was} ${is}`).join('\n'));
    const before = this.#read()[path];
    const known = before?.hash === hash ? before : { hash, verdicts: {}, tried: {} };
    this.#known[path] = known;
    return new FileResults(mutants, known, chooseMutants(mutants, share));
  }

  save(): void {
    mkdirSync(dirname(this.#file), { recursive: true });
    writeFileSync(this.#file, JSON.stringify({ ...this.#read(), ...this.#known }));
  }

  #read(): Record<string, Known> {
    return existsSync(this.#file) ? JSON.parse(readFileSync(this.#file, 'utf8')) : {};
  }
}

/** Results for those mutants of one file that are chosen. */
export class FileResults {
  readonly #mutants: readonly Mutant[];
  readonly #known: Known;
  readonly #chosen: readonly Mutant[];

  constructor(mutants: readonly Mutant[], known: Known, chosen: readonly Mutant[]) {
    this.#mutants = mutants;
    this.#known = known;
    this.#chosen = chosen;
  }

  /** Of the whole file. */
  get mutantCount(): number {
    return this.#mutants.length;
  }

  /** Those that a test file may still catch; none once it has tried them all, as it is. */
  openFor(testFile: string, text: string): readonly Mutant[] {
    return this.#chosen.slice(this.#triedBy(testFile, text)).filter((mutant) => !isCaught(this.#verdictOn(mutant)));
  }

  wasTriedBy(testFile: string, text: string): boolean {
    return this.#triedBy(testFile, text) >= this.#chosen.length;
  }

  note(mutant: Mutant, verdict: Verdict | undefined): void {
    if (verdict) this.#known.verdicts[this.#mutants.indexOf(mutant)] = verdict;
  }

  noteTried(testFile: string, text: string): void {
    const count = Math.max(this.#chosen.length, this.#triedBy(testFile, text));
    this.#known.tried[testFile] = { hash: hashOf(text), count };
  }

  /** In the order of the file. */
  all(): { mutant: Mutant; verdict: Verdict | undefined }[] {
    const chosen = this.#mutants.filter((mutant) => this.#chosen.includes(mutant));
    return chosen.map((mutant) => ({ mutant, verdict: this.#verdictOn(mutant) }));
  }

  #verdictOn(mutant: Mutant): Verdict | undefined {
    return this.#known.verdicts[this.#mutants.indexOf(mutant)];
  }

  #triedBy(testFile: string, text: string): number {
    const tried = this.#known.tried[testFile];
    return tried?.hash === hashOf(text) ? tried.count : 0;
  }
}
