import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { createDocuments } from '../../../api/providers/documents/documents.ts';
import { processorTime } from '../../support/processor.ts';
import { docx, type Part, pdf } from './archives.ts';

const folder = await mkdtemp(join(tmpdir(), 'active-test-'));
after(() => rm(folder, { recursive: true, force: true }));
const documents = createDocuments();
let files = 0;

async function recognize(name: string, content: Buffer | string) {
  files += 1;
  const path = join(folder, String(files));
  await writeFile(path, content);
  return documents.recognize({ path, name, bytes: Buffer.byteLength(content) });
}

/** @returns the code of the refusal; `fine` if the content is accepted */
const recognizeOrRefuse = async (name: string, content: Buffer | string): Promise<string> => {
  try {
    await recognize(name, content);
    return 'fine';
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  }
};

const words = 'We are open from nine to five, and on Saturdays until noon.\n';
const long = words.repeat(2_000);

test('knowledge.upload SX44: a text that contains a page or a script anywhere is refused', async () => {
  const pages = [
    '<html><script>alert(1)</script>',
    '<!DOCTYPE html>\n<title>Sign in</title>',
    '<HTML lang=en>\n<BODY>Hello',
    '<script>if (1<2) alert(1)</script>',
    '<script src=https://evil.example/a.js>',
    '<iframe src="https://evil.example/">',
    '<object data="a.swf">',
    '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    '<img src=x onerror=alert(1)>',
    '<body/onload=alert(1)>',
  ];
  for (const page of pages) {
    for (const [where, content] of [
      ['late', `${long}${page}`],
      ['in the middle', `${words.repeat(25)}${page}${words}`],
      ['behind blanks', `${' '.repeat(5_000)}${page}`],
      ['behind a comment', `<!-- ${'x'.repeat(5_000)} -->${page}`],
    ] as const) {
      for (const name of ['a.txt', 'a.md', 'a.csv']) {
        const code = await recognizeOrRefuse(name, content);
        assert.ok(['knowledge.active_refused', 'knowledge.type_refused'].includes(code), `${page} ${where} in ${name}: ${code}`);
      }
    }
  }
});

test('knowledge.upload SX44: a script longer than one read of the file is refused', async () => {
  const script = `<script>${'a = 1;\n'.repeat(40_000)}</script>`;
  assert.equal(await recognizeOrRefuse('a.txt', long + script + long), 'knowledge.active_refused');
});

test('knowledge.upload SX44: neither a tag longer than one read nor a nested comment hides a page', async () => {
  const pad = 'x'.repeat(200_000);
  const refused = [
    `<img alt="${pad}" onerror=alert(1)>`,
    `<img ${' '.repeat(200_000)}src=x onerror = alert(1)>`,
    `<img ${pad}=1 onerror="alert(1)">`,
    `<img alt='${pad}>' / onerror\n=\n'alert(1)'>`,
    `<iframe title="${pad}" src=https://evil.example>`,
    `<script title="${pad}">a</script>`,
    `<meta name="${pad}" http-equiv=refresh content=0>`,
    `<!-- <a b=" --> <img alt="<>" onerror=alert(1)>`,
    `<!-- <a b=" -->${pad}<img alt="<>" onerror=alert(1)>`,
    '<!--><img alt="<>" onerror=alert(1)>',
    '<style><!--</style><img alt="<>" onerror=alert(1)>',
    '<img = onerror=alert(1)>',
  ];
  for (const page of refused)
    for (const before of [words, long])
      assert.equal(await recognizeOrRefuse('a.md', before + page + words), 'knowledge.active_refused', page.slice(0, 60));
  const fine = [`<img alt="${pad} onerror=1 " src=a.png>`, `a <b ${pad} > c`, `<p title='${pad}'>once = 1</p>`];
  for (const text of fine) assert.equal(await recognizeOrRefuse('a.md', long + text + words), 'fine', text.slice(0, 60));
});

test('knowledge.upload SX44: a page is found wherever the boundary between two reads falls', async () => {
  const page = '<script src="https://evil.example/a.js">';
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: page.length + 2 }), async (shift) => {
      const content = `${'x'.repeat(64 * 1024 - shift)}${page}${words}`;
      assert.equal(await recognizeOrRefuse('a.txt', content), 'knowledge.active_refused');
    }),
    { numRuns: 20 },
  );
});

test('knowledge.upload SX44: words about pages, columns of prices and Markdown are accepted', async () => {
  const fine: [string, string][] = [
    ['a.txt', 'Put the <script> tag before </body>, and <html> at the top. 1 < 2, on = off.'],
    ['a.md', '# Guide\n\nUse `<script>` in your <b>page</b>.\n\n- a < b\n- <https://example.com>\n'],
    ['a.csv', 'name;description\nShoe;"<p>Soft <b>leather</b><br>made in Italy <img src=""a.png""></p>"\n'],
    ['a.txt', `${long}The on-call number <call us> is "12" on Monday = open.`],
    ['a.txt', 'mail <ada@example.com> only = once, <a href="https://example.com">here</a>'],
  ];
  for (const [name, content] of fine) assert.equal(await recognizeOrRefuse(name, content), 'fine', content.slice(0, 80));
});

test('knowledge.upload SX44: a text of 20 MB is scanned quickly, even one crafted to make a pattern backtrack', async () => {
  const hostile = ['<script>', '<a on', '<html ', '<a '.padEnd(1_000, 'on '), '<!doctype '];
  for (const piece of hostile) {
    const content = piece.repeat(Math.floor((2 * 1024 * 1024) / piece.length));
    const took = processorTime();
    await recognizeOrRefuse('a.txt', `words ${content}`);
    assert.ok(took() < 2_000, `${piece.slice(0, 20)} took ${took()} ms`);
  }
});

const relationship = (type: string, target: string, more = ' TargetMode="External"') =>
  `<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="r"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/${type}" Target="${target}"${more}/></Relationships>`;
const relations = (content: string): Part => ({ name: 'word/_rels/document.xml.rels', content });

test('knowledge.upload SX44: a document with wrong checksums or a document type definition is refused', async () => {
  const cases: [string, Part][] = [
    ['a wrong sum', { name: 'word/a.xml', content: '<a/>', declaredCrc: 1 }],
    ['a wrong sum of a picture', { name: 'word/media/a.png', content: 'png', declaredCrc: 1 }],
    ['a type', { name: 'word/a.xml', content: '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>' }],
    ['a type behind many words', { name: 'word/a.xml', content: `<a>${'word '.repeat(50_000)}</a><!DOCTYPE b>` }],
    ['a type in a drawing', { name: 'word/media/a.svg', content: '<!DOCTYPE svg [<!ENTITY a "b">]><svg/>' }],
    ['a type in another spelling', { name: 'customXml/item1.xml', content: Buffer.from('\ufeff<!DOCTYPE a><a/>', 'utf16le') }],
    ['another encoding', { name: 'word/a.xml', content: '<?xml version="1.0" encoding="utf-7"?><a/>' }],
  ];
  for (const [what, part] of cases) assert.equal(await recognizeOrRefuse('a.docx', docx([part])), 'knowledge.archive_refused', what);
});

test('knowledge.upload SX44: a document that loads or embeds something is refused, and hyperlinks are accepted', async () => {
  const refused: [string, string][] = [
    ['a picture from elsewhere', relationship('image', 'https://evil.example/a.png')],
    ['a template from elsewhere', relationship('attachedTemplate', 'https://evil.example/a.dotm')],
    ['a template on another machine', relationship('attachedTemplate', 'file://evil.example/share/a.dotm')],
    ['a frame', relationship('frame', 'https://evil.example/')],
    ['an object inside', relationship('oleObject', 'embeddings/a.dat', '')],
    ['a page inside', relationship('aFChunk', 'a.html', '')],
    ['a macro by another name', relationship('vbaProject', 'a.dat', '')],
    ['in single quotes', relationship('image', 'https://evil.example/a.png').replaceAll('"', "'")],
    ['letters as codes', relationship('image', 'https://evil.example/a.png', ' TargetMode="&#69;xtern&#x61;l"')],
    ['a prefix', relationship('image', 'https://evil.example/a.png').replaceAll('<Relationship ', '<r:Relationship ')],
    ['blanks around', relationship('image', 'https://evil.example/a.png', '\n TargetMode =\t"External"')],
  ];
  for (const [what, content] of refused)
    assert.equal(await recognizeOrRefuse('a.docx', docx([relations(content)])), 'knowledge.references_refused', what);
  const fine: [string, string][] = [
    ['a link', relationship('hyperlink', 'https://example.com/')],
    ['a picture inside', relationship('image', 'media/a.png', '')],
    ['the template that Word notes', relationship('attachedTemplate', 'file:///C:\\Users\\Ada\\Templates\\Letter.dotx')],
  ];
  for (const [what, content] of fine) assert.equal(await recognizeOrRefuse('a.docx', docx([relations(content)])), 'fine', what);
});

/** Makes a PDF with one more object. */
const pdfWith = (object: Buffer | string) => {
  const [head = '', tail = ''] = pdf().toString('latin1').split('% Hello');
  return Buffer.concat([Buffer.from(head, 'latin1'), Buffer.from(object), Buffer.from(tail, 'latin1')]);
};
const packed = (content: string, dictionary = '/Filter /FlateDecode', bytes = deflateSync(content)) =>
  Buffer.concat([
    Buffer.from(`5 0 obj << /Type /ObjStm /N 1 /First 4 ${dictionary} >> stream\r\n`),
    bytes,
    Buffer.from('\nendstream endobj\n'),
  ]);

test('knowledge.upload SX44: a PDF with a script, a launch action or an embedded file is refused, in any spelling', async () => {
  const actions = [
    '<< /S /JavaScript /JS (app.alert(1)) >>',
    '<< /S /Launch /F (cmd.exe) >>',
    '<< /Names [] /Type /EmbeddedFile >>',
    '<< /Names << /EmbeddedFiles 7 0 R >> >>',
    '<< /Subtype /FileAttachment >>',
    '<< /Subtype /RichMedia >>',
    '<< /S /J#61va#53cript >>',
    '<< /S /#4cau#6Ech >>',
  ];
  for (const action of actions) {
    const code = /Embedded|Attachment/.test(action) ? 'knowledge.attachment_refused' : 'knowledge.active_refused';
    const objects: [string, Buffer | string][] = [
      ['plain', `5 0 obj ${action} endobj\n`],
      ['in the body of a stream', `6 0 obj << /Length 99 >> stream\n5 0 obj ${action} endobj\nendstream endobj\n`],
      ['packed', packed(`5 0 ${action}`)],
      ['packed and long', packed(`${'1 '.repeat(200_000)}${action}`)],
      ['packed in an array of filters', packed(action, '/Filter [ /FlateDecode ]')],
    ];
    for (const [where, object] of objects) assert.equal(await recognizeOrRefuse('a.pdf', pdfWith(object)), code, `${action} ${where}`);
  }
});

test('knowledge.upload SX44: compressed objects of a PDF that cannot be read are refused, in bounded time', async () => {
  const cases: [string, Buffer][] = [
    ['another filter', packed('1 0 << >>', '/Filter /LZWDecode')],
    ['two filters', packed('1 0 << >>', '/Filter [ /ASCIIHexDecode /FlateDecode ]')],
    ['a filter by another spelling', packed('1 0 << >>', '/Fi#6cter /FlateDecode')],
    ['what cannot be unpacked', packed('', '/Filter /FlateDecode', Buffer.from('locked by a password'))],
    ['a bomb', packed('', '/Filter /FlateDecode', deflateSync(Buffer.alloc(200 * 1024 * 1024)))],
  ];
  for (const [what, object] of cases) {
    const took = processorTime();
    const before = process.memoryUsage().rss;
    assert.equal(await recognizeOrRefuse('a.pdf', pdfWith(object)), 'knowledge.pdf_unreadable', what);
    assert.ok(took() < 5_000, `${what} took too long`);
    assert.ok(process.memoryUsage().rss - before < 100 * 1024 * 1024, `${what} took too much memory`);
  }
});

test('knowledge.upload SX44: a PDF of words, links and compressed objects is accepted, even with words about scripts', async () => {
  for (const object of [
    packed('1 0 << /Type /Page >> 2 0 << /S /URI /URI (https://example.com) >>'),
    '5 0 obj << /OpenAction [1 0 R /Fit] >> endobj\n',
    '5 0 obj (The JavaScript course, and how to Launch it) endobj\n',
    Buffer.concat([
      Buffer.from('6 0 obj << /Length 9 >> stream\n'),
      Buffer.from(Array.from({ length: 200_000 }, (_, at) => (at * 7919) % 256)),
      Buffer.from('\nendstream endobj\n'),
    ]),
  ]) {
    assert.equal(await recognizeOrRefuse('a.pdf', pdfWith(object)), 'fine');
  }
});
