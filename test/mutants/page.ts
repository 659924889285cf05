import { isCaught, type Verdict } from './hunt.ts';
import type { Mutant } from './mutate.ts';

/** A mutant that no test can or should catch, and why. */
export interface Harmless {
  path: string;
  /** The line as it stands there, without its margin. */
  at: string;
  /** The mutant's change, as the run prints it. */
  was: string;
  is: string;
  why: string;
}

/** How many mutants of a file have come to which end. */
export interface Counts {
  killed: number;
  /** Caught because a test never ended. */
  hung: number;
  survived: number;
  /** No test met it. */
  unmet: number;
  /** Not caught, and listed as harmless. */
  harmless: number;
}

/** Of a file: what was tried, of so many. */
export interface FileCounts extends Counts {
  mutants: number;
}

const ends = ['killed', 'hung', 'survived', 'unmet', 'harmless'] as const;
const noCounts: Counts = { killed: 0, hung: 0, survived: 0, unmet: 0, harmless: 0 };

export const isListed = (mutant: Mutant, listed: readonly Harmless[]): boolean =>
  listed.some(({ path, at, was, is }) => path === mutant.path && at === mutant.at && was === mutant.was && is === mutant.is);

export function countEnds(all: readonly { mutant: Mutant; verdict: Verdict | undefined }[], listed: readonly Harmless[]): Counts {
  const counts = { ...noCounts };
  for (const { mutant, verdict } of all) {
    counts[!isCaught(verdict) && isListed(mutant, listed) ? 'harmless' : (verdict ?? 'unmet')] += 1;
  }
  return counts;
}

/** `api/rules`, or the folder of a noun such as `api/domain/orders`. */
const folderOf = (path: string): string => (/^(?:api\/(?:domain\/)?|widgets\/)[^/]+(?=\/)/.exec(path) ?? [path])[0];

const cell = (text: string): string => `\`${text.replaceAll('|', '\\|').replaceAll('`', "'")}\``;
const row = (cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`;

/** Of the mutants that could matter, how many of a hundred were caught; never rounded up. */
export function scoreOf({ killed, hung, survived, unmet }: Counts): string {
  const all = killed + hung + survived + unmet;
  return all === 0 ? '-' : `${(Math.floor(((killed + hung) * 1000) / all) / 10).toFixed(1)} %`;
}

const triedOf = (counts: FileCounts): string => `${ends.reduce((sum, end) => sum + counts[end], 0)} of ${counts.mutants}`;

/**
 * Writes `docs/mutants.md`.
 * @param results by file; only files whose chosen mutants were all tried by every nearest test
 */
export function renderPage(results: Readonly<Record<string, FileCounts>>, listed: readonly Harmless[]): string {
  const sums = new Map<string, FileCounts & { files: number }>();
  for (const [path, counts] of Object.entries(results)) {
    const sum = sums.get(folderOf(path)) ?? { files: 0, mutants: 0, ...noCounts };
    for (const part of ['mutants', ...ends] as const) sum[part] += counts[part];
    sums.set(folderOf(path), { ...sum, files: sum.files + 1 });
  }
  const rows = [...sums]
    .map(([folder, sum]) => row([`\`${folder}\``, sum.files, triedOf(sum), ...ends.map((end) => sum[end]), scoreOf(sum)]))
    .sort();
  const reasons = [...listed].sort((one, other) => (one.path + one.at < other.path + other.at ? -1 : 1));
  return `# Mutants

How much the tests notice. \`npm run mutants <path>\` makes one small mistake at a time in each file below a path, as a bug would look, and runs the tests of the same room. A mistake that no test notices survives. [CONTRIBUTING.md](../CONTRIBUTING.md#mutants) says how to run it. This page is written by the run.

The score is what was caught of what could matter. Tests that take more than four seconds of the processor take no part, and neither do those of the built product, so it is a lower bound. Where not all mistakes were tried, those that were are chosen by a hash, which knows nothing of the tests.

${[row(['folder', 'files', 'tried', 'killed', 'timed out', 'survived', 'met by no test', 'cannot matter', 'score']), row(Array(9).fill('---')), ...rows].join('\n')}

## Survivors that cannot matter

${[row(['file', 'line', 'mistake', 'why it cannot matter']), row(Array(4).fill('---')), ...reasons.map(({ path, at, was, is, why }) => row([`\`${path}\``, cell(at), `${cell(was)} becomes ${is === '' ? 'nothing' : cell(is)}`, why]))].join('\n')}
`;
}
