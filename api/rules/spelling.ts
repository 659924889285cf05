/** Direction marks and signs without width. They come with what is pasted, and show nothing. */
const unseen = /[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/;
const edge = new RegExp(`^(?:\\s|${unseen.source})$`);

/** Cuts blanks and unseen marks off both ends. Inside a text they may mean something: Persian words and joined emoji need them. */
export function cleanText(text: string): string {
  let [from, to] = [0, text.length];
  while (from < to && edge.test(text.charAt(from))) from += 1;
  while (to > from && edge.test(text.charAt(to - 1))) to -= 1;
  return text.slice(from, to);
}

/** Excludes letters that fonts leave blank. */
const visible = /(?![\p{Default_Ignorable_Code_Point}\u2800])[\p{L}\p{N}\p{P}\p{S}]/u;

/** Tells whether anything of a text can be seen. */
export const isReadable = (text: string): boolean => visible.test(text);

const allUnseen = new RegExp(unseen.source, 'g');
const digit = /^\p{Nd}$/u;

/** Writes digits of any script as 0 to 9. Each script has its ten digits in a row. */
const asciiDigit = (sign: string): string => {
  if (sign <= '\x7f' || !digit.test(sign)) return sign;
  const code = sign.codePointAt(0) ?? 0;
  let first = code;
  while (digit.test(String.fromCodePoint(first - 1))) first -= 1;
  return String((code - first) % 10);
};

/** Writes a code or a number in plain digits, without the signs that people put between them: `٠٣٠ 12–34` is `0301234`. */
export const spellDigits = (text: string): string =>
  [...text.normalize('NFKC').replace(allUnseen, '')]
    .map(asciiDigit)
    .join('')
    .replace(/[\s().,/\p{Pd}\u2212]/gu, '');

/**
 * Writes a phone number as providers do, with its country and nothing between its digits: `tel:0049 (0)30/123 456` is `+4930123456`. What
 * is no such number stays recognizably none.
 */
export function spellPhone(text: string): string {
  const plain = cleanText(text).normalize('NFKC').replace(/^tel:/i, '');
  // A zero in parentheses is dialed only within the country; in Italy it belongs to the number.
  const [, country = '', rest = ''] = /^([^(]{0,20})\(0\)(.*)$/s.exec(plain) ?? [];
  const dialed = spellDigits(country);
  const isAbroad = /^(\+|00)(?!39)\d{1,3}$/.test(dialed);
  return (isAbroad ? dialed + spellDigits(rest) : spellDigits(plain)).replace(/^00(?=[1-9])/, '+');
}

/** Writes the address of a page with its scheme, which people leave out: `example.com/prices` is `https://example.com/prices`. */
export function spellAddress(text: string): string {
  const clean = cleanText(text).replace(/^\/\//, '');
  const host = /^([^\s/?#@:\\]{1,253})(?::\d{1,5})?(?=[/?#]|$)/.exec(clean)?.[1];
  return host?.includes('.') ? `https://${clean}` : clean;
}

const HOST = /^(?=.{1,253}$)(?:[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?\.)+(?:[a-z]{2,63}|xn--[a-z\d-]{1,59})$/;
/** Letters of any script, and signs that a mailbox may have. `%` and `!` once routed mail elsewhere. */
const LOCAL = /^[\p{L}\p{M}\p{N}#$&'*+/=?^_`{|}~-]+(?:\.[\p{L}\p{M}\p{N}#$&'*+/=?^_`{|}~-]+)*$/u;

/** Writes an e-mail address in the one form that is stored: lower case, the host as the network knows it. `JÖRG@Müller.example` is `jörg@xn--mller-kva.example`. */
export function spellEmail(text: string): string {
  const clean = cleanText(text).normalize('NFKC').toLowerCase();
  const at = clean.lastIndexOf('@');
  return `${clean.slice(0, at + 1)}${networkName(clean.slice(at + 1))}`;
}

/** Writes what somebody signs in with as it is looked up: an e-mail address in its stored form, or a username without wide letters. */
export function spellLogin(text: string): string {
  const plain = cleanText(text).normalize('NFKC').toLowerCase();
  return plain.includes('@') ? spellEmail(plain) : plain;
}

/** Tells whether a text, spelled so, is an e-mail address. A name that looks like an encoded word could be read as another address. */
export function isEmail(text: string): boolean {
  const at = text.lastIndexOf('@');
  const [local, host] = [text.slice(0, Math.max(0, at)), text.slice(at + 1)];
  return local.length <= 64 && LOCAL.test(local) && !local.includes('=?') && HOST.test(host);
}

/** Returns a host name in its ASCII form; the text itself where it is none. */
function networkName(host: string): string {
  if (!/^[\p{L}\p{M}\p{N}.\u3002-]{1,253}$/u.test(host)) return host;
  try {
    return new URL(`http://${host}`).hostname;
  } catch {
    return host;
  }
}
