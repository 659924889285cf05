import { rmSync } from 'node:fs';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectDatabase } from '../../api/database/connect.ts';
import { sealWith } from '../../api/security/own-seal.ts';

export const silent = { info: () => {} };

// Ends each file without its keys: a later one seals with none, or with its own.
globalThis.fileEnds?.push(() => sealWith(undefined));

/** The folder of a database with all indexes and no document, made by the first file of a process. A copy opens in half the time. */
let template: Promise<string> | undefined;

async function makeTemplate(): Promise<string> {
  const dataDir = await mkdtemp(join(tmpdir(), 'livery-template-'));
  process.on('exit', () => rmSync(dataDir, { recursive: true, force: true }));
  const database = await connectDatabase({ dataDir, log: silent });
  await database.close();
  return dataDir;
}

/**
 * Opens a real, empty database for one test file, in a temporary folder. Import the models before: what an earlier file of this process did
 * not import gets its indexes now.
 * @returns `uri`: other processes can connect to it until `close`
 */
export async function openEngine(): Promise<{ uri: string; dataDir: string; close(): Promise<void> }> {
  const dataDir = await mkdtemp(join(tmpdir(), 'livery-test-'));
  template ??= makeTemplate();
  await cp(await template, dataDir, { recursive: true });
  const database = await connectDatabase({ dataDir, log: silent });
  return {
    uri: database.uri,
    dataDir,
    close: async () => {
      await database.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
