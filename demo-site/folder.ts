import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Makes a data folder for this user alone, and those that it lies in, where there are none; one after the other, because where none can be
 * made, as in /proc, Node's own way with `recursive` goes on for ever. Throws one sentence.
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
