import type { ErrorBody } from '../../api/contract/index.ts';

/**
 * Every text of a first view, by its key; the files beside `en/deferred.ts` have the others. A page replaces any of them:
 * `wl.strings = { 'buy.heading': '…' }` for all elements, the attribute `strings` (JSON) for one. Words in braces are filled in.
 */
export const strings = {
  loading: 'Loading',
  retry: 'Try again',
  network: 'There is no connection at the moment.',
  offline: 'There is no connection. This was known last.',
  'origin.refused': 'This is not available on this page.',
  'test.badge': 'Test mode',

  'account.heading': 'Welcome, {firstName}',
  'account.signOut': 'Sign out',
  'confirm.heading': 'Confirm your e-mail',
  'confirm.sentence': 'We sent a link to {email}.',
  'confirm.button': 'Send it again',

  'meter.label': 'Credits',
  'meter.value': '{available} of {assigned credits|one: credit} left',
  'meter.available': 'Available',
  'meter.used': 'Used',
  'meter.assigned': 'Assigned',
  'meter.enough': '{available credits|one: credit} left',
  'meter.low': '{available credits|one: credit} left, running low',
  'meter.critical': 'Only {available credits|one: credit} left',
  'meter.empty': 'No credits left',
  'meter.none': 'No credits yet',
  'meter.waiting': '{credits free credits wait|one: free credit waits} for your confirmed e-mail.',
  'meter.later': '{credits free credits come|one: free credit comes} later.',
  'meter.debt': '{credits credits are|one: credit is} owed, because a payment went back. The next purchase pays this first.',
  'meter.signedOut': 'Sign in to see your credits.',

  'buy.heading': 'Buy credits',
  'buy.credits': '{credits credits|one: credit}',
  'buy.popular': 'Popular',
  'buy.custom': 'Another amount',
  'buy.amount': 'Credits, {min} to {max}',
  'buy.rate': '{price} per 100 credits',
  'buy.button': 'Buy {credits credits|one: credit} for {price}',
  'buy.buttonCustom': 'Buy credits',
  'buy.hint': 'You pay on a secure page that opens in a new tab.',
  'buy.hintHere': 'You pay on a secure page and come back here.',
  'buy.none': 'There is nothing to buy at the moment.',
  'buy.notPayable': 'Payments are not set up yet.',
  'buy.contact': 'Contact support',
  'buy.readOnly': 'In this session you can look, but not buy.',
  'buy.signIn': 'Sign in to buy',
  'buy.signedOut': 'Sign in to buy credits.',
};

/** Every text by its key: each part of them adds its own to this list. */
export interface Texts extends Record<keyof typeof strings, string> {}
export type StringKey = keyof Texts;
/** Also replaces what the API says to an error, by its code. */
export type Strings = Partial<Record<StringKey | ErrorBody['error']['code'], string>>;

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
  const name = `${value} ${language} ${words}`;
  if (written.size > 99) written.clear();
  if (!written.has(name))
    written.set(name, words ? write(value, language) + form(value, words, spoken) : formatOf(language, 3).format(value));
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
export const fill = (text: string, values?: Record<string, unknown>, language?: string, spoken = language): string =>
  text.replace(/\{(\w+)(.*?)\}/g, (word, name: string, words: string) => {
    const value = values?.[name];
    return typeof value === 'number' ? write(value, language, words, spoken) : `${value ?? word}`;
  });

/** Milli-credits as a person reads them, e.g. 1,017 as 1.017. */
export const formatCredits = (millis: number, language?: string): string => write(millis / 1000, language);

/** Minor units of a currency as a price. */
export const formatPrice = (cents: number, currency: string, language?: string): string =>
  formatOf(language, cents % 100 ? 2 : 0, currency).format(cents / 100);
