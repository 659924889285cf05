import { readFileSync } from 'node:fs';

const list = (name: string): unknown[] => JSON.parse(readFileSync(new URL(`../fixtures/hostile/${name}.json`, import.meta.url), 'utf8'));

/** Values that have broken other software, for any field of any input. */
export const hostileValues: unknown[] = [
  ...['amounts', 'strings', 'texts', 'ids', 'emails', 'urls', 'return-urls'].flatMap(list),
  { $ne: null },
  { $where: 'sleep(5000)' },
  { $regex: '(a+)+$' },
  [[[[]]]],
];

const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
const keys = (count: number) => `{${Array.from({ length: count }, (_, index) => `"k${index}":1`).join()}}`;

/** Bodies that are no input, with the expected statuses at any operation. */
export const hostileBodies: [what: string, body: string | Uint8Array<ArrayBuffer>, statuses: number[]][] = [
  ['nothing', '', [400, 415, 422]],
  ['33 levels', `{"x":${nested(33)}}`, [400]],
  ['5,000 levels', `{"x":${nested(5_000)}}`, [400]],
  ['20,000 levels', `{"x":${nested(20_000)}}`, [400]],
  ['7,000 fields', keys(7_000), [422]],
  ['100,000 fields', keys(100_000), [413]],
  ['a long text', `{"x":"${'x'.repeat(2_000_000)}"}`, [413]],
  ['a prototype', '{"__proto__":{"polluted":true}}', [422]],
  ['a constructor', '{"constructor":{"prototype":{"polluted":true}}}', [422]],
  ['the same field twice', '{"x":1,"x":2}', [422]],
  ['a text alone', '"text"', [400, 422]],
  ['a number alone', '5', [400, 422]],
  ['null', 'null', [400, 422]],
  ['a list', '[]', [422]],
  ['something behind it', '{} {}', [400]],
  ['half of it', '{"x":', [400]],
  ['UTF-16', new Uint8Array([0xff, 0xfe, 0x7b, 0, 0x7d, 0]), [400]],
  ['no characters', new Uint8Array([0x7b, 0xff, 0xc0, 0x80, 0x7d]), [400]],
];
