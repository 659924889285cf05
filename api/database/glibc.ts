import { existsSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { makeFolder } from './folder.ts';

/** The C library that the prebuilt engine was linked against. Older ones have the same functions under other names or versions. */
const BUILT_FOR = 'GLIBC_2.38';
/** C23's prefix of functions that scan numbers. Without it, the same functions lack only binary literals. */
const C23_PREFIX = '__isoc23_';

/** @returns whether this machine's C library is older than the one the engine was built for. */
export function isGlibcTooOld(): boolean {
  Object.assign(process.report, { excludeNetwork: true }); // otherwise the report looks up the name of every connection
  const report = process.report.getReport() as { header?: { glibcVersionRuntime?: string } }; // typed as object
  const [major = 0, minor = 0] = (report.header?.glibcVersionRuntime ?? '').split('.').map(Number);
  return major === 2 && minor < 38;
}

/**
 * Copies the engine's binaries with patched bytes, once per version, so that an older C library can load them. The originals stay
 * unchanged.
 * @param addon path of the `.node` file; the library lies beside it
 * @param spareFolder used if the user's own cache is not writable
 * @returns path of the patched `.node` file
 */
export function patchedEngine(addon: string, spareFolder: string): string {
  try {
    return patchInto(join(homedir(), '.cache', 'livery'), addon);
  } catch {
    return patchInto(spareFolder, addon); // a faulty binary fails here too
  }
}

function patchInto(cacheFolder: string, addon: string): string {
  const { size, mtimeMs } = statSync(addon);
  const folder = join(cacheFolder, `engine-${size}-${Math.trunc(mtimeMs)}`);
  if (!existsSync(folder)) {
    makeFolder(cacheFolder);
    const draft = mkdtempSync(join(cacheFolder, 'draft-'));
    for (const file of readdirSync(dirname(addon)).filter((name) => /\.(node|so)$/.test(name))) {
      writeFileSync(join(draft, file), withoutNewSymbols(readFileSync(join(dirname(addon), file))));
    }
    try {
      renameSync(draft, folder); // the first one wins; both wrote the same
    } catch (error) {
      rmSync(draft, { recursive: true });
      if (!existsSync(folder)) throw error;
    }
  }
  return join(folder, basename(addon));
}

const DYNSYM = 11;
const VERNEED = 0x6ffffffe;
const VERSYM = 0x6fffffff;
const WEAK = 2;
const ANY_VERSION = 1;

/**
 * Returns an ELF file that accepts an older C library: the newer version becomes optional, and its symbols take any version, under their
 * old names.
 */
function withoutNewSymbols(original: Buffer): Buffer {
  const elf = Buffer.from(original);
  const symbols = findSection(elf, DYNSYM);
  const versions = findSection(elf, VERSYM);
  const names = findSection(elf, undefined, symbols.link).offset;
  const nameAt = (offset: number) => elf.toString('latin1', names + offset, elf.indexOf(0, names + offset));

  const tooNew = new Set<number>();
  for (const file of chain(elf, findSection(elf, VERNEED).offset, 12)) {
    for (const version of chain(elf, file + elf.readUInt32LE(file + 8), 12)) {
      if (nameAt(elf.readUInt32LE(version + 8)) !== BUILT_FOR) continue;
      elf.writeUInt16LE(WEAK, version + 4);
      tooNew.add(elf.readUInt16LE(version + 6));
    }
  }
  for (let index = 0; index < symbols.size / 24; index++) {
    if (!tooNew.has(elf.readUInt16LE(versions.offset + index * 2))) continue;
    elf.writeUInt16LE(ANY_VERSION, versions.offset + index * 2);
    const symbol = symbols.offset + index * 24;
    const name = elf.readUInt32LE(symbol);
    if (nameAt(name).startsWith(C23_PREFIX)) elf.writeUInt32LE(name + C23_PREFIX.length, symbol);
  }
  return elf;
}

/** Finds the first section of a type, or the section at an index. */
function findSection(elf: Buffer, type: number | undefined, index = 0): { offset: number; size: number; link: number } {
  const table = Number(elf.readBigUInt64LE(0x28));
  const count = elf.readUInt16LE(0x3c);
  for (let at = index; at < count; at++) {
    const header = table + at * 64;
    if (type !== undefined && elf.readUInt32LE(header + 4) !== type) continue;
    const [offset, size] = [elf.readBigUInt64LE(header + 0x18), elf.readBigUInt64LE(header + 0x20)];
    return { offset: Number(offset), size: Number(size), link: elf.readUInt32LE(header + 0x28) };
  }
  throw new Error('The database engine is not the kind of binary that was expected.');
}

/** Iterates over linked records. Each has, at `next`, the distance to the following one; 0 ends them. */
function* chain(elf: Buffer, start: number, next: number): Generator<number> {
  for (let at = start, step = -1; step !== 0; at += step) {
    yield at;
    step = elf.readUInt32LE(at + next);
  }
}
