import { readFileSync } from 'node:fs';
import { brotliCompressSync, gzipSync } from 'node:zlib';

/** @returns the bytes of a file as it stands, as gzip and as brotli sends it */
export function sizes(file) {
  const bytes = readFileSync(file);
  return { raw: bytes.length, gzip: gzipSync(bytes, { level: 9 }).length, brotli: brotliCompressSync(bytes).length };
}

if (process.argv[1] === import.meta.filename) {
  const { raw, gzip, brotli } = sizes(new URL('../dist/embed/v1/wl.js', import.meta.url));
  process.stdout.write(`wl.js: ${raw} bytes, ${gzip} gzip, ${brotli} brotli (at most 16384)\n`);
}
