import mongoose from 'mongoose';
import { GuardedConnection } from './connection.ts';
import { DatabaseError, type EngineLog, openEngine } from './engine.ts';
import { ensureIndexes } from './indexes.ts';

export type EngineKind = 'embedded' | 'standalone' | 'replica set' | 'sharded';

export interface Database {
  uri: string;
  engine: EngineKind;
  /** Waits for running operations, then releases the data folder. */
  close(): Promise<void>;
}

/**
 * Connects mongoose's default connection to `uri`, or to the embedded engine in `dataDir` without one. All models must be imported before,
 * because their indexes are built (new collections) or compared (others) here. Throws DatabaseError with one sentence for the operator.
 */
export async function connectDatabase({
  uri,
  dataDir,
  log,
}: {
  uri?: string | undefined;
  dataDir: string;
  log: EngineLog;
}): Promise<Database> {
  if (uri !== undefined) refuseWeakWrites(uri);
  const embedded = uri === undefined ? await openEngine(dataDir, log) : undefined;
  const address = uri ?? embedded?.uri ?? '';
  const close = async () => {
    await mongoose.disconnect();
    await embedded?.close();
  };
  try {
    await connect(address, embedded ? 'standalone' : 'replicated');
    const admin = () => mongoose.connection.getClient().db('admin');
    // The engine's default planner sometimes loses a read that races inserts: "slot-based execution engine is not part of this build".
    if (embedded) await admin().command({ setParameter: 1, internalQueryPlanRanker: 'multiPlanning' });
    const engine = embedded ? 'embedded' : kindOf(await admin().command({ hello: 1 }));
    if (engine === 'standalone') {
      await mongoose.disconnect();
      await connect(address, 'standalone');
    }
    await ensureIndexes({ makeMissing: embedded !== undefined });
    log.info(`database.connected: MongoDB answers (${engine})`);
    return { uri: address, engine, close };
  } catch (error) {
    await close();
    throw asMistake(error, dataDir);
  }
}

/** Answers of the server that the operator must act on. */
const OUT_OF_DISK_SPACE = 14_031;
const AUTHENTICATION_FAILED = 18;

function asMistake(error: unknown, dataDir: string): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === AUTHENTICATION_FAILED) return new DatabaseError('MONGODB_URI: the database does not accept this user name and password.');
  if (error instanceof Error && ['MongoParseError', 'URIError'].includes(error.name))
    return new DatabaseError(`MONGODB_URI cannot be read: ${error.message.replace(/\.$/, '')}.`);
  if (code === OUT_OF_DISK_SPACE)
    return new DatabaseError(
      `The embedded database needs ${ROOM_AT_FIRST} of free disk to begin, and ${dataDir} has less. Make room, or set DATA_DIR to another disk.`,
    );
  return error;
}

/**
 * Write concern of every write except the counts of limits: on the disks of a majority. A standalone server has no majority. Asked for one,
 * it acknowledged inserts before they were in its journal: 82 of 2,552 were gone after kill -9, none with `w: 1`.
 */
const acknowledged = {
  replicated: { w: 'majority', journal: true },
  standalone: { w: 1, journal: true },
} as const;

/** Free disk space that the engine requires to build an index. */
const ROOM_AT_FIRST = '500 MB';

/** Driver options that mongoose does not type. */
const untyped = { connectionType: GuardedConnection };

/** Connects with strict queries: a filter that names no field of the schema throws instead of matching everything. */
async function connect(uri: string, kind: keyof typeof acknowledged): Promise<void> {
  mongoose.set('strictQuery', 'throw');
  mongoose.set('autoIndex', false);
  mongoose.set('maxTimeMS', 10_000);
  await mongoose.connect(uri, {
    autoIndex: false,
    autoCreate: false,
    writeConcern: acknowledged[kind],
    retryWrites: true,
    serverSelectionTimeoutMS: 5000,
    connectTimeoutMS: 5000,
    socketTimeoutMS: 30_000,
    waitQueueTimeoutMS: 5000,
    maxPoolSize: 20,
    ...untyped,
  });
}

function kindOf(hello: { msg?: string; setName?: string }): EngineKind {
  if (hello.msg === 'isdbgrid') return 'sharded';
  return hello.setName === undefined ? 'standalone' : 'replica set';
}

/** Refuses an address with weaker writes: it was written for less than this ledger promises. */
function refuseWeakWrites(uri: string): void {
  const options = new URLSearchParams(uri.split('?')[1] ?? '');
  const w = options.get('w') ?? 'majority';
  if (w === 'majority' && options.get('journal') !== 'false') return;
  throw new DatabaseError(
    'MONGODB_URI asks for writes that may be lost. Remove w and journal from it; the ledger needs w=majority, journaled.',
  );
}
