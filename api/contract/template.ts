import { type Currency, formatCredits, formatMoney } from '../rules/money.ts';

/**
 * Kind of a value in a sentence. The value travels raw, and is formatted where the sentence is made.
 * - `text`: somebody's own words, or a word of a protocol; `list`: several of them
 * - `number`: a number as programs write it
 * - `count`, `credits`, `bytes`, `seconds`, `minutes`: a whole number
 * - `millis`: milli-credits, written as credits
 * - `cents`: minor units of the currency that comes beside it as `currency`
 * - `day`: an ISO date
 * - a choice: one of its words, each with the template that is written for it
 */
export type ValueKind =
  | 'text'
  | 'list'
  | 'number'
  | 'count'
  | 'credits'
  | 'bytes'
  | 'seconds'
  | 'minutes'
  | 'millis'
  | 'cents'
  | 'day'
  | Choice;
type Choice = Readonly<Record<string, string>>;
type ValueKinds = Readonly<Record<string, ValueKind>>;

/**
 * A sentence with room for values: `{name}`. A number may bring words that depend on it, `{most numbers|one: number|=0:no numbers}`: first
 * the usual ones, then those of other forms by their names in `Intl.PluralRules`, and those that replace the number 0 itself. Money names
 * its currency: `{priceCents currency}`.
 */
export interface Template {
  message: string;
  values?: ValueKinds;
}

/** A raw value. */
export type SentenceValue = string | number | readonly string[];
export type SentenceValues = Readonly<Record<string, SentenceValue>>;

/** The names in the braces of a template. */
type NameIn<Text extends string> = Text extends `${string}{${infer Inside}}${infer Rest}`
  ? (Inside extends `${infer Name} ${string}` ? Name : Inside) | NameIn<Rest>
  : never;

type ValueOf<Kind> = Kind extends 'text' | 'day' ? string : Kind extends 'list' ? readonly string[] : number;

type PlainName<Kinds, Name> = { [N in Name & keyof Kinds]: Kinds[N] extends Choice ? never : N }[Name & keyof Kinds];
type ChoiceName<Kinds, Name> = Exclude<Name & keyof Kinds, PlainName<Kinds, Name>>;

/** The words of a choice whose templates have no values. */
type BareWord<Words> = { [Word in keyof Words]: NameIn<Words[Word] & string> extends never ? Word : never }[keyof Words];

/** One word of a choice, with the values of its own template. */
type Chosen<Kinds extends ValueKinds, Name extends keyof Kinds> =
  keyof Kinds[Name] extends BareWord<Kinds[Name]>
    ? { readonly [N in Name]: keyof Kinds[Name] }
    : {
        [Word in keyof Kinds[Name]]: { readonly [N in Name]: Word } & Filled<Kinds, NameIn<Kinds[Name][Word] & string>>;
      }[keyof Kinds[Name]];

/** Intersects a union. Boxes keep a union inside a member whole. */
type Every<Boxes> = (Boxes extends unknown ? (box: Boxes) => void : never) extends (box: infer Box) => void ? Box : never;
type Boxed<Kinds extends ValueKinds, Name> = { [N in ChoiceName<Kinds, Name>]: { box: Chosen<Kinds, N> } }[ChoiceName<Kinds, Name>];
type Choices<Kinds extends ValueKinds, Name> = Every<Boxed<Kinds, Name>> extends { box: infer All } ? All : unknown;

type Filled<Kinds extends ValueKinds, Name> = { readonly [N in PlainName<Kinds, Name>]: ValueOf<Kinds[N]> } & Choices<Kinds, Name> &
  ('cents' extends Kinds[PlainName<Kinds, Name>] ? { readonly currency: Currency } : unknown);

/** The values that a template needs, derived from its text. */
export type ValuesOf<One extends Template> = One extends { values: infer Kinds extends ValueKinds }
  ? Filled<Kinds, NameIn<One['message']>>
  : never;

const inBraces = /\{(\w+)([^}]*)\}/g;

/** Lists the names in a template's braces. */
export const namesIn = (text: string): string[] => [...text.matchAll(inBraces)].flatMap(([, name]) => name ?? []);

/** Fills a template. */
export const fillTemplate = ({ message, values: kinds = {} }: Template, values: SentenceValues, language = 'en'): string =>
  message.replace(inBraces, (_, name: string, words: string) => {
    const [kind, value] = [kinds[name], values[name]];
    if (typeof kind === 'object') return fillTemplate({ message: kind[String(value)] ?? '', values: kinds }, values, language);
    if (typeof value !== 'number') return Array.isArray(value) ? value.join(', ') : String(value ?? '');
    if (kind === 'cents') return formatMoney(value, values[words.trim()] as Currency, language); // the template's type asks for it
    if (kind === 'millis') return countOf(formatCredits(value, language), value / 1000, words, language);
    return countOf(kind === 'number' ? String(value) : new Intl.NumberFormat(language).format(value), value, words, language);
  });

/** Adds the words that go with a number, `1 number`, `3 numbers`, or returns the words that stand for it, `no numbers`. */
function countOf(written: string, value: number, words: string, language: string): string {
  const [usual = '', ...others] = words.split('|');
  const formOf = (name: string) => others.find((form) => form.startsWith(`${name}:`))?.slice(name.length + 1);
  return formOf(`=${value}`) ?? written + (formOf(new Intl.PluralRules(language).select(value)) ?? usual);
}
