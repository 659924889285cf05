import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { gzipSync } from 'node:zlib';
import { errors, type PlainCode } from '../../../api/contract/errors/index.ts';
import { contentErrors } from '../../../api/contract/knowledge/knowledge.ts';
import { createDocuments } from '../../../api/providers/documents/documents.ts';
import { codeOf } from '../../support/agency.ts';
import { startApi } from '../../support/api.ts';
import { docx, type Part, pdf } from './archives.ts';
import { addSource, fileItem, findSource, openVoiceClient, uploadFile } from './voice-client.ts';

const folder = await mkdtemp(join(tmpdir(), 'ordinary-test-'));
after(() => rm(folder, { recursive: true, force: true }));
const documents = createDocuments();
let files = 0;

/** Judges a file by name and content. @returns its kind, or the refusal without its first word */
async function judge(name: string, content: Buffer | string): Promise<string> {
  files += 1;
  const path = join(folder, String(files));
  await writeFile(path, content);
  return documents
    .recognize({ path, name, bytes: Buffer.byteLength(content) })
    .catch(({ code }: { code: string }) => code.replace('knowledge.', ''));
}

const withPart = (name: string, content: Buffer | string): Buffer => docx([{ name, content } satisfies Part]);
const lockedPdf = pdf('x').toString('latin1').replace('/Root 1 0 R', '/Root 1 0 R /Encrypt 5 0 R');
const oldWord = (part: string) => Buffer.concat([Buffer.from([0xd0, 0xcf, 0x11, 0xe0]), Buffer.alloc(600), Buffer.from(part, 'utf16le')]);

const accepted: [what: string, name: string, content: Buffer | string][] = [
  ['a word that begins like an archive', 'a.txt', 'PKW Preise'],
  ['a name that begins like a program', 'a.txt', 'MZ Motors'],
  ['a picture at the beginning of Markdown', 'a.md', '<img src="logo.png" alt="Logo">\n\n# Welcome'],
  ['line breaks of slides', 'a.txt', 'Our prices\u000bfrom 9 to 5'],
  ['the end mark of old programs', 'a.csv', 'a;b\u001a'],
  ['the mark of UTF-8', 'a.csv', '\ufeffName;Preis'],
  ['letters across two reads', 'a.txt', `${'x'.repeat(64 * 1024 - 1)}ü and more`],
  ['zeros behind a PDF', 'a.pdf', Buffer.concat([pdf(), Buffer.alloc(100)])],
  ['a comment behind a PDF', 'a.pdf', `${pdf()}% Made by Office 12\n`],
  ['settings of a printer', 'a.docx', withPart('word/printerSettings/printerSettings1.bin', Buffer.from([1, 0, 77, 0, 9]))],
  ['a picture of Windows', 'a.docx', withPart('word/media/image1.emz', gzipSync('\x01\x00\x00\x00 picture'))],
];

test('knowledge.upload PG9: ordinary files are accepted, though they look like something else at first', async () => {
  for (const [what, name, content] of accepted) assert.equal(await judge(name, content), name.split('.').at(-1), what);
});

const field = '<w:hdr><w:instrText>INCLUDEPICTURE "https://evil.example/a.png"</w:instrText></w:hdr>';
const refused: [what: string, name: string, content: Buffer | string, reason: string][] = [
  ['nothing', 'a.txt', '', 'empty'],
  ['blanks', 'a.txt', '    ', 'empty'],
  ['blanks that show nothing, and the mark of UTF-8', 'a.md', '\ufeff\u00a0\n\u200b', 'empty'],
  ['a table of Excel in two bytes a letter', 'a.csv', Buffer.from('\ufeffName\tPreis', 'utf16le'), 'encoding_refused'],
  ['the same without a mark', 'a.txt', Buffer.from('Name;Preis', 'utf16le'), 'encoding_refused'],
  ['letters of an older Windows', 'a.csv', Buffer.from('Größe;Preis', 'latin1'), 'encoding_refused'],
  ['a letter that is cut in two', 'a.txt', Buffer.from('Gr\u00f6').subarray(0, 3), 'encoding_refused'],
  ['signals for a terminal', 'a.txt', 'hello \u001b[31m', 'control_refused'],
  ['zeros', 'a.txt', 'hello\0world', 'type_refused'],
  ['a program', 'a.txt', Buffer.from('MZ\x90\0\x03', 'latin1'), 'type_refused'],
  ['a locked PDF', 'a.pdf', lockedPdf, 'locked'],
  ['a locked document of Word', 'a.docx', oldWord('EncryptedPackage'), 'locked'],
  ['an older document of Word', 'a.docx', oldWord('WordDocument'), 'old_word'],
  ['a PDF without its end', 'a.pdf', pdf().subarray(0, -8), 'cut_off'],
  ['a PDF with more behind its end', 'a.pdf', `${pdf()}alert(1)`, 'appended'],
  ['a PDF with the data of an invoice', 'a.pdf', pdf('\n<< /Type /EmbeddedFile >>'), 'attachment_refused'],
  ['a chart with its table', 'a.docx', withPart('word/embeddings/Microsoft_Excel_Sheet1.xlsx', 'PK'), 'embedded_refused'],
  ['an object of another program', 'a.docx', withPart('word/embeddings/oleObject1.bin', 'x'), 'embedded_refused'],
  ['a macro', 'a.docx', withPart('word/vbaProject.bin', 'x'), 'macro_refused'],
  [
    'a picture that unpacks to more than a picture',
    'a.docx',
    withPart('word/media/a.emz', gzipSync(Buffer.alloc(30_000_000, 'ab'))),
    'archive_refused',
  ],
  ['an archive packed as a picture', 'a.docx', withPart('word/media/a.emz', gzipSync('PK\x03\x04')), 'archive_refused'],
  ['a script in a PDF', 'a.pdf', pdf('\n<< /S /JavaScript /JS (app.alert) >>'), 'active_refused'],
  [
    'compressed objects by a filter that nobody uses',
    'a.pdf',
    pdf('\n5 0 obj << /Type /ObjStm /Filter /LZWDecode >> stream\n'),
    'pdf_unreadable',
  ],
  ['a field that loads a picture', 'a.docx', withPart('word/header1.xml', field), 'references_refused'],
  ['a long name', `${'a'.repeat(120)}.txt`, 'hello', 'name_too_long'],
  ['a name with something unseen', 'a\u202eb.txt', 'hello', 'name_unseen'],
  ['a name with a folder', 'a/b.txt', 'hello', 'name_malformed'],
  ['a name of a program', 'a.exe.txt', 'hello', 'name_misleading'],
];

test('knowledge.upload PG9: each cause has a code and a sentence of its own', async () => {
  for (const [what, name, content, reason] of refused) assert.equal(await judge(name, content), reason, what);
  const codes = Object.keys(errors).filter((code): code is PlainCode => code.startsWith('knowledge.'));
  const sentences = codes.map((code) => errors[code].message);
  assert.equal(new Set(sentences).size, codes.length);
});

test('knowledge.upload PG9: each refusal is answered and kept by its own code and sentence, and costs nothing', async () => {
  const { page } = await openVoiceClient(await startApi(), { credits: 2 });
  const kept = new Set<string>();
  for (const [what, name, content, reason] of refused) {
    // A wrong name and an empty file are refused before anything is sent.
    if (reason.startsWith('name_') || content.length === 0) continue;
    const code = `knowledge.${reason}` as PlainCode;
    const { id } = await addSource(page, fileItem(name, content));
    const reply = await uploadFile(page, id, content);
    assert.deepEqual({ status: reply.status, code: codeOf(reply) }, { status: errors[code].status, code }, what);
    const source = await findSource(page, id);
    const told = { state: source?.state, reason: source?.reason, priceMillis: source?.priceMillis };
    assert.deepEqual(told, { state: 'failed', reason: { code, message: errors[code].message }, priceMillis: 0 }, what);
    kept.add(code);
  }
  assert.deepEqual([...kept].sort(), [...contentErrors].sort(), 'each cause that the contract names');
  assert.equal((await page.balance()).available, 2_000);
});
