import { giveHint } from '../kit/hint.ts';
import type { Strings } from './strings.ts';

/** The texts among what a page hands in, whatever that is. */
export function textsIn(given: unknown): Strings {
  const all = Object.entries(Object(given)).filter(([, text]) => text != null);
  const texts = typeof given === 'string' ? [] : all.filter(([, text]) => typeof text === 'string');
  if (texts.length < all.length) giveHint(({ explainStrings }) => explainStrings(given));
  return Object.fromEntries(texts);
}
