import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  activeInPdf,
  bringsInMore,
  createFieldFinder,
  createPageFinder,
  describesObjects,
  encodingOf,
  holdsDocumentType,
  startsAsObjects,
  startsAsXml,
} from '../../api/rules/active-content.ts';

const finds = (...pieces: string[]): boolean => {
  const find = createPageFinder();
  return pieces.some((piece) => find(piece));
};
const blanks = (count: number): string => '\n'.padEnd(count);

/** Each is found with one blank and with many, in capitals, and inside of other words. */
const pages = [
  '<!doctype_html',
  '<html>_<head>',
  '<html lang=en>_<body',
  '<html><meta ',
  '<html><title>',
  '<html><script>',
  '<html><link ',
  '<html><style>',
  '<script src_=_a.js',
  '<script async defer src=a.js>',
  '<script>_alert(',
  '<script type=module>_a.b$1=',
  ...['script', 'iframe', 'frame', 'object', 'embed', 'applet'].flatMap((tag) =>
    ['src', 'srcdoc', 'data', 'code', 'href', 'xlink:href'].map((name) => `<${tag} id=a ${name}_=_x`),
  ),
  '<meta http-equiv_=',
  '<meta name=a http-equiv=',
  '<img src=x onerror_=_x',
  '<b/onclick=x',
  '<my-tag:x1 onpointerdown=x',
  // A sign that no attribute begins with, but that a browser takes for one.
  '<my-img ="" one onerror_=_x',
  '+ADw-script',
  '+ADw-!',
  '+ADw-/',
  '+ADwA',
  '+ADw9',
  '+ADw+',
];

test('knowledge.upload SX44: each way in which a browser is given something to run is found, with blanks or without', () => {
  for (const page of pages) {
    for (const gap of ['', ' ', blanks(20)]) {
      const text = page.replaceAll('_', page.startsWith('<!doctype') ? gap || ' ' : gap);
      assert.ok(finds(text), text);
      assert.ok(finds(`words ${text} more words`), text);
      if (text.startsWith('<')) assert.ok(finds(text.toUpperCase()), text);
    }
  }
});

test('knowledge.upload SX44: what only looks like it is words', () => {
  const words = [
    '<!doctypehtml',
    '<!doctype xml',
    '< !doctype html',
    '<htmlx><head>',
    '<html <head>',
    '<html><header>',
    '<html>words<head>',
    '<html><p>',
    '<scripts src=x',
    '<script asrc=x',
    '<script srcx=x',
    '<script>words and (more',
    '<script>(',
    '<script>',
    'script>alert(',
    '<iframes src=x',
    '<iframe asrc=x',
    '<iframe> src=x',
    '<iframe src>',
    '<iframe name=x',
    '<iframe src=',
    '<p src=x',
    '<xiframe src=x',
    '<metal http-equiv=',
    '<meta xhttp-equiv=',
    '<meta> http-equiv=',
    '<b on=x',
    '<b one=x',
    '<b onclick>',
    '<b onclick=>',
    '<b onclick= >',
    '<b turn-on2=x',
    '<b> onclick=x',
    '<1 onclick=x',
    '<bonclick=x',
    '< b onclick=x',
    'onclick=x',
    '+ADw',
    '+ADw-',
    '+ADw-A',
    '+ADw.',
    '+adw-s',
    'ADw-s',
  ];
  for (const text of words) assert.ok(!finds(text), text);
});

test('knowledge.upload SX44: a handler is found behind quotes that hold signs of tags, in any tag of many', () => {
  for (const text of [
    '<a title=">" onclick=x>',
    "<a title='>' onclick='x'>",
    '<a title = ">" onclick = "x">',
    '<a title=">" b/onclick=x>',
    '<a title="1 > 2 > 3" onclick=x>',
    "<a title='1 > 2 > 3' onclick=x>",
    '<a title=">" b=c=d onclick=x>',
    '<a><b>words<c title=">"onclick=x>',
    '<a title="<" onclick="x">',
    '<a t=1 u=">" v onmouseenter=x',
    `<a title=">"${blanks(400)}onclick=x>`,
    `<${'a'.repeat(50)} title=">" onclick=x>`,
    `<a title=">"${' b'.repeat(300)} onclick=x>`,
    `<a ${'b'.repeat(400)}=">" onclick=x>`,
    `<a b=${'c'.repeat(400)} d=">" onclick=x>`,
    `<a b${blanks(90)}=${blanks(90)}">" onclick${blanks(90)}=${blanks(90)}x>`,
  ])
    assert.ok(finds(text), text);
  for (const text of [
    '<a title=">" on=x>',
    '<a title=">" xonclick=x>',
    '<a title=">" onclick1=x>',
    '<a title=">" onclick>',
    '<a title="<b t=\'>\' onclick=x">',
    '<a title=">" on1click=x>',
    "<a title='> onclick=x'>",
    '<a title=">"> onclick=x',
    '<1 title=">" onclick=x>',
  ])
    assert.ok(!finds(text), text);
});

test('knowledge.upload SX44: a script is found where it ends, in one piece or over many, and not where it begins', () => {
  assert.ok(finds('<script>if (1<2) go;</script>'));
  assert.ok(finds('<SCRIPT type=a>1', '2', '</SCRIPT'));
  assert.ok(finds('<script>1', '</script>'));
  assert.ok(!finds('<script>1', '2'));
  assert.ok(!finds('</script> <script>'));
  assert.ok(!finds('</script>', '<script>'));
  assert.ok(!finds('<scripts>', '</script>'));
  assert.ok(!finds('<script <b>', '</script>'));
  assert.ok(!finds('words', '</script>'));
});

const actions = ['JavaScript', 'Launch', 'EmbeddedFile', 'EmbeddedFiles', 'FileAttachment', 'RichMedia', 'Rendition', 'XFA'];
const kindOf = (name: string) => (/^(Embedded|FileAtt)/.test(name) ? 'attachment' : 'action');
const spelled = (name: string, coded: readonly boolean[], upper: boolean) =>
  [...name]
    .map((letter, at) => {
      const code = letter.charCodeAt(0).toString(16);
      return coded[at] ? `#${upper ? code.toUpperCase() : code}` : letter;
    })
    .join('');

test('knowledge.upload SX44: a name of a PDF counts in each of its spellings, and only as a whole', () => {
  const coded = fc.array(fc.boolean(), { minLength: 16, maxLength: 16 });
  fc.assert(
    fc.property(fc.constantFrom(...actions), coded, fc.boolean(), fc.constantFrom('', ' ', '/', '(', '<'), (name, which, upper, next) => {
      assert.equal(activeInPdf(`<< /S /${spelled(name, which, upper)}${next}`), kindOf(name));
    }),
  );
  for (const name of actions) {
    for (const other of [name, `/${name}x`, `/${name}1`, `/${name}#41`, `/X${name}`, `/${name.toLowerCase()}`])
      assert.equal(activeInPdf(other), undefined, other);
    assert.equal(activeInPdf(`/${spelled(name, Array(16).fill(true), true)}`), kindOf(name), name);
    assert.equal(activeInPdf(`/${spelled(name, Array(16).fill(true), false)}`), kindOf(name), name);
  }
  for (const name of ['ObjStm', 'First', '#4fbjStm', '#4FbjStm', 'F#69rst']) assert.ok(describesObjects(`<< /${name} 4 >>`), name);
  for (const text of ['<< /Type /Page >>', '/FirstChar 1', 'First', '/ObjStmX']) assert.ok(!describesObjects(text), text);
});

test('knowledge.upload SX44: packed objects begin with pairs of numbers, and words that draw do not', () => {
  for (const text of [
    '1 0 2 15 <<',
    ' \0\n1 0 [',
    '12 3 (words)',
    '1 0 true',
    '1 0 false',
    '1 0 null',
    '1 0 /Name',
    '1 0 ',
    '1 0 2',
    '1 0 23 44 5',
    `${'1 '.repeat(200)}<<`,
    `${blanks(200)}1 0 <<`,
  ])
    assert.ok(startsAsObjects(text), text);
  for (const text of [
    '',
    '1',
    '1 ',
    '1 <<',
    '1 0 0 1 0 0 cm',
    '1 0 re',
    '1 0 trueish',
    'q 1 0 <<',
    '<<',
    '1.5 0 <<',
    '1 0 nullx',
    'BT /F1',
  ])
    assert.ok(!startsAsObjects(text), text);
  assert.ok(startsAsObjects(`${`1${blanks(19)}`.repeat(50)}cm`), 'of the first 1,000 signs');
});

test('knowledge.upload SX44: a part of a document says its encoding in its first line, and no type', () => {
  for (const [xml, encoding] of [
    ['<?xml version="1.0" encoding="UTF-8"?>', 'UTF-8'],
    ["\n <?xml version='1.0' encoding = 'utf-7'?>", 'utf-7'],
    ['<?xml encoding="a', 'a'],
    [`<?xml${blanks(200)}encoding="x"`, 'x'],
    ['<?xml encoding="first" encoding="second"?>', 'first'],
    [`${blanks(100)}<?xml encoding${blanks(20)}=${blanks(20)}"x"`, 'x'],
  ] as const)
    assert.equal(encodingOf(xml), encoding, xml);
  for (const xml of [
    '',
    '<a encoding="x">',
    '<?xml version="1.0"?><a encoding="x">',
    'words <?xml encoding="x"?>',
    '<?xml aencoding="x"?>',
    '<?xml encoding=x?>',
    '<?xml encoding=""?>',
  ])
    assert.equal(encodingOf(xml), undefined, xml);
  for (const xml of ['<!DOCTYPE a>', '<a/><!doctype', 'x<!ENTITY a']) assert.ok(holdsDocumentType(xml), xml);
  for (const xml of ['<!-- doctype -->', 'doctype', '<doctype>', '<!a doctype']) assert.ok(!holdsDocumentType(xml), xml);
});

const fieldIn = (...pieces: string[]): boolean => {
  const find = createFieldFinder();
  return pieces.map((piece) => find(piece)).at(-1) ?? false;
};
const coded = (text: string, write: (code: number) => string) => [...text].map((sign) => `&#${write(sign.charCodeAt(0))};`).join('');

test('knowledge.upload SX44: a field that runs or loads something is found, in pieces, in codes and in an attribute', () => {
  const instructions = [
    'DDE a b',
    'DDEAUTO a b',
    'INCLUDETEXT "https://a.test"',
    'INCLUDEPICTURE http://a.test',
    'INCLUDETEXT ftp://a.test',
    'INCLUDEPICTURE  “ file:///a',
    'INCLUDEPICTURE \u00e2\u0080\u009chttp:',
    'INCLUDETEXT \\\\a\\b',
    'INCLUDETEXT \\* \\c \\d "http:',
    `INCLUDETEXT${blanks(50)}"${blanks(50)}http:`,
    'QUOTE 68 68 69',
    `QUOTE${blanks(50)}12345${blanks(50)}1`,
  ];
  for (const one of instructions) {
    const xml = one.replaceAll('"', '&quot;');
    for (const text of [
      `<w:instrText>${xml}</w:instrText>`,
      `<instrText xml:space="preserve">${xml.toLowerCase()}</instrText>`,
      `<words:INSTRTEXT>${xml}</words:INSTRTEXT>`,
      `<w:instrText>${xml.slice(0, 3)}</w:instrText><w:b/><w:instrText a="b">${xml.slice(3)}</w:instrText>`,
      `<w:fldSimple w:instr="${xml}"/>`,
      `<a INSTR = '${xml}'></a>`,
      `<w:instrText>${coded(one, String)}</w:instrText>`,
      `<w:instrText>${coded(one, (code) => `x${code.toString(16)}`)}</w:instrText>`,
      `<w:instrText>${'words '.repeat(100)}${xml}</w:instrText>`,
    ]) {
      assert.ok(fieldIn(text), text);
      assert.ok(fieldIn(...text), `sign by sign: ${text}`);
    }
    assert.ok(!fieldIn(`<w:t>${xml}</w:t><w:instrText>PAGE</w:instrText>${xml}`), 'words are not a field');
  }
});

test('knowledge.upload SX44: a field that counts pages, links or shows what is inside is fine', () => {
  for (const one of [
    'PAGE',
    'HYPERLINK "https://a.test"',
    'DDEX',
    'XDDE',
    'INCLUDETEXT a.docx',
    'XINCLUDETEXT http:',
    'INCLUDETEXTS http:',
    'INCLUDETEXT "a" http:',
    'QUOTE 68',
    'QUOTE a b',
    'QUOTES 1 2',
    'XQUOTE 1 2',
    'QUOTE 1 2x',
  ])
    assert.ok(!fieldIn(`<w:instrText>${one.replaceAll('"', '&quot;')}</w:instrText>`), one);
  for (const text of [
    '<w:instrTexts>DDE</w:instrTexts>',
    '<w:xinstrText>DDE</w:xinstrText>',
    '<a xinstr="DDE"/>',
    '<a instr="D"/><a instr="DE"/>',
    '<w:instrText>QUOTE</w:instrText><w:t>1 2</w:t>',
    '<w:instrText>D</w:instrText><a instr="DE"/>',
  ])
    assert.ok(!fieldIn(text), text);
  assert.ok(!fieldIn('<w:instrText>INCLUDETEXT', '</w:instrText>'));
});

test('knowledge.upload SX44: a part is read as XML where it begins so, in bytes or in pairs of them', () => {
  for (const text of [
    '<?xml',
    '<!DOCTYPE',
    '<a>',
    ' \n<A',
    '\u00ef\u00bb\u00bf<a',
    '\u00ff\u00fe<\0a\0',
    '\u00fe\u00ff\0<\0a',
    '\0<\0a',
    '<\0?\0',
    `${blanks(100)}<a`,
    `<a>${'x'.repeat(200)}\0`,
  ])
    assert.ok(startsAsXml(text), JSON.stringify(text));
  for (const text of [
    '',
    'words <a',
    '<1',
    '< a',
    'PNG\0<a',
    '<a\0\0',
    'x\0<\0a',
    '<\x001\0',
    `${blanks(101)}<a`,
    `<a>${'x'.repeat(190)}\0`,
    'x\u00ef\u00bb\u00bf<a',
  ])
    assert.ok(!startsAsXml(text), JSON.stringify(text));
});

const relation = (attributes: string, tag = 'Relationship') => `<Relationships><${tag} ${attributes}/></Relationships>`;

test('knowledge.upload SX44: a document brings in nothing but what is written in it, and links to click', () => {
  const loaded = ['aFChunk', 'oleObject', 'package', 'control', 'vbaProject', 'wordVbaData', 'subDocument', 'frame', 'attachedToolbars'];
  for (const type of loaded) {
    for (const text of [
      relation(`Type="http://a/${type}" Target="a"`),
      relation(`type = ' http://a/${type.toUpperCase()} '`),
      relation(`TYPE="http://a/${type}"`, 'r:Relationship'),
      relation(`Type="http://a/&#${type.charCodeAt(0)};${type.slice(1)}"`, 'r.s-t:Relationship'),
      `${relation('Type="a/image"')}<relationship Id="1" Type="a/${type}">`,
    ])
      assert.ok(bringsInMore(text), text);
    for (const text of [
      relation(`Type="http://a/${type}s"`),
      relation(`Type="${type}"`),
      relation(`Type="http://a/x${type}"`),
      relation(`x.Type="http://a/${type}"`),
      relation(`Id="a/${type}"`),
      relation(`Type="a/${type}"`, 'Relationships'),
    ])
      assert.ok(!bringsInMore(text), text);
  }
  const outside = 'TargetMode=" External "';
  for (const text of [
    relation(`Type="a/image" Target="https://a.test/" ${outside}`),
    relation(`TARGETMODE='EXTERNAL'`),
    relation(`Type="a/attachedTemplate" Target="https://a.test/" ${outside}`),
    relation(`Type="a/attachedTemplate" Target="file://a/b" ${outside}`),
    relation(`Type="a/attachedTemplate" Target="x c:/b" ${outside}`),
    relation(`Type="a/attachedTemplates" Target="c:/b" ${outside}`),
    relation(`Type="a/image" Target="c:/b" ${outside}`),
    relation(`Type="a/hyperlinks" ${outside}`),
    relation(`Type="hyperlink" ${outside}`),
  ])
    assert.ok(bringsInMore(text), text);
  for (const text of [
    '',
    `Type="a/frame" ${outside}`,
    relation('Type="a/image" Target="media/a.png" TargetMode="Internal"'),
    relation(`Type=" a/HYPERLINK " ${outside}`),
    relation(`Type=" a/ATTACHEDTEMPLATE" Target=" C:\\a" ${outside}`),
    relation(`Type="a/attachedTemplate" Target="file:///c:/a" ${outside}`),
    relation('Type="a/image" Target="TargetMode=External"'),
  ])
    assert.ok(!bringsInMore(text), text);
});
