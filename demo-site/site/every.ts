import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';

const elements = resolve(import.meta.dirname, '../../docs/elements.md');

/** What stands in the tag where the tag alone would show nothing. */
const filled: Readonly<Record<string, string>> = {
  'wl-open': '<wl-open for="statement">Show my statement</wl-open>',
  'wl-gate': '<wl-gate balance="1"><p>For those who have a credit or more.</p></wl-gate>',
};

/** A section for each element that the reference knows, so that a new one is here without being added. */
export async function everyElement(): Promise<string> {
  const tags = [...(await readFile(elements, 'utf8')).matchAll(/^## `<(wl-[a-z-]+)>`$/gm)].map(([, tag = '']) => tag);
  const section = (tag: string) => `<section aria-label="${tag}"><h2>${tag}</h2>${filled[tag] ?? `<${tag}>One moment.</${tag}>`}</section>`;
  // First what lets somebody in.
  return tags
    .toSorted((one, other) => Number(other === 'wl-signup') - Number(one === 'wl-signup'))
    .map(section)
    .join('\n    ');
}
