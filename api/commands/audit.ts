import { audit } from '../domain/audit.ts';
import { readEnv } from '../env.ts';
import { connectBeside, giveUp } from './connect.ts';

/** Checks every invariant of the ledger and prints a report. Ends with 1 where one is broken. */
async function run(): Promise<void> {
  const database = await connectBeside(readEnv());
  const report = await audit();
  await database.close();
  const lines = report.checks.map(({ ok, name, detail }) => `${ok ? 'ok  ' : 'FAIL'}  ${name}${detail ? `: ${detail}` : ''}`);
  const verdict = report.violations === 0 ? 'The ledger adds up.' : `The ledger does not add up: ${report.violations} violations.`;
  process.stdout.write(`${lines.join('\n')}\n\n${report.transfers} transfers on ${report.accounts} accounts. ${verdict}\n`);
  process.exitCode = report.violations === 0 ? 0 : 1;
}

run().catch(giveUp);
