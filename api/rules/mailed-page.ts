import { isPersonName } from './person-name.ts';

const WORDS_MAX = 6;
const DIGITS_MAX = 6;
const PARAMETERS_MAX = 2;

/** What programs of websites put behind the name of a page. */
const ending = /\.(?:html?|php|aspx?|jsp)$/;
/** Letters, as a name has them, or a few digits, alone or behind letters (`v2`); no more capitals in a row than a country or a language has. */
const isWord = (text: string): boolean => {
  const letters = text.replace(/\d{1,6}$/, '');
  if (letters === '') return text !== '';
  return letters.length <= 24 && !/\p{Lu}{4}|[ '’]/u.test(letters) && isPersonName(letters);
};
/** A number or a language, by which a program finds its page. */
const parameter = /^[a-z]{1,12}(?:_id)?=(?:\d{1,6}|[a-z]{2}(?:-[a-zA-Z]{2})?)$/;

/**
 * The page of a link in a mail that somebody else than its reader may have caused: nothing stands in it that tells a story, names another
 * address or is a number to call. Of what is asked for behind a `?`, numbers and languages are left.
 * @param subdomain the part of the host that anybody may choose
 * @returns undefined where something in it is not plain
 */
export function mailedPage({ origin, pathname, searchParams }: URL, subdomain = ''): URL | undefined {
  const asked = [...searchParams].map(([name, value]) => `${name}=${value}`).filter((one) => parameter.test(one));
  const page = new URL(pathname, origin);
  page.search = asked.slice(0, PARAMETERS_MAX).join('&');
  const path = decoded(pathname).slice(1).replace(/\/$/, '');
  const names = [...subdomain.split('.'), ...path.split('/').map((name) => name.replace(ending, ''))].filter((name) => name !== '');
  const words = names.flatMap((name) => name.split(/[-_]/));
  const isPlain = !path.includes('//') && words.length <= WORDS_MAX && words.every(isWord);
  return isPlain && digitsIn(subdomain + path + page.search) <= DIGITS_MAX ? page : undefined;
}

const digitsIn = (text: string): number => text.replace(/\D/g, '').length;

/** What cannot be decoded stays as it is, with signs that are in no word. */
function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
