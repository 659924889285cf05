import { readdir, readFile } from 'node:fs/promises';
import { resolve } from 'node:path';

const folder = resolve(import.meta.dirname, '../../themes');

export interface Token {
  /** The public CSS variable, such as `--wl-primary`. */
  name: string;
  /** Its purpose, from its line in the source. */
  about: string;
  /** Empty if it is derived from another. */
  fallback: string;
  isColor: boolean;
}

export interface Themes {
  tokens: Token[];
  /** Each preset as its file, byte for byte, and by its values. */
  presets: { name: string; css: string; values: Record<string, string> }[];
}

/** Reads every public variable and preset from the sources of the themes. */
export async function readThemes(): Promise<Themes> {
  const source = await readFile(resolve(folder, 'tokens.ts'), 'utf8');
  const tokens = [...source.matchAll(/var\((--wl-(?!brand-)[\w-]+), (.+)\); \/\* (.+) \*\//g)].map(
    ([, name = '', text = '', about = '']) => {
      const fallback = text.includes('${') ? '' : (/^var\(--wl-brand-\w+, (.+)\)$/.exec(text)?.[1] ?? text);
      return { name, about, fallback: fallback.startsWith('var(--_') ? '' : fallback, isColor: isColor(name) };
    },
  );
  const files = (await readdir(folder)).filter((file) => file.endsWith('.css')).sort();
  const presets = await Promise.all(
    files.map(async (file) => {
      const css = await readFile(resolve(folder, file), 'utf8');
      return { name: file.replace('.css', ''), css, values: valuesIn(css) };
    }),
  );
  return { tokens, presets };
}

const isColor = (name: string): boolean => !/(font|size|weight|radius|space|padding|height|shadow)/.test(name);

const valuesIn = (css: string): Record<string, string> =>
  Object.fromEntries(
    [...css.matchAll(/(--wl-[\w-]+):\s*([^;]+);/g)].map(([, name = '', value = '']) => [name, value.replace(/\s+/g, ' ')]),
  );
