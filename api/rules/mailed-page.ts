import { isPersonName } from './person-name.ts';

const WORDS_MAX = 6;
const DIGITS_MAX = 6;
const PARAMETERS_MAX = 2;

/** Endings that website software adds to page names. */
const ending = /\.(?:html?|php|aspx?|jsp)$/;
/**
 * Matches letters, as in a name, or up to six digits, alone or after letters (`v2`). At most three capitals in a row, as in a country or
 * language code.
 */
const isWord = (text: string): boolean => {
  const letters = text.replace(/\d{1,6}$/, '');
  if (letters === '') return text !== '';
  return letters.length <= 24 && !/\p{Lu}{4}|[ '’]/u.test(letters) && isPersonName(letters);
};
/** A number or a language that selects a page. */
const parameter = /^[a-z]{1,12}(?:_id)?=(?:\d{1,6}|[a-z]{2}(?:-[a-zA-Z]{2})?)$/;

/**
 * Reduces the page of a mailed link, because the reader may not have chosen it: nothing in it may tell a story, name another address or be
 * a number to call. Of its query it keeps numbers and languages.
 * @param subdomain the part of the host that anybody may choose
 * @returns undefined if something in it is not plain
 */
export function mailedPage({ origin, pathname, searchParams }: URL, subdomain = ''): URL | undefined {
  const asked = [...searchParams].map(([name, value]) => `${name}=${value}`).filter((one) => parameter.test(one));
  const page = new URL(origin);
  page.pathname = pathname; // read as a whole address, one that begins with `//` would name another host
  page.search = asked.slice(0, PARAMETERS_MAX).join('&');
  const path = decoded(pathname).replace(/\/$/, '');
  const names = [...subdomain.split('.'), ...path.split('/').map((name) => name.replace(ending, ''))].filter((name) => name !== '');
  const words = names.flatMap((name) => name.split(/[-_]/));
  const isPlain = !path.includes('//') && words.length <= WORDS_MAX && words.every(isWord);
  return isPlain && digitsIn(subdomain + path + page.search) <= DIGITS_MAX ? page : undefined;
}

const digitsIn = (text: string): number => text.replace(/\D/g, '').length;

/** Decodes a path. An undecodable path stays encoded, and its signs match no word. */
function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
