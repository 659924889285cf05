import { constants, existsSync, mkdirSync } from 'node:fs';
import { access } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

/**
 * Makes a folder for this user alone, and those that it lies in, where there are none. One after the other: where none can be made, as in
 * /proc, Node's own way with `recursive` goes on for ever.
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

/** Makes a folder for this user alone, where there is none. @returns why nothing can be written there, such as `EROFS`; undefined where it can */
export async function whyNotWritable(folder: string): Promise<string | undefined> {
  try {
    makeFolder(folder);
    await access(`${folder}/.`, constants.W_OK | constants.X_OK);
    return undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? String(error);
  }
}
