import assert from 'node:assert/strict';
import { test } from 'node:test';
import { floors } from '../tidy/house.ts';
import { read } from '../tidy/sources.ts';

const page = read('docs/ARCHITECTURE.md');

/** The rooms of each floor in the table under a heading, the lowest floor first, as they are written there. */
function floorsOn(text: string): string[][] {
  const section = text.split('\n## ').find((part) => part.startsWith('The floors of the API')) ?? '';
  const rows = [...section.matchAll(/^\| \d+ \| ([^|]+) \|/gm)].map(([, rooms = '']) =>
    [...rooms.matchAll(/`([^`]+)`/g)].map(([, room = '']) => room),
  );
  return rows.reverse();
}

const sorted = (rooms: readonly (readonly string[])[]) => rooms.map((floor) => [...floor].sort());

test('docs/ARCHITECTURE.md: its floors are those that the house rule checks', () => {
  assert.deepEqual(sorted(floorsOn(page)), sorted(floors));
});

test('docs/ARCHITECTURE.md: a floor that is left out, or stands elsewhere, is found', () => {
  const rows = page.split('\n').filter((line) => /^\| \d+ \| /.test(line));
  const [top = '', below = ''] = rows;
  for (const changed of [page.replace(`${top}\n`, ''), page.replace(top, '(top)').replace(below, top).replace('(top)', below)])
    assert.notDeepEqual(sorted(floorsOn(changed)), sorted(floors));
});
