import { cpus, loadavg } from 'node:os';
import { type Size, Stage } from './stage.ts';
import { formatTable, type Row } from './table.ts';

type Group = (stage: Stage) => Promise<Row[]>;

/** Groups of rows, in the order of the table. Each is loaded when it runs. */
const groups: readonly { ids: readonly string[]; load(): Promise<Group> }[] = [
  { ids: ['Q1'], load: async () => (await import('./groups/bytes.ts')).bytes },
  { ids: ['Q2', 'Q3', 'Q4'], load: async () => (await import('./groups/pages.ts')).pages },
  { ids: ['Q5', 'Q6', 'Q7', 'Q8'], load: async () => (await import('./groups/ledger.ts')).ledger },
  { ids: ['Q9'], load: async () => (await import('./groups/reads.ts')).reads },
  { ids: ['Q10'], load: async () => (await import('./groups/tokens.ts')).tokens },
  { ids: ['Q11'], load: async () => (await import('./groups/webhook.ts')).webhook },
  { ids: ['Q12'], load: async () => (await import('./groups/checkout.ts')).checkout },
  { ids: ['Q21'], load: async () => (await import('./groups/polling.ts')).polling },
  { ids: ['Q14'], load: async () => (await import('./groups/start.ts')).start },
  { ids: ['Q16'], load: async () => (await import('./groups/memory.ts')).memory },
  { ids: ['Q17', 'Q18'], load: async () => (await import('./groups/knowledge.ts')).knowledge },
  { ids: ['Q19'], load: async () => (await import('./groups/search.ts')).search },
  { ids: ['Q24'], load: async () => (await import('./groups/statement.ts')).statement },
  { ids: ['Q13', 'Q16'], load: async () => (await import('./groups/bootstrap.ts')).bootstrap },
];

/**
 * Measures and prints.
 * @returns the exit code: 1 if a count of bytes or requests is over its bar or a group failed, else 0
 */
export async function bench(args: readonly string[]): Promise<number> {
  const size: Size = args.includes('--quick') ? 'quick' : args.includes('--full') ? 'full' : 'default';
  const only = args.includes('--only') ? args[args.indexOf('--only') + 1]?.split(',') : undefined;
  const wanted = groups.filter(({ ids }) => !only || ids.some((id) => only.includes(id)));
  const rows: Row[] = only ? [] : [suite];
  let isBroken = false;
  const stage = await Stage.open(size);
  for (const { ids, load } of wanted) {
    const startedAt = performance.now();
    try {
      rows.push(...(await (await load())(stage)));
    } catch (error) {
      isBroken = true;
      process.stderr.write(`${ids.join(' ')}: ${error instanceof Error ? error.stack : String(error)}\n`);
      rows.push(...ids.map(brokenRow));
    } finally {
      await stage.clear();
    }
    process.stderr.write(`${ids.join(' ')} took ${Math.round((performance.now() - startedAt) / 1000)} s\n`);
  }
  await stage.close();
  process.stdout.write(`${formatTable(sortRows(rows))}\n\n${describeCircumstances(size)}\n`);
  return isBroken || rows.some(({ isExact, verdict }) => isExact && verdict.startsWith('missed')) ? 1 : 0;
}

/** Measuring it would take longer than everything else together. */
const suite: Row = {
  id: 'Q15',
  what: 'npm test, from start to end',
  measured: '',
  floor: '',
  ratio: '',
  bar: '<= 6 min',
  verdict: 'not measured (time npm test)',
};

const brokenRow = (id: string): Row => ({
  id,
  what: 'the measurement broke',
  measured: '',
  floor: '',
  ratio: '',
  bar: '',
  verdict: 'not measured',
});

const sortRows = (rows: readonly Row[]) => rows.toSorted((a, b) => Number(a.id.slice(1)) - Number(b.id.slice(1)));

function describeCircumstances(size: Size): string {
  const rounds =
    size === 'quick'
      ? '2 rounds and one before them that is discarded: a quick run claims nothing'
      : '7 rounds and one before them that is discarded; a claim needs 6';
  const load = loadavg().map((value) => value.toFixed(1));
  return `Node ${process.versions.node}, ${cpus().length} cores, load ${load.join(' ')} at the end. ${rounds}. Ratios are medians of the rounds' ratios.`;
}
