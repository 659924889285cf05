import { statfs } from 'node:fs/promises';
import type { Deps } from '../ports/index.ts';

/**
 * With less room than this nothing more is taken that has to be stored. The embedded engine ends the process where the disk is full, so the
 * margin is what many writes need between two looks, and what the engine writes by itself.
 */
const MARGIN_BYTES = 200_000_000;
const LOOK_MS = 2_000;

export interface DiskWatch {
  stop(): void;
}

/**
 * Watches how much room there is for the database of this process, and keeps the trouble `disk.full` up to date.
 * @param folder where the database is
 * @param freeBytes asks the system
 * @returns when it has looked for the first time
 */
export async function watchDisk(
  folder: string,
  { troubles, log }: Pick<Deps, 'troubles' | 'log'>,
  { freeBytes = freeBytesAt, lookMs = LOOK_MS }: { freeBytes?: (folder: string) => Promise<number>; lookMs?: number } = {},
): Promise<DiskWatch> {
  async function look(): Promise<void> {
    const free = await freeBytes(folder).catch(() => undefined); // as good as it was
    if (free === undefined || free < MARGIN_BYTES === troubles.has('disk.full')) return;
    const about = { freeBytes: free, marginBytes: MARGIN_BYTES };
    if (free < MARGIN_BYTES) {
      troubles.add('disk.full');
      log.error(about, 'disk.full: nothing more is stored until there is room again');
    } else {
      troubles.delete('disk.full');
      log.info(about, 'disk.room: there is room again');
    }
  }
  await look();
  const timer = setInterval(() => void look(), lookMs);
  return { stop: () => clearInterval(timer) };
}

/** What the file system of a folder has left for this user, in bytes. */
async function freeBytesAt(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}
