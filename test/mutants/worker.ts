import { pathToFileURL } from 'node:url';
import { answerJobs, OPEN_MS, openedBy } from './jobs.ts';
import { beginTests, endTests, runTest, testNames } from './node-test.ts';
import { failTrial, type Trial, tryWork } from './trial.ts';

/** Runs the tests of one file as often as its parent asks, each time with another mutant alive: `worker.ts <test file>`. */

for (const event of ['uncaughtException', 'unhandledRejection']) process.on(event, failTrial);

/** With a mutant that also lives in the processes which the work starts. */
async function tryHere(id: number, millis: number, work: () => Promise<unknown>): Promise<Trial> {
  process.env.LIVERY_MUTANT = String(id);
  const trial = await tryWork(id, millis, work);
  process.env.LIVERY_MUTANT = '0';
  return trial;
}

const loading = await tryHere(Number(process.env.LIVERY_MUTANT ?? 0), OPEN_MS, async () => {
  await import(pathToFileURL(process.argv[2] ?? '').href);
  await beginTests();
});

answerJobs({
  opened: openedBy(loading, testNames()),
  begin:
    async ({ alive }) =>
    async ({ index, millis }) => {
      const used = process.cpuUsage();
      const trial = await tryHere(alive, millis, () => runTest(index));
      const { user, system } = process.cpuUsage(used);
      return { ...trial, cpuMillis: (user + system) / 1000 };
    },
  end: endTests,
});
