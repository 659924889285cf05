import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { CONTRAST_MIN, contrast, formatColor, luminance, parseColor, readableColors } from '../../api/rules/contrast.ts';

const anyColor = fc.integer({ min: 0, max: 0xffffff }).map((number) => `#${number.toString(16).padStart(6, '0')}`);
const bytes = (color: string) => [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16));
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
  assert.deepEqual(
    { fill: readableColors('#1d4ed8').fill, shifted: readableColors('#1d4ed8').shifted },
    { fill: '#1d4ed8', shifted: false },
  );
  assert.deepEqual(
    { fill: readableColors('#fbbf24').fill, onFill: readableColors('#fbbf24').onFill },
    { fill: '#fbbf24', onFill: '#000000' },
  );
  assert.equal(readableColors('#3b82f6').shifted, true);
});

test('contrast H5: each color is itself when it is read and written, and has the luminance that WCAG says', () => {
  for (let level = 0; level < 256; level += 1) {
    const color = `#${level.toString(16).padStart(2, '0').repeat(3)}`;
    assert.equal(formatColor(parseColor(color)), color);
  }
  const known = { '#000000': 0, '#010101': 0.000304, '#0a0a0a': 0.003035, '#808080': 0.215861, '#ff0000': 0.2126, '#ffffff': 1 };
  for (const [color, expected] of Object.entries(known)) assert.ok(Math.abs(luminance(parseColor(color)) - expected) < 1e-6, color);
});

test('contrast H5: a color changes no further than it has to, so that the brand is still known by it', () => {
  fc.assert(
    fc.property(anyColor, (color) => {
      const own = luminance(parseColor(color));
      const { fill, inkOnLight, inkOnDark } = readableColors(color);
      const isNear = (one: string, expected: number) => Math.abs(luminance(parseColor(one)) - expected) < 0.01;
      assert.ok(isNear(inkOnLight, Math.min(own, 0.13)), `${inkOnLight} of ${color}`);
      assert.ok(isNear(inkOnDark, Math.max(own, 0.34)), `${inkOnDark} of ${color}`);
      assert.ok(isNear(fill, own < 0.3 ? Math.min(own, 0.18) : own), `${fill} of ${color}`);
    }),
  );
  // A brand keeps its hue in the dark: the difference between its channels, in 255ths.
  const saturation = (color: string) => Math.max(...bytes(color)) - Math.min(...bytes(color));
  for (const color of ['#0c5b50', '#1e3a8a', '#7c3aed', '#9a3412'])
    assert.ok(saturation(readableColors(color).inkOnDark) >= 100, `${readableColors(color).inkOnDark} of ${color}`);
  const { inkOnLight, inkOnDark } = readableColors('#000000');
  assert.deepEqual({ inkOnLight, inkOnDark }, { inkOnLight: '#000000', inkOnDark: '#9e9e9e' });
  assert.equal(readableColors('#ffffff').inkOnDark, '#ffffff');
});
