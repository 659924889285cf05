import assert from 'node:assert/strict';
import test from 'node:test';
import { loadFonts } from '../../../api/domain/receipts/fonts.ts';
import { wrapText, writePdf } from '../../../api/domain/receipts/pdf.ts';
import { textsOf } from '../../support/pdf.ts';

/** Writes texts on lines of their own, and reads each line as it stands on the page. */
async function asDrawn(texts: readonly string[]): Promise<string[]> {
  const pdf = await writePdf('Receipt (1)', [texts.map((text, index) => ({ text, x: 10, y: 20 * (index + 1), size: 10 }))]);
  const drawn = textsOf(pdf);
  return texts.map((_, index) =>
    drawn
      .filter(({ y }) => y === 20 * (index + 1))
      .sort((one, other) => one.x - other.x)
      .map(({ text }) => text)
      .join(''),
  );
}

test('receipts.read P14: names keep their letters in any European script and in Vietnamese, and can be copied', async () => {
  const names = [
    'Łódź – Żółć (Süd)',
    'Ελένη Ώ',
    'Юлия Ёж Їжак',
    'İstanbul ığş',
    'Nguyễn Thị Phượng',
    'a\\b (c)',
    '€40.00 “x” −1 ₴',
    'Office flight',
  ];
  assert.deepEqual(await asDrawn(names), names);
  assert.deepEqual(await asDrawn(['Z\u0307o\u0301l\u0301']), ['Żóĺ']);
});

test('receipts.read P14: Arabic and Hebrew stand from right to left, numbers within them from left to right', async () => {
  const reversed = (text: string) => [...text].reverse().join('');
  const drawn = await asDrawn(['שלום עולם', 'محمد عبد الله', 'שלום (חברה) Ltd. 123', 'שלום (12)-(7)', 'Firma שלום GmbH']);
  const [hebrew, arabic] = ['שלום עולם', 'محمد عبد الله'].map(reversed);
  const expected = [hebrew, arabic, `Ltd. 123 (${reversed('חברה')}) ${reversed('שלום')}`, `(7)-(12) ${reversed('שלום')}`];
  assert.deepEqual(drawn, [...expected, `Firma ${reversed('שלום')} GmbH`]);
});

test('receipts.read P14: a letter that no font has is a box, and no invisible sign turns an amount', async () => {
  assert.deepEqual(await asDrawn(['株式 Ltd', '👨‍👩‍👧 🎉', 'ab\u202e12\u200f\t3']), ['□□ Ltd', '□ □', 'ab12 3']);
});

test('receipts.read P14: long texts break between words, and a long word between letters', async () => {
  const limits = { width: 100, size: 10 };
  const [words, word] = [`${'Süd '.repeat(30)}Ende`, 'W'.repeat(25)];
  const [byWords, byLetters] = [await wrapText(words, limits), await wrapText(word, limits)];
  assert.equal(byWords.join(' '), words);
  assert.equal(byLetters.join(''), word);
  assert.deepEqual(
    [...byWords, ...byLetters].filter((line) => line.length > 24 || line.length === 0),
    [],
  );
  assert.deepEqual(await wrapText('', limits), ['']);
});

test('receipts.read P14: a long word costs one measure for each of its letters, however slow they are to lay out', async () => {
  const { regular } = await loadFonts();
  const layout = regular.layout;
  const measured: string[] = [];
  regular.layout = (text: string, ...more: never[]) => {
    measured.push(text);
    return layout.call(regular, text, ...more);
  };
  try {
    const word = '\u0644\u0645\ufefb'.repeat(60);
    assert.equal((await wrapText(word, { width: 100, size: 10 })).join(''), word);
    assert.ok(measured.filter((text) => text !== word).length <= 4, measured.join(' '));
  } finally {
    regular.layout = layout;
  }
});

test('receipts.read P14: amounts end at their column, and each page has its lines', async () => {
  const amounts = ['1.00', '1,234.56', '-€9.00'].map((text, index) => ({ text, x: 400, y: 20 * (index + 1), size: 10 }));
  const pdf = await writePdf('Statement', [amounts, amounts.map((amount) => ({ ...amount, isFigure: true as const }))]);
  const drawn = textsOf(pdf);
  assert.deepEqual(
    drawn.map(({ page, text }) => ({ page, text })),
    [0, 1].flatMap((page) => amounts.map(({ text }) => ({ page, text }))),
  );
  const lefts = drawn.map(({ x }) => x);
  assert.deepEqual(lefts.slice(0, 3), [400, 400, 400]);
  assert.ok(
    lefts.slice(3).every((x) => x > 350 && x < 385),
    lefts.join(),
  );
  assert.ok(Number(lefts[4]) < Number(lefts[3]), lefts.join());
});
