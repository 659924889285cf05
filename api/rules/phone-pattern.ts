/** A person's search for a number: digits, letters as on a keypad, `*` for any digit. */
export interface NumberFilter {
  areaCode?: string | undefined;
  contains?: string | undefined;
  voice?: boolean | undefined;
  sms?: boolean | undefined;
  mms?: boolean | undefined;
}

const keypad = ['', '', 'abc', 'def', 'ghi', 'jkl', 'mno', 'pqrs', 'tuv', 'wxyz'];

/** Translates letters to the digits of a keypad: TAXI is 8294. */
const dialed = (pattern: string): string =>
  [...pattern.toLowerCase()].map((sign) => (/[a-z]/.test(sign) ? String(keypad.findIndex((key) => key.includes(sign))) : sign)).join('');

/**
 * Tells whether a number matches a search.
 * @param national the number without its country code
 */
export function isMatch(
  { number, national, capabilities }: { number: string; national: string; capabilities: { voice: boolean; sms: boolean; mms: boolean } },
  { areaCode = '', contains, ...can }: NumberFilter,
): boolean {
  const hasAll = (['voice', 'sms', 'mms'] as const).every((one) => can[one] === undefined || capabilities[one] === can[one]);
  // 030 and 30 are the same area: the zero is dialed only within the country.
  if (!hasAll || !national.startsWith(areaCode.replace(/^0/, ''))) return false;
  return contains === undefined || new RegExp(dialed(contains).replaceAll('*', '\\d')).test(number);
}
