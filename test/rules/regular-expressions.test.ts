import assert from 'node:assert/strict';
import { test } from 'node:test';
import ts from 'typescript';
import { lineOf, nodesOf, sources } from '../tidy/sources.ts';

/** As long as a header or a field that nobody has measured yet can be. */
const LENGTH = 12_000;
/** An expression that looks at each character a few times takes a fiftieth of it; one that starts anew at each takes many times as much. */
const CPU_MS_MAX = 25;

/** Where what is looked at is short already. */
const shortened: Record<string, string> = {
  'api/ports/answers.ts': 'of what a provider wrote, 500 letters are left',
};

const literals = sources
  .filter(({ path }) => path.startsWith('api/') && !Object.hasOwn(shortened, path))
  .flatMap(({ path, tree }) =>
    [...nodesOf(tree)].filter(ts.isRegularExpressionLiteral).map((node) => ({ where: `${path}:${lineOf(node)}`, text: node.getText() })),
  );

/** Two letters of each kind that the expression speaks of, and some that it does not. */
const samples: readonly (readonly [named: RegExp, letters: readonly string[]])[] = [
  [/\\s/, [' ', '\n', '\t']],
  [/\\d|0-9/, ['0']],
  [/\\w|a-z|A-Z/i, ['a', 'b']],
  [/\\p\{/, ['a', 'é', '\u0001']],
  [/./, ['a', '!']],
];

/** Texts that are one piece over and over, behind a beginning and before an end that fits or does not. */
function* textsAgainst(expression: string): Generator<string> {
  const words = (expression.match(/[\w./:-]{3,12}/g) ?? []).slice(0, 2);
  const own = expression.replace(/\\.|[\w()[\]{}*+?^$|]/g, '');
  const letters = [...new Set([...own, ...samples.flatMap(([named, those]) => (named.test(expression) ? those : []))])];
  const signs = letters.filter((letter) => /[^\w\s]/.test(letter)).slice(0, 4);
  const pieces = [...letters.slice(0, 10), ...words, ...signs.map((sign) => `a${sign}`)];
  const beginnings = ['', ...words, ...signs, ...signs.map((sign) => `a${sign}`)];
  for (const piece of pieces)
    for (const beginning of beginnings) for (const end of ['', '!\n!']) yield beginning + piece.repeat(LENGTH / piece.length) + end;
}

/** Of this process alone, so that others who are busy do not count. */
function cpuMs(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

function slowText(text: string): string | undefined {
  const [, source = '', flags = ''] = /^\/(.*)\/(\w*)$/.exec(text) ?? [];
  const expression = new RegExp(source, flags.includes('y') ? flags : `${flags.replace('g', '')}g`);
  for (const attack of textsAgainst(source)) {
    const look = () => void attack.replace(expression, '');
    // A slow case is measured again, because the garbage collection may have run just then.
    if (cpuMs(look) > CPU_MS_MAX && cpuMs(look) > CPU_MS_MAX && cpuMs(look) > CPU_MS_MAX) return attack.slice(0, 30);
  }
  return undefined;
}

test('regular expressions SX31: none takes more than its length in time, whatever a stranger writes', () => {
  assert.ok(literals.length > 100);
  const slow = literals.flatMap(({ where, text }) => {
    const found = slowText(text);
    return found === undefined ? [] : [`${where} ${text} by ${JSON.stringify(found)}`];
  });
  assert.deepEqual(slow, []);
});

test('regular expressions SX31: one that starts anew at each letter is found', () => {
  for (const text of [String.raw`/([\w-]+)\s*=/g`, String.raw`/^([\w-]+)\s*:\s*(.*)$/`, String.raw`/\s+$/`]) {
    assert.notEqual(slowText(text), undefined, text);
  }
  for (const text of [String.raw`/^[\w-]+\s*=/`, '/(x|y)*z/y']) assert.equal(slowText(text), undefined, text);
});
