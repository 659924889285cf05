import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Verdict } from './hunt.ts';
import type { Mutant } from './mutate.ts';

/** Results for the mutants of one file from earlier runs. */
interface Known {
  /** Of the file's mutants: another text has others. */
  hash: string;
  /** By the mutant's place in the file. Nothing: no test has met it. */
  verdicts: Record<number, Verdict>;
  /** The hash of each test file that has tried all of them. */
  tried: Record<string, string>;
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

  /** @param mutants all of one file, in order */
  of(path: string, mutants: readonly Mutant[]): FileResults {
    const hash = hashOf(mutants.map(({ at, was, is }) => `${at} ${was} ${is}`).join('\n'));
    const before = this.#read()[path];
    const known = before?.hash === hash ? before : { hash, verdicts: {}, tried: {} };
    this.#known[path] = known;
    return new FileResults(mutants, known);
  }

  save(): void {
    mkdirSync(dirname(this.#file), { recursive: true });
    writeFileSync(this.#file, JSON.stringify({ ...this.#read(), ...this.#known }));
  }

  #read(): Record<string, Known> {
    return existsSync(this.#file) ? JSON.parse(readFileSync(this.#file, 'utf8')) : {};
  }
}

/** Results for the mutants of one file. */
export class FileResults {
  readonly #mutants: readonly Mutant[];
  readonly #known: Known;

  constructor(mutants: readonly Mutant[], known: Known) {
    this.#mutants = mutants;
    this.#known = known;
  }

  /** Those that a test file may still catch; none once it has tried them all, as it is. */
  openFor(testFile: string, text: string): Mutant[] {
    return this.wasTriedBy(testFile, text) ? [] : this.uncaught().map(({ mutant }) => mutant);
  }

  wasTriedBy(testFile: string, text: string): boolean {
    return this.#known.tried[testFile] === hashOf(text);
  }

  note(mutant: Mutant, verdict: Verdict | undefined): void {
    if (verdict) this.#known.verdicts[this.#mutants.indexOf(mutant)] = verdict;
  }

  noteTried(testFile: string, text: string): void {
    this.#known.tried[testFile] = hashOf(text);
  }

  all(): { mutant: Mutant; verdict: Verdict | undefined }[] {
    return this.#mutants.map((mutant, place) => ({ mutant, verdict: this.#known.verdicts[place] }));
  }

  uncaught(): { mutant: Mutant; verdict: 'survived' | undefined }[] {
    return this.all().flatMap(({ mutant, verdict }) => (verdict === 'killed' || verdict === 'hung' ? [] : [{ mutant, verdict }]));
  }
}
