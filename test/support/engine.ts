import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectDatabase } from '../../api/database/connect.ts';
import { sealWith } from '../../api/security/own-seal.ts';

export const silent = { info: () => {} };

/**
 * Opens a real, empty database for one test file, in a temporary folder. Import the models before.
 * @returns `uri`: other processes can connect to it until `close`
 */
export async function openEngine(): Promise<{ uri: string; dataDir: string; close(): Promise<void> }> {
  // The keys of an earlier file in this process.
  sealWith(undefined);
  const dataDir = await mkdtemp(join(tmpdir(), 'livery-test-'));
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
