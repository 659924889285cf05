import { constants, existsSync, mkdirSync } from 'node:fs';
import { access } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

/**
 * Creates a folder for this user alone, with its missing parents. Creates them one by one, because Node's `recursive` never returns where
 * none can be created, as in /proc.
 */
export function makeFolder(folder: string): void {
  const path = resolve(folder);
  const parent = dirname(path);
  if (parent !== path && !existsSync(parent)) makeFolder(parent);
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

/**
 * Creates a folder for this user alone, if there is none.
 * @returns why it is not writable, such as `EROFS`; undefined if it is
 */
export async function whyNotWritable(folder: string): Promise<string | undefined> {
  try {
    makeFolder(folder);
    await access(`${folder}/.`, constants.W_OK | constants.X_OK);
    return undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? String(error);
  }
}
