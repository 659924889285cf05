import { parseArgs } from 'node:util';
import { kinds } from '../../demo-site/sandbox/faults/kinds.ts';
import { runChaos } from './run.ts';

const usage = `npm run chaos -- [--minutes 10] [--seed 42] [--actors 8]
Two API processes on one database are killed under load, with faults at all providers, in webhooks and in the mails. The seed is printed.
`;

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    seed: { type: 'string' },
    actors: { type: 'string', default: '8' },
    help: { type: 'boolean' },
  },
});
if (values.help) {
  process.stdout.write(usage);
} else {
  const seed = Number(values.seed ?? Math.floor(Math.random() * 1_000_000));
  process.stdout.write(`seed ${seed}\n`);
  const everything = Object.values(kinds).flat();
  const { wrong, tally } = await runChaos({
    seed,
    seconds: Number(values.minutes) * 60,
    actors: Number(values.actors),
    kinds: everything,
    killsDatabase: true,
  });
  process.stdout.write(`${tally.lines().join('\n')}\n\n${wrong.length === 0 ? 'Nothing is wrong.' : wrong.join('\n')}\nseed ${seed}\n`);
  process.exit(wrong.length === 0 ? 0 : 1);
}
