import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { CONTRAST_MIN, contrast, parseColor, readableColors } from '../../api/rules/contrast.ts';

const anyColor = fc.integer({ min: 0, max: 0xffffff }).map((number) => `#${number.toString(16).padStart(6, '0')}`);
const ratio = (one: string, other: string) => contrast(parseColor(one), parseColor(other));

test('contrast H5: text is readable on 1,000 random colors, and the colors as text on light and dark pages', () => {
  fc.assert(
    fc.property(anyColor, (color) => {
      const { fill, onFill, inkOnLight, inkOnDark } = readableColors(color);
      assert.ok(ratio(fill, onFill) >= CONTRAST_MIN, `${onFill} on ${fill}`);
      for (const page of ['#ffffff', '#f1f5f9']) assert.ok(ratio(inkOnLight, page) >= CONTRAST_MIN, `${inkOnLight} on ${page}`);
      for (const page of ['#000000', '#0f172a', '#1e293b']) assert.ok(ratio(inkOnDark, page) >= CONTRAST_MIN, `${inkOnDark} on ${page}`);
    }),
    { numRuns: 1000 },
  );
});

test('contrast H5: a color that needs no repair stays as it is, and a repaired one says so', () => {
  assert.deepEqual([readableColors('#1d4ed8').fill, readableColors('#1d4ed8').shifted], ['#1d4ed8', false]);
  assert.deepEqual([readableColors('#fbbf24').fill, readableColors('#fbbf24').onFill], ['#fbbf24', '#000000']);
  assert.equal(readableColors('#3b82f6').shifted, true);
});
