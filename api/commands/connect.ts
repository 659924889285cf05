import { join } from 'node:path';
import { connectDatabase } from '../database/connect.ts';
import { DatabaseError } from '../database/engine.ts';
import { OutsideError } from '../domain/server-keys/outside.ts';
import { compareKeys } from '../domain/server-keys/server-keys.ts';
import { type Env, EnvError } from '../env.ts';
import { type RunningApi, readRunning } from '../running.ts';
import { type Keys, KeysError, readKeys } from '../security/keys.ts';
import { Mistake } from './arguments.ts';

/**
 * Connects mongoose for a command: beside a running API, or directly to the data folder.
 * @returns the API that runs on this folder, and a function that disconnects
 */
export async function connectBeside({ DATA_DIR, MONGODB_URI }: Env): Promise<{ running: RunningApi | undefined; close(): Promise<void> }> {
  const running = await readRunning(DATA_DIR);
  const uri = MONGODB_URI ?? running?.databaseUri;
  const database = await connectDatabase({ uri, dataDir: join(DATA_DIR, 'database'), log: { info: () => {} } });
  return { running, close: () => database.close() };
}

/** Reads the keys of the connected database. Throws KeysError if there are none, or others. */
export async function requireKeys({ DATA_DIR, LIVERY_KEYS }: Env): Promise<Keys> {
  const stored = await readKeys({ dataDir: DATA_DIR, fromEnvironment: LIVERY_KEYS });
  if (stored) return compareKeys(stored);
  throw new KeysError(
    `There is no keys.json in ${DATA_DIR}. Set DATA_DIR to the folder of the API, or put the file back from your backup.`,
  );
}

/** Ends a failed command: with one sentence for a mistake of the operator, with the stack for a bug of ours. */
export function exitWithError(error: unknown): never {
  const isMistake = [Mistake, EnvError, DatabaseError, KeysError, OutsideError].some((kind) => error instanceof kind);
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  process.stderr.write(`${isMistake ? message : (stack ?? message)}\n`);
  process.exit(1);
}
