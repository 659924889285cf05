import { leakedWords } from './leaked-words.ts';

/** Bits that it costs to guess each kind of piece. A guessing program tries cheap pieces first, in every combination. */
const bits = { digit: 3, sign: 5, own: 2, repeat: 4, run: 6, year: 6, walk: 8, word: 10 } as const;
/** Cheaper passwords are among the first ten billion guesses. */
const BITS_MIN = 34;

const WORD_MIN = 3;
const WORD_MAX = 14;
const WALK_MIN = 4;

/** Runs of neighboring keys. */
const walks = [
  'qwertyuiop[]',
  'asdfghjkl',
  'zxcvbnm,./',
  'qwertzuiopü',
  'yxcvbnm,.-',
  'azertyuiop',
  'qsdfghjklm',
  'wxcvbn',
  '1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p',
  'qazwsxedcrfvtgbyhnujmikolp',
  'zaq1xsw2cde3vfr4bgt5nhy6mju7',
  '1q2w3e4r5t6y7u8i9o0p',
  'q1w2e3r4t5y6u7i8o9p0',
  '1a2b3c4d5e6f7g8h9i',
  'a1b2c3d4e5f6g7h8i9',
  '11223344556677889900',
  'aabbccddeeffgghh',
  '147258369',
  '159357',
  '741852963',
  '!@#$%^&*()',
  '!"§$%&/()=',
];

const folded = (text: string): string => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();

/** Every four consecutive keys of a run, in both directions. */
const steps = new Set(
  walks
    .map(folded)
    .flatMap((way) => [way, [...way].reverse().join('')])
    .flatMap((way) => Array.from({ length: way.length - WALK_MIN + 1 }, (_, at) => way.slice(at, at + WALK_MIN))),
);

const signs: Record<string, string> = { '@': 'a', '4': 'a', '3': 'e', '1': 'i', '!': 'i', '0': 'o', $: 's', '5': 's', '7': 't' };

/**
 * Tells whether a guessing program finds this password early, because it consists of common words, names of the person or the agency,
 * years, keyboard runs, sequences and repetitions, and little else. Case, accents and digits for letters do not help.
 * @param ownWords words that a guesser knows anyway, in any spelling
 */
export function isGuessable(password: string, ownWords: readonly string[]): boolean {
  const text = folded(password);
  const plain = text.replace(/[@4310!$57]/g, (sign) => signs[sign] ?? sign);
  const own = new Set(ownWords.flatMap(wordsIn));
  const repeats = repeatsIn(text);
  /** The lowest cost of the text up to each place. */
  const least = [0, ...Array<number>(text.length).fill(Number.POSITIVE_INFINITY)];
  for (let at = 0; at < text.length; at += 1) {
    const here = least[at] ?? 0;
    const reach = (length: number, cost: number) => {
      least[at + length] = Math.min(least[at + length] ?? 0, here + cost);
    };
    reach(1, /\d/.test(text[at] ?? '') ? bits.digit : bits.sign);
    for (let length = 2; length <= (repeats[at] ?? 0); length += 1) reach(length, bits.repeat);
    for (let length = runAt(text, at); length >= WORD_MIN; length -= 1) reach(length, bits.run);
    for (let length = walkAt(text, at); length >= WALK_MIN; length -= 1) reach(length, bits.walk);
    if (/^(19|20)\d\d/.test(text.slice(at, at + 4))) reach(4, bits.year);
    for (let length = WORD_MIN; length <= Math.min(WORD_MAX, text.length - at); length += 1) {
      const spellings = [text.slice(at, at + length), plain.slice(at, at + length)];
      if (spellings.some((word) => own.has(word))) reach(length, bits.own);
      else if (spellings.some((word) => leakedWords.has(word))) reach(length, bits.word);
    }
  }
  return (least[text.length] ?? 0) < BITS_MIN;
}

const wordsIn = (text: string): string[] =>
  [text, ...folded(text).split(/[^\p{L}]+/u)].map(folded).filter((word) => word.length >= WORD_MIN && word.length <= WORD_MAX);

/** Returns for each place how many characters from there on repeat earlier ones. */
function repeatsIn(text: string): number[] {
  let next = new Uint16Array(text.length + 1);
  const longest = Array<number>(text.length).fill(0);
  for (let at = text.length - 1; at >= 0; at -= 1) {
    const here = new Uint16Array(text.length + 1);
    for (let before = 0; before < at; before += 1) {
      if (text[before] === text[at]) here[before] = 1 + (next[before + 1] ?? 0);
      longest[at] = Math.max(longest[at] ?? 0, here[before] ?? 0);
    }
    next = here;
  }
  return longest;
}

/** Returns how many letters or digits follow each other here, ascending or descending. */
function runAt(text: string, at: number): number {
  const step = text.charCodeAt(at + 1) - text.charCodeAt(at);
  if (Math.abs(step) !== 1) return 0;
  let end = at + 1;
  while (/[\p{L}\d]/u.test(text[end] ?? '') && text.charCodeAt(end) - text.charCodeAt(end - 1) === step) end += 1;
  return end - at;
}

/** Returns how many keys from here on are neighbors in a run. */
function walkAt(text: string, at: number): number {
  let end = at;
  while (steps.has(text.slice(end, end + WALK_MIN))) end += 1;
  return end === at ? 0 : end - at + WALK_MIN - 1;
}
