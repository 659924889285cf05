import type { Kit } from '../kit/kit.ts';
import { tryPatiently } from '../kit/patience.ts';
import { textsIn } from './given.ts';
import type { Languages, Strings } from './strings.ts';

/** The languages that we have besides English. */
const languages: Languages = {};

/** The languages that each kit has loaded or is loading. */
const loaded = new WeakMap<Kit, Map<string, Strings | undefined>>();

/**
 * Our texts in a language, `de-AT` by those of `de` if it has none of its own. The first who asks loads them, and the kit's elements are
 * rendered again once they are there. Until then, and for a text that is not among them, there is English.
 */
export function translationOf(kit: Kit, language = ''): Strings | undefined {
  const all = { ...languages, ...kit.languages };
  const tag = language.toLowerCase();
  const name = [tag, tag.replace(/-.*/, '')].find((one) => Object.hasOwn(all, one));
  if (!name) return undefined;
  const mine = loaded.get(kit) ?? new Map<string, Strings | undefined>();
  loaded.set(kit, mine);
  if (!mine.has(name)) {
    mine.set(name, undefined);
    void load(all, name, mine, kit);
  }
  return mine.get(name);
}

async function load(all: Languages, name: string, mine: Map<string, Strings | undefined>, kit: Kit): Promise<void> {
  try {
    mine.set(name, textsIn(await tryPatiently(async () => all[name]?.())));
    kit.changed();
  } catch {} // it stays in English
}
