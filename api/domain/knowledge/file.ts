import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { PlainCode } from '../../contract/index.ts';
import { Refusal } from '../../contract/refusal.ts';
import type { Source } from '../../models/source.ts';
import { readParts } from '../../models/source-part.ts';
import { describeCause } from '../../ports/causes.ts';
import type { Deps, StoredFile } from '../../ports/index.ts';
import { HOUR_MS } from '../../rules/time.ts';

const FOLDER = 'source-';

/**
 * Joins the parts of a file on the disk for as long as the work takes, under a random name that nothing serves. At no time is more than one
 * part in memory.
 */
export async function withFile<T>(source: Source, work: (file: StoredFile, hash: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), FOLDER));
  try {
    const path = join(folder, 'content');
    const hash = createHash('sha256');
    let bytes = 0;
    await pipeline(
      async function* () {
        for await (const part of readParts(source, source._id)) {
          hash.update(part);
          bytes += part.length;
          yield part;
        }
      },
      createWriteStream(path, { flags: 'wx', mode: 0o600 }),
    );
    return await work({ path, name: source.name, bytes }, hash.digest('hex'));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

type CheckDeps = Pick<Deps, 'documents' | 'log'>;

/** Examines a file that has arrived whole. @returns its type, or why it goes no further */
export const examineFile = (source: Source, deps: CheckDeps): Promise<{ type: string } | { code: PlainCode }> =>
  withFile(source, async (file, hash) => {
    if (file.bytes !== source.bytes || hash !== source.hash) return { code: 'knowledge.hash_differs' };
    try {
      const type = await deps.documents.recognize(file);
      return (await isClean(source, file, deps)) ? { type } : { code: 'knowledge.quarantined' };
    } catch (error) {
      if (error instanceof Refusal) return { code: error.keptCode };
      throw error;
    }
  });

/** A file that the scanner could not scan counts as not clean, and the log tells the operator. */
async function isClean({ _id: sourceId, agencyId }: Source, file: StoredFile, { documents, log }: CheckDeps): Promise<boolean> {
  try {
    return (await documents.scan(file)) === 'clean';
  } catch (error) {
    log.error({ sourceId, agencyId, cause: describeCause(error) }, 'source.scan_failed: the file is kept from everybody');
    return false;
  }
}

/** Reads a short content as a whole. */
export async function readText(source: Source): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of readParts(source, source._id)) parts.push(part);
  return Buffer.concat(parts).toString('utf8');
}

/** Removes files that processes left on the disk when they died. Real time. */
export async function removeStaleFiles(now = Date.now()): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    if (!/^source-[A-Za-z0-9]{6}$/.test(name)) continue;
    const path = join(tmpdir(), name);
    const found = await stat(path).catch(() => undefined); // its process was quicker
    const isOurs = found?.isDirectory() === true && found.uid === process.getuid?.();
    if (found && isOurs && now - found.mtimeMs > HOUR_MS) await rm(path, { recursive: true, force: true });
  }
}
