import type { ErrorBody } from '../../api/contract/index.ts';

/**
 * Every text by its key: each part in `en/` adds its own to this list. A page replaces any of them: `wl.strings = { 'buy.heading': '…' }` for
 * all elements, the attribute `strings` (JSON) for one. Words in braces are filled in.
 */
// biome-ignore lint/suspicious/noEmptyInterface: the parts fill it
export interface Texts {}
export type StringKey = keyof Texts;
/** Also replaces what the API says to an error, by its code. */
export type Strings = Partial<Record<StringKey | ErrorBody['error']['code'], string>>;

/** One part of the texts in another language, as a file `<language>/<part>.ts` has it. */
export type Translated<English> = Record<keyof English, string>;
/** Loaders of our texts in other languages, by tag in lower case. */
export type Languages = Readonly<Record<string, () => Promise<Strings>>>;

/** A language tag as `Intl` takes it, e.g. `en_US` as `en-US`. Undefined, which is the browser's own, for what is no tag, such as `auto`. */
export function languageOf(tag: string): string | undefined {
  try {
    return Intl.getCanonicalLocales(tag.replaceAll('_', '-'))[0];
  } catch {
    return undefined;
  }
}

const made: Record<string, unknown> = {};

/** Making a format takes longer than everything else that a live update does, so each is made once. */
function once<Made>(name: string, make: () => Made): Made {
  made[name] ??= make();
  return made[name] as Made; // a name stands for one kind of thing
}

const formatOf = (language: string | undefined, digits: number, currency?: string): Intl.NumberFormat =>
  once(`${digits} ${currency} ${language}`, () => {
    const style = currency ? ({ style: 'currency', currency, minimumFractionDigits: digits } as const) : {};
    return new Intl.NumberFormat(language, { ...style, maximumFractionDigits: digits });
  });

const written = new Map<string, string>();

/** A number with its words. One view says the same few several times, and the next view most of them again. */
function write(value: number, language?: string, words = '', spoken?: string): string {
  const name = `${value} ${language} ${words} ${spoken}`;
  if (written.size > 99) written.clear();
  if (!written.has(name))
    written.set(
      name,
      words ? write(value, language) + form(value, words, spoken) : formatOf(language, value && value < 0.01 ? 3 : 2).format(value),
    );
  return written.get(name) as string;
}

/** The words that go with a number: the usual ones, unless its plural form has others. */
function form(value: number, words: string, spoken: string | undefined): string | undefined {
  const name = once(`of ${spoken}`, () => new Intl.PluralRules(spoken)).select(value);
  return (words.split(`${name}:`)[1] ?? words).split('|')[0];
}

/**
 * Fills the words in braces; a word that is not given stays, so that a mistake can be seen. A number may bring words that depend on it:
 * `{credits credits|one: credit}`, first the usual ones, then those of other forms by their names in `Intl.PluralRules`.
 * @param language how numbers are written
 * @param spoken what the words are in, where that is another
 */
export const fillText = (text: string, values?: Record<string, unknown>, language?: string, spoken = language): string =>
  text.replace(/\{(\w+)(.*?)\}/g, (word, name: string, words: string) => {
    const value = values?.[name];
    return typeof value === 'number' ? write(value, language, words, spoken) : `${value ?? word}`;
  });

/** Formats milli-credits with two decimals, e.g. 1,017 as 1.02; what is less than a hundredth keeps its three. */
export const formatCredits = (millis: number, language?: string): string => write(millis / 1000, language);

/** Formats milli-credits to the thousandth, e.g. 1,017 as 1.017. */
export const formatExactly = (millis: number, language?: string): string => formatOf(language, 3).format(millis / 1000);

/** Minor units of a currency as a price. */
export const formatPrice = (cents: number, currency: string, language?: string): string =>
  formatOf(language, cents % 100 ? 2 : 0, currency).format(cents / 100);
