import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { deflateRawSync } from 'node:zlib';
import { createDocuments } from '../../../api/providers/documents/documents.ts';
import { processorTime } from '../../support/processor.ts';
import { docx, type Part, pdf, zip } from './archives.ts';

const folder = await mkdtemp(join(tmpdir(), 'documents-test-'));
after(() => rm(folder, { recursive: true, force: true }));
const documents = createDocuments();
let files = 0;

async function storeFile(name: string, content: Buffer | string) {
  files += 1;
  const path = join(folder, String(files));
  await writeFile(path, content);
  return { path, name, bytes: Buffer.byteLength(content) };
}
const recognize = async (name: string, content: Buffer | string) => documents.recognize(await storeFile(name, content));
const refused = { code: 'knowledge.type_refused' };
const unsafe = { code: 'knowledge.archive_refused' };

test('knowledge.upload K4: each kind of document is recognized by content and name', async () => {
  assert.equal(await recognize('Guide.PDF', pdf()), 'pdf');
  assert.equal(await recognize('Guide v1.2.docx', docx()), 'docx');
  assert.equal(await recognize('notes.txt', 'Grüße, 世界\r\n\tHello'), 'txt');
  assert.equal(await recognize('notes.md', '# Title\n\n<b>bold</b> and `<script>` in words'), 'md');
  assert.equal(await recognize('Preise.csv', 'Größe;Preis\n1;2 €'), 'csv');
});

const exe = Buffer.concat([Buffer.from('MZ\x90\x00'), Buffer.alloc(200)]);
const hostile: [name: string, file: string, content: Buffer | string][] = [
  ['a program as a PDF', 'report.pdf', exe],
  ['a program as a text', 'report.txt', exe],
  ['a page as a text', 'page.txt', '\n <!DOCTYPE html><script>alert(1)</script>'],
  ['a page as Markdown, after a comment', 'page.md', '<!-- hello -->\n<html><body onload=alert(1)>'],
  ['a drawing as a text', 'image.txt', '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'],
  ['a drawing', 'image.svg', '<svg/>'],
  ['a picture as a PDF', 'image.pdf', Buffer.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10])],
  ['a PDF as a text', 'guide.txt', pdf()],
  ['a PDF as a document of Word', 'guide.docx', pdf()],
  ['a document of Word as a PDF', 'guide.pdf', docx()],
  ['a script before a PDF', 'poly.pdf', Buffer.concat([Buffer.from('/*'), pdf(), Buffer.from('*/alert(1)')])],
  ['a PDF with a script behind it', 'poly.pdf', Buffer.concat([pdf(), Buffer.from('\nalert(1)//')])],
  ['a PDF with an archive behind it', 'poly.pdf', Buffer.concat([pdf(), zip([{ name: 'a.txt', content: 'a' }])])],
  ['a PDF with a page in front', 'poly.pdf', Buffer.concat([Buffer.from('%PDF-1.7\n%<script>alert(1)</script>\n'), pdf()])],
  ['a picture before a document of Word', 'poly.docx', docx([], { before: Buffer.from('GIF89a') })],
  ['an archive without a document', 'a.docx', zip([{ name: 'a.txt', content: 'a' }])],
  ['an archive as a text', 'a.txt', docx()],
  ['two endings, a program last', 'report.pdf.exe', pdf()],
  ['two endings, a program first', 'report.exe.pdf', pdf()],
  ['two endings, a page first', 'report.html.txt', 'hello'],
  ['an ending with a blank behind it', 'report.pdf ', pdf()],
  ['an ending with a dot behind it', 'report.pdf.', pdf()],
  ['a NUL in the name', 'report.exe\u0000.pdf', pdf()],
  ['an override of the direction in the name', 'report\u202efdp.exe.pdf', pdf()],
  ['an override that makes a PDF of a program', 'report\u202efdp.exe', pdf()],
  ['something unseen in the name', 'report\u200b.pdf', pdf()],
  ['a path in the name', '../../etc/passwd.txt', 'root'],
  ['a path of Windows in the name', 'C:\\windows\\a.txt', 'root'],
  ['no name before the ending', '.pdf', pdf()],
  ['wide letters in the ending', 'report.ｅｘｅ.pdf', pdf()],
  ['a NUL in the text', 'a.txt', 'hello\u0000world'],
  ['a NUL late in the text', 'a.csv', `${'a;b\n'.repeat(100_000)}\u0000`],
  ['nothing', 'a.txt', ''],
  ['a shell script', 'a.txt', '#!/bin/sh\nrm -rf /'],
  ['rich text', 'a.txt', '{\\rtf1 hello}'],
  ['a document with macros', 'a.docm', docx()],
  ['UTF-16', 'a.txt', Buffer.from('\ufeffhello', 'utf16le')],
];

test('knowledge.upload K4 A10: a file that only pretends to be a document is refused', async () => {
  for (const [what, name, content] of hostile) {
    await assert.rejects(
      recognize(name, content),
      (error: Error & { code?: string }) => error.code?.startsWith('knowledge.') === true,
      what,
    );
  }
  await assert.rejects(recognize('report.pdf', exe), refused);
});

const megabytes = (count: number) => deflateRawSync(Buffer.alloc(count * 1024 * 1024));
const bombs: [name: string, content: () => Buffer][] = [
  [
    '4 KB that become 4 MB, a hundred times',
    () => docx(Array.from({ length: 100 }, (_, at) => ({ name: `word/media/${at}.xml`, content: Buffer.alloc(4 * 1024 * 1024) }))),
  ],
  ['one part that becomes 90 MB', () => docx([{ name: 'word/a.xml', packed: megabytes(90), declaredBytes: 90 * 1024 * 1024 }])],
  [
    '65,000 parts, the most there can be without being a large archive',
    () => docx(Array.from({ length: 65_000 }, (_, at): Part => ({ name: `a${at}`, packed: Buffer.alloc(0), method: 0 }))),
  ],
  ['1,001 parts', () => docx(Array.from({ length: 999 }, (_, at) => ({ name: `a${at}`, content: 'a' })))],
  ['a size that is declared too small', () => docx([{ name: 'word/a.xml', packed: megabytes(90), declaredBytes: 10, declaredCrc: 0 }])],
  ['a size that is declared too large', () => docx([{ name: 'word/a.xml', content: 'a', declaredBytes: 90 * 1024 * 1024 }])],
  ['an archive in the archive', () => docx([{ name: 'word/embeddings/a.zip', content: zip([{ name: 'a', content: 'a' }]) }])],
  ['an archive in the archive by another name', () => docx([{ name: 'word/media/a.png', content: zip([{ name: 'a', content: 'a' }]) }])],
  ['a macro', () => docx([{ name: 'word/vbaProject.bin', content: 'a' }])],
  ['a large archive by its parts', () => docx([{ name: 'a', content: 'a', extra: Buffer.from([1, 0, 8, 0, 1, 0, 0, 0, 0, 0, 0, 0]) }])],
  ['a large archive by its end', () => docx([], { comment: 'PK\x06\x07' })],
  ['a link', () => docx([{ name: 'word/link', content: '/etc/passwd', externalAttributes: 0xa1ff0000 }])],
  ['a part outside', () => docx([{ name: '../../evil.txt', content: 'a' }])],
  ['a part at the root of the disk', () => docx([{ name: '/etc/cron.d/evil', content: 'a' }])],
  ['a part of Windows outside', () => docx([{ name: '..\\evil.txt', content: 'a' }])],
  [
    'two parts in one place',
    () =>
      docx([
        { name: 'a', content: 'a' },
        { name: 'b', content: 'b', offset: 0 },
      ]),
  ],
  ['one name twice', () => docx([{ name: 'word/document.xml', content: 'b' }])],
  ['an encrypted part', () => docx([{ name: 'a', content: 'a', flags: 1 }])],
  ['an unknown packing', () => docx([{ name: 'a', content: 'a', method: 99 }])],
  ['a comment', () => docx([], { comment: 'hello' })],
  ['something behind the end', () => docx([], { after: Buffer.from('hello') })],
  ['no end', () => docx().subarray(0, -10)],
  ['a broken part', () => docx([{ name: 'a', packed: Buffer.from('not deflated'), declaredBytes: 100 }])],
];

test('knowledge.upload A11: a row of comments, which makes a careless pattern backtrack, is scanned quickly', async () => {
  const took = processorTime();
  assert.equal(await recognize('notes.txt', `${'<!---->'.repeat(140)} in the end a text`), 'txt');
  await assert.rejects(recognize('notes.txt', `${'<!---->'.repeat(140)}<svg onload=alert(1)>`), refused);
  assert.ok(took() < 500);
});

test('knowledge.upload A11: every archive bomb is refused within two seconds, in little memory', async () => {
  for (const [what, make] of bombs) {
    const file = await storeFile('a.docx', make());
    const before = process.memoryUsage().rss;
    const took = processorTime();
    const code = { 'an archive in the archive': 'knowledge.embedded_refused', 'a macro': 'knowledge.macro_refused' }[what];
    await assert.rejects(documents.recognize(file), code === undefined ? unsafe : { code }, what);
    assert.ok(took() < 2000, `${what} took ${took()} ms`);
    const grown = process.memoryUsage().rss - before;
    assert.ok(grown < 100 * 1024 * 1024, `${what} took ${grown} bytes of memory`);
  }
});

test('knowledge.upload A10: the standard test file for virus scanners is found', async () => {
  const eicar = ['X5O!P%@AP[4\\PZX54(P^)7CC)7}', '$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*'].join('');
  assert.equal(await documents.scan(await storeFile('a.txt', `hello ${eicar}`)), 'infected');
  assert.equal(await documents.scan(await storeFile('a.txt', ' '.repeat(64 * 1024 - 30) + eicar)), 'infected', 'across two reads');
  assert.equal(await documents.scan(await storeFile('a.txt', 'hello')), 'clean');
});
