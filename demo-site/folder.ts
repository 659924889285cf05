import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Creates a data folder for this user alone, with its missing parents. Creates them one by one, because Node's `recursive` never returns
 * where none can be created, as in /proc. Throws one sentence.
 */
export function makeDataFolder(folder: string): void {
  const missing: string[] = [];
  for (let path = folder; !existsSync(path) && path !== dirname(path); path = dirname(path)) missing.unshift(path);
  try {
    for (const path of missing) mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new Error(`DATA_DIR: ${folder} cannot be made (${code}). Set it to a folder that can.`, { cause: error });
  }
}
