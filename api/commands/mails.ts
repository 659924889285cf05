import { readEnv } from '../env.ts';
import { countUnsentMails, type MailCount, type MailKind, mailKinds, reviveMails } from '../models/mail.ts';
import { Mistake, readArguments } from './arguments.ts';
import { connectBeside, exitWithError } from './connect.ts';

const usage = `npm run mails                              lists the mails that wait, and those that were given up
npm run mails -- --again                   has all that were given up sent again
npm run mails -- --again --kind receipt    has those of one kind sent again: ${mailKinds.join(', ')}
`;

/** Shows the outbox. With `--again` it queues given-up mails again. May run beside the API, which then sends them. */
async function run(): Promise<void> {
  const { again, kind } = readArguments({ again: { type: 'boolean' }, kind: { type: 'string' } }, { usage }).given;
  if (kind !== undefined && !again) throw new Mistake('--kind: it belongs to --again.');
  if (kind !== undefined && !isKind(kind)) throw new Mistake(`--kind: ${kind} is none of ${mailKinds.join(', ')}.`);
  const database = await connectBeside(readEnv());
  const revived = again ? await reviveMails(new Date(), kind) : undefined;
  const counts = await countUnsentMails();
  await database.close();
  if (revived !== undefined) process.stdout.write(`${revived} that were given up are sent again.\n`);
  process.stdout.write(counts.length === 0 ? 'No mail waits, and none was given up.\n' : `${counts.map(lineOf).join('\n')}\n`);
}

const isKind = (text: string): text is MailKind => mailKinds.some((each) => each === text);

const lineOf = ({ state, kind, reason, count, since }: MailCount): string =>
  `${state === 'waiting' ? 'waiting ' : 'given up'}  ${String(count).padStart(6)}  ${kind}${reason ? ` (${reason})` : ''}, the first of ${since.toISOString()}`;

run().catch(exitWithError);
