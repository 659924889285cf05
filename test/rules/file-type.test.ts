import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  areVisible,
  endOfPdf,
  startsAsArchive,
  startsAsPdf,
  startsAsProgram,
  startsAsText,
  startsAsWideText,
  startsAsZip,
} from '../../api/rules/file-type.ts';

const bytes = (text: string): Uint8Array => Buffer.from(text, 'latin1');

const programs = ['MZ', '#!', '\x7fELF', '\xca\xfe\xba\xbe', '\xcf\xfa\xed\xfe'];
const binaries = [
  '#!/',
  '%PDF-',
  'PK\x03\x04',
  'PK\x05\x06',
  'Rar!\x1a',
  '7z\xbc\xaf',
  '{\\rtf',
  'GIF87a',
  'GIF89a',
  '%!PS',
  '\x1f\x8b',
  '\xd0\xcf\x11\xe0',
  '\xff\xd8\xff',
  '\x89PNG',
];
const archives = ['PK\x03\x04', '\x1f\x8b', 'Rar!', '7z\xbc\xaf', '\xfd7zX', 'BZh', '\xd0\xcf\x11\xe0'];

/** The beginning is enough, all of it is needed, and it counts nowhere else. */
function isKnownBy(known: (head: Uint8Array) => boolean, starts: readonly string[], is: boolean): void {
  for (const start of starts) {
    for (const rest of ['', ' and more']) assert.equal(known(bytes(start + rest)), is, JSON.stringify(start));
    for (let at = 0; at < start.length; at += 1) {
      const other = `${start.slice(0, at)}\x01${start.slice(at + 1)}`;
      assert.equal(known(bytes(other)), !is, JSON.stringify(other));
    }
    assert.equal(known(bytes(` ${start}`)), !is, JSON.stringify(start));
  }
}

test('knowledge.upload: a file that begins as a program, a picture or an archive is no text, whatever it is called', () => {
  isKnownBy(startsAsText, [...programs.slice(2), ...binaries], false);
});

test('knowledge.upload PG9: a text may begin with letters that also begin a program, and with a picture', () => {
  for (const text of [
    'PKW Preise',
    'MZ Motors',
    '7zip explained',
    'Rar! said the parrot',
    'GIF8 is not a format',
    '#! important',
    '<img src="logo.png"> Welcome',
  ])
    assert.equal(startsAsText(bytes(text)), true, text);
  for (const wide of ['\ufeffa;b', 'a;b']) assert.equal(startsAsWideText(Buffer.from(wide, 'utf16le')), true, wide);
  assert.equal(startsAsWideText(Buffer.from([0xfe, 0xff, 0, 97])), true);
  for (const text of ['a;b', 'Grüße', '', 'a', '\ufeffa;b', '\0\0\0\0']) assert.equal(startsAsWideText(Buffer.from(text)), false, text);
});

test('knowledge.upload: a part of an archive that is a program or an archive itself is known by its first bytes', () => {
  isKnownBy(startsAsProgram, programs, true);
  isKnownBy(startsAsArchive, archives, true);
  isKnownBy(startsAsZip, ['PK\x03\x04'], true);
});

const tags = '!doctype html head body script svg iframe object embed style meta link base form ?xml ?php %'.split(' ');

test('knowledge.upload: a file that begins as a page is no text, behind blanks and comments as well', () => {
  for (const tag of tags) {
    for (const before of ['', ' \n\t', '<!-- a - b > c -->', '<!--a--><!-- b -->\n<!---->', ' <!--\n-->  ']) {
      assert.equal(startsAsText(bytes(`${before}<${tag}`)), false, before + tag);
      assert.equal(startsAsText(bytes(`${before}<${tag.toUpperCase()}>`)), false, before + tag);
    }
    assert.equal(startsAsText(bytes(`words <${tag}>`)), true, `${tag} is spoken of`);
    assert.equal(startsAsText(bytes(`<!-- <${tag}> --> words`)), true, `${tag} is commented out`);
  }
  assert.equal(startsAsText(Buffer.from('\ufeff<html>')), false, 'behind the mark of its encoding');
  for (const text of ['<b>bold</b>', '< html>', '<!-- never closed <html>', '<1>', '<a href="https://a.test">', '', '-->', '<!-> <html>'])
    assert.equal(startsAsText(bytes(text)), true, text);
});

const inTexts = [9, 10, 11, 12, 13, 26];

test('knowledge.upload PG9: a text has line ends, also those of slides, and no other byte that cannot be seen', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 6 }), (some) => {
      const isHidden = (byte: number) => (byte < 32 && !inTexts.includes(byte)) || byte === 127;
      assert.equal(areVisible(some), ![...some].some(isHidden));
    }),
  );
  for (let byte = 0; byte < 256; byte += 1) {
    const seen = inTexts.includes(byte) || (byte >= 32 && byte !== 127);
    assert.equal(areVisible(Uint8Array.of(65, byte, 65)), seen, `byte ${byte}`);
  }
});

test('knowledge.upload: a PDF begins with its version and ends with its mark, and is no page at the same time', () => {
  for (const head of ['%PDF-1.7', '%PDF-2.0\n', '%PDF-1.0 and a <b>']) assert.equal(startsAsPdf(bytes(head)), true, head);
  for (const head of ['%PDF-3.0', '%PDF-1', '%PDF-1x7', '%PDF-1.x', ' %PDF-1.7', 'x%PDF-1.7', '', '%pdf-1.7'])
    assert.equal(startsAsPdf(bytes(head)), false, head);
  for (const tag of ['script', 'HTML', 'svg', '!doctype'])
    assert.equal(startsAsPdf(bytes(`%PDF-1.7\n${'x'.repeat(99)}<${tag}`)), false, tag);
  assert.equal(startsAsPdf(bytes('%PDF-1.7 script html')), true);
  for (const tail of ['%EOF', '', '%%eof']) assert.equal(endOfPdf(bytes(tail)), 'cut off', tail);
  for (const tail of ['%%EOF.', '%%EOF\n<html>', '%%EOF\n%<html>', '%%EOF\nalert(1)//', '%%EOF\n%a\nPK\x03\x04', '%%EOF%PK\x03\x04'])
    assert.equal(endOfPdf(bytes(tail)), 'appended', tail);
});

test('knowledge.upload PG9: what writers of PDF put behind its end is no addition', () => {
  for (const tail of [
    '%%EOF',
    '1 %%EOF\r\n',
    `%%EOF${'\0'.repeat(100)}`,
    `%%EOF\n${' \0'.repeat(4_000)}`,
    '%%EOF\n% Made by Office 12\r\n',
    '%%EOF %%EOF\n',
  ])
    assert.equal(endOfPdf(bytes(tail)), 'whole', tail.slice(0, 30));
});
