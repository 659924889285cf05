import { audit } from '../domain/audit.ts';
import { auditJournals } from '../domain/journal.ts';
import { readEnv } from '../env.ts';
import { connectBeside, giveUp } from './connect.ts';

/** Checks every invariant of the ledger, and the chains of the journals, and prints a report. Ends with 1 where one is broken. */
async function run(): Promise<void> {
  const database = await connectBeside(readEnv());
  const report = await audit();
  const journals = await auditJournals();
  await database.close();
  const checks = [...report.checks, { name: 'the journals of the agencies', ok: journals.length === 0, detail: journals.join('; ') }];
  const lines = checks.map(({ ok, name, detail }) => `${ok ? 'ok  ' : 'FAIL'}  ${name}${detail ? `: ${detail}` : ''}`);
  const verdict = report.violations === 0 ? 'The ledger adds up.' : `The ledger does not add up: ${report.violations} violations.`;
  process.stdout.write(`${lines.join('\n')}\n\n${report.transfers} transfers on ${report.accounts} accounts. ${verdict}\n`);
  process.exitCode = checks.every(({ ok }) => ok) ? 0 : 1;
}

run().catch(giveUp);
