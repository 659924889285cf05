import type { Plugin } from 'vite';
import { errors } from '../../api/contract/errors/index.ts';
import { readTexts } from './texts.mjs';

/** Writes the keys that `strings` may have beside the script, where only what helps developers reads them. */
export const knownStrings = (): Plugin => ({
  name: 'known-strings',
  generateBundle() {
    this.emitFile({
      type: 'asset',
      fileName: 'strings.json',
      source: JSON.stringify([...Object.keys(readTexts()), ...Object.keys(errors)]),
    });
  },
});
