import { setTimeout as delay } from 'node:timers/promises';
import { type KeptHead, keptHead } from '../domain/audit/check-registers.ts';
import { headOf, registerUpTo, SETTLED_MS } from '../domain/audit/make-registers.ts';
import { auditWhole, type WholeReport } from '../domain/audit/whole.ts';
import { readEnv } from '../env.ts';
import { readNewestRegister } from '../models/register.ts';
import { createClock } from '../providers/clock.ts';
import { sealsOf } from '../security/seals.ts';
import { Mistake, readArguments } from './arguments.ts';
import { connectBeside, exitWithError, requireKeys } from './connect.ts';

const usage = `npm run audit                      checks the whole ledger, the journals and the registers, and prints a report
npm run audit -- --since 12:...    compares with the head of a register that an earlier report printed, too
`;

/**
 * Checks every invariant of the ledger, the journals, the registers and all that must agree with them, and prints a report. Exits with 1 if
 * one is broken, otherwise writes a register of what it saw. `--since 12:...` compares with the head of a register that an earlier report
 * printed.
 */
async function run(): Promise<void> {
  const since = readSince();
  const env = readEnv();
  const database = await connectBeside(env);
  const seals = sealsOf(await requireKeys(env));
  const clock = await createClock({ sandboxUrl: env.STRIPE_API_URL ?? database.running?.stripeApiUrl });
  const begun = new Date();
  const report = await auditWhole({ seals, business: clock.now(), real: begun, since });
  clock.close();
  if (report.violations === 0) {
    await delay(Math.max(0, SETTLED_MS - (Date.now() - begun.getTime())));
    await registerUpTo(begun, seals);
  }
  const newest = await readNewestRegister();
  await database.close();
  process.stdout.write(`${[...linesOf(report), '', newest ? keepIt(headOf(newest)) : 'Nothing is registered yet.'].join('\n')}\n`);
  process.exitCode = report.violations === 0 ? 0 : 1;
}

function linesOf({ checks, remarks, transfers, accounts, violations }: WholeReport): string[] {
  const verdict = violations === 0 ? 'The ledger adds up.' : `The ledger does not add up: ${violations} violations.`;
  return [
    ...checks.flatMap(({ ok, name, times, found }) =>
      ok ? [`ok    ${name}`] : [`FAIL  ${name}: ${times} times not, first here:`, ...found.map((sentence) => `        ${sentence}`)],
    ),
    ...remarks.map((remark) => `note  ${remark}`),
    '',
    `${transfers} transfers on ${accounts} accounts. ${verdict}`,
  ];
}

const keepIt = (head: string): string =>
  `The newest register is ${head}. Keep this outside of the database. Whether anything is gone since, this tells later:\n  npm run audit -- --since ${head}`;

function readSince(): KeptHead | undefined {
  const { since } = readArguments({ since: { type: 'string' } }, { usage }).given;
  if (since === undefined) return undefined;
  const kept = keptHead(since);
  if (!kept) throw new Mistake('--since: give the head of a register as an audit prints it, a number, a colon and 22 characters.');
  return kept;
}

run().catch(exitWithError);
