import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Source } from '../../models/source.ts';
import { readParts } from '../../models/source-part.ts';
import type { StoredFile } from '../../ports/index.ts';
import { HOUR_MS } from '../../rules/time.ts';

const FOLDER = 'source-';

/**
 * Puts the parts of a file together on the disk for as long as the work takes, under a random name that nothing serves. At no time is more
 * than a part of it in memory.
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

/** A short content as a whole. */
export async function readText(source: Source): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of readParts(source, source._id)) parts.push(part);
  return Buffer.concat(parts).toString('utf8');
}

/** Removes what processes left on the disk that ended half-way. Real time. */
export async function removeStaleFiles(now = Date.now()): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    if (!/^source-[A-Za-z0-9]{6}$/.test(name)) continue;
    const path = join(tmpdir(), name);
    const found = await stat(path).catch(() => undefined); // its process was quicker
    const isOurs = found?.isDirectory() === true && found.uid === process.getuid?.();
    if (found && isOurs && now - found.mtimeMs > HOUR_MS) await rm(path, { recursive: true, force: true });
  }
}
