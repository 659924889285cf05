import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import type { Stage } from '../stage.ts';
import { boundRow, type Row } from '../table.ts';

/** The script tag of an agency with the longest key. */
const snippet = `<script type="module" src="https://api.example.com/embed/v1/wl.js" data-key="wlp_live_${'x'.repeat(43)}"></script>
<wl-signup></wl-signup>
<wl-buy-credits></wl-buy-credits>
<wl-balance-meter></wl-balance-meter>`;

/** Measures bytes on the wire, compressed with brotli. They are the same on every machine. */
export async function bytes(stage: Stage): Promise<Row[]> {
  const folder = join(await stage.builtWidgets(), 'v1');
  const scripts = (await readdir(folder)).filter((name) => name.endsWith('.js'));
  const sizes = new Map(
    await Promise.all(scripts.map(async (name) => [name, brotliCompressSync(await readFile(join(folder, name))).length] as const)),
  );
  const all = [...sizes.values()].reduce((sum, size) => sum + size, 0);
  const floor = `${brotliCompressSync(await readFile(join(import.meta.dirname, '../floors/hand-widgets.js'))).length} bytes by hand`;
  const row = (what: string, measured: number, atMost: number, by = '') =>
    boundRow('Q1', what, { measured, unit: 'bytes', atMost, floor: by, isExact: true });
  return [
    row('wl.js, brotli', sizes.get('wl.js') ?? Number.NaN, 16 * 1024, floor),
    row(`every script of the widgets (${scripts.length} files), brotli`, all, 24 * 1024),
    row('the pasted snippet with three elements', snippet.length, 300),
  ];
}
