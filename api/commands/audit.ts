import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import mongoose from 'mongoose';
import { connectDatabase } from '../database/connect.ts';
import { DatabaseError } from '../database/engine.ts';
import { audit } from '../domain/audit.ts';
import { EnvError, readEnv } from '../env.ts';

/** Checks every invariant of the ledger and prints a report. Ends with 1 where one is broken. */
async function run(): Promise<void> {
  const env = readEnv();
  const close = await connect(env.DATA_DIR, env.MONGODB_URI);
  const report = await audit();
  await close();
  const lines = report.checks.map(({ ok, name, detail }) => `${ok ? 'ok  ' : 'FAIL'}  ${name}${detail ? `: ${detail}` : ''}`);
  const verdict = report.violations === 0 ? 'The ledger adds up.' : `The ledger does not add up: ${report.violations} violations.`;
  process.stdout.write(`${lines.join('\n')}\n\n${report.transfers} transfers on ${report.accounts} accounts. ${verdict}\n`);
  process.exitCode = report.violations === 0 ? 0 : 1;
}

/** Reads beside a running API, or opens the data folder where none runs. */
async function connect(dataDir: string, uri: string | undefined): Promise<() => Promise<void>> {
  const running = uri ?? (await runningDatabase(dataDir));
  if (running) {
    await mongoose.connect(running, { autoIndex: false, serverSelectionTimeoutMS: 3000 });
    return () => mongoose.disconnect();
  }
  const database = await connectDatabase({ dataDir: join(dataDir, 'database'), log: { info: () => {} } });
  return () => database.close();
}

async function runningDatabase(dataDir: string): Promise<string | undefined> {
  const text = await readFile(join(dataDir, 'api.json'), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const { databaseUri, pid } = JSON.parse(text) as { databaseUri: string; pid: number };
  return isRunning(pid) ? databaseUri : undefined;
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

run().catch((error: unknown) => {
  const isMistake = error instanceof EnvError || error instanceof DatabaseError;
  process.stderr.write(`${isMistake ? error.message : error instanceof Error ? error.stack : String(error)}\n`);
  process.exit(1);
});
