import { statfs } from 'node:fs/promises';
import type { Deps } from '../ports/index.ts';

/**
 * With less space than this, requests that store something are refused. A full disk ends the embedded engine's process, so the margin
 * covers all writes between two checks and the engine's own.
 */
const MARGIN_BYTES = 200_000_000;
const LOOK_MS = 2_000;

export interface DiskWatch {
  stop(): void;
}

/**
 * Watches the free space for this process's database, and keeps the trouble `disk.full` up to date.
 * @param folder of the database
 * @param freeBytes asks the system
 * @returns after the first check
 */
export async function watchDisk(
  folder: string,
  { troubles, log }: Pick<Deps, 'troubles' | 'log'>,
  { freeBytes = freeBytesAt, lookMs = LOOK_MS }: { freeBytes?: (folder: string) => Promise<number>; lookMs?: number } = {},
): Promise<DiskWatch> {
  async function look(): Promise<void> {
    const free = await freeBytes(folder).catch(() => undefined); // keeps the last result
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

/** Returns the free space for this user on a folder's file system, in bytes. */
async function freeBytesAt(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}
