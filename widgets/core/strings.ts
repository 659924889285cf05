import type { knowledgeStrings } from '../knowledge-upload/strings.ts';
import type { numberStrings } from '../number-purchase/strings.ts';
import type { sessionStrings } from '../sessions/strings.ts';
import type { statementStrings } from '../statement/strings.ts';
import type { wallStrings } from '../wall/strings.ts';
import type { laterStrings } from './strings-later.ts';

/**
 * Every text of a first view, by its key; `strings-later.ts` has the others. A page replaces any of them:
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
  'confirm.waiting': 'We sent a link to {email}. {credits} free credits wait for you there.',
  'confirm.button': 'Send it again',

  'meter.label': 'Credits',
  'meter.value': '{available} of {assigned} credits left',
  'meter.available': 'Available',
  'meter.used': 'Used',
  'meter.assigned': 'Assigned',
  'meter.enough': '{available} credits left',
  'meter.low': '{available} credits left, running low',
  'meter.critical': 'Only {available} credits left',
  'meter.empty': 'No credits left',
  'meter.none': 'No credits yet',
  'meter.waiting': '{credits} free credits wait for your confirmed e-mail.',
  'meter.debt': '{credits} credits are owed, because a payment went back. The next purchase pays them first.',
  'meter.signedOut': 'Sign in to see your credits.',

  'buy.heading': 'Buy credits',
  'buy.credits': '{credits} credits',
  'buy.popular': 'Popular',
  'buy.custom': 'Another amount',
  'buy.amount': 'Credits, {min} to {max}',
  'buy.rate': '{price} per 100 credits',
  'buy.button': 'Buy {credits} credits for {price}',
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

type LazyKey =
  | keyof typeof sessionStrings
  | keyof typeof statementStrings
  | keyof typeof wallStrings
  | keyof typeof numberStrings
  | keyof typeof knowledgeStrings;
export type StringKey = keyof typeof strings | keyof typeof laterStrings | LazyKey;
export type Strings = Partial<Record<StringKey, string>>;

/** Fills the words in braces; a word that is not given stays, so that a mistake can be seen. */
export const fill = (text: string, values?: Record<string, unknown>): string =>
  values ? text.replace(/\{(\w+)\}/g, (word, name: string) => String(values[name] ?? word)) : text;

const formats = new Map<string, Intl.NumberFormat>();

/** Making a format takes longer than everything else that a live update does, so each is made once. */
function formatOf(language: string | undefined, digits: number, currency?: string): Intl.NumberFormat {
  const name = `${language} ${digits} ${currency}`;
  const known = formats.get(name);
  if (known) return known;
  const style = currency ? ({ style: 'currency', currency, minimumFractionDigits: digits } as const) : {};
  const made = new Intl.NumberFormat(language, { ...style, maximumFractionDigits: digits });
  formats.set(name, made);
  return made;
}

/** Milli-credits as a person reads them, e.g. 1,017 as 1.017. */
export const formatCredits = (millis: number, language?: string): string => formatOf(language, 3).format(millis / 1000);

/** Minor units of a currency as a price. */
export const formatPrice = (cents: number, currency: string, language?: string): string =>
  formatOf(language, cents % 100 ? 2 : 0, currency).format(cents / 100);
