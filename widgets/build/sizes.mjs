import { readdirSync, readFileSync } from 'node:fs';
import { brotliCompressSync, gzipSync } from 'node:zlib';

/** @returns the bytes of a file as it stands, as gzip and as brotli sends it */
export function sizes(file) {
  const bytes = readFileSync(file);
  return { raw: bytes.length, gzip: gzipSync(bytes, { level: 9 }).length, brotli: brotliCompressSync(bytes).length };
}

/** The tag of the pinned form, as an agency pastes it. */
export const pinnedTag = (name, integrity) =>
  `<script type="module" src="https://…/embed/${name}" integrity="${integrity}" crossorigin="anonymous" data-key="wlp_…"></script>`;

if (process.argv[1] === import.meta.filename) {
  const embed = new URL('../../dist/embed/', import.meta.url);
  const say = (line) => process.stdout.write(`${line}\n`);
  const scripts = (folder) => readdirSync(new URL(folder, embed)).filter((name) => name.endsWith('.js'));
  for (const file of [...scripts('v1/').map((name) => `v1/${name}`), ...scripts('.')]) {
    const { raw, gzip, brotli } = sizes(new URL(file, embed));
    say(`${file}: ${raw} bytes, ${gzip} gzip, ${brotli} brotli${file === 'v1/wl.js' ? ' (at most 16384)' : ''}`);
  }
  const pinned = JSON.parse(readFileSync(new URL('integrity.json', embed), 'utf8'));
  for (const [name, integrity] of Object.entries(pinned)) say(pinnedTag(name, integrity));
}
