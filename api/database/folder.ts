import { constants } from 'node:fs';
import { access, mkdir } from 'node:fs/promises';

/** Makes a folder for this user alone, where there is none. @returns why nothing can be written there, such as `EROFS`; undefined where it can */
export async function whyNotWritable(folder: string): Promise<string | undefined> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await access(folder, constants.W_OK | constants.X_OK);
    return undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? String(error);
  }
}
