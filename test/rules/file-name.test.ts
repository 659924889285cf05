import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { kindByName } from '../../api/rules/file-name.ts';

const documents = ['pdf', 'docx', 'txt', 'md', 'csv'];
/** Endings that an operating system runs, a browser opens as a page, or a program unpacks. */
const active =
  `exe dll com scr pif msi msp cpl bat cmd ps1 psm1 vb vbs vbe js jse mjs wsf wsh hta jar class apk app dmg sh bash php php5 phtml asp
  aspx jsp jspx cgi pl py rb htm html xhtml shtml svg svgz xml xsl swf lnk url reg iso img zip rar 7z gz tgz docm dotm xlsm`.split(/\s+/);

test('knowledge.upload: a document is known by the end of its name, in capitals as well', () => {
  for (const kind of documents) {
    for (const name of [`a.${kind}`, `A.${kind.toUpperCase()}`, `price list v1.2.${kind}`, `größe (1).${kind}`])
      assert.equal(kindByName(name), kind, name);
  }
  for (const name of ['pdf', '.pdf', 'a.doc', 'a.pdfx', 'a.xpdf', 'a.p', 'a', '', 'a..pdf', 'a.pdf2', 'a-pdf', 'a.md1x'])
    assert.equal(kindByName(name), undefined, name);
});

test('knowledge.upload: a name that holds the ending of a program or a page is refused, in the middle as at the end', () => {
  for (const ending of active) {
    for (const name of [`a.${ending}`, `a.${ending}.pdf`, `a.${ending.toUpperCase()}.txt`]) assert.equal(kindByName(name), undefined, name);
    for (const name of [`a.q${ending}.pdf`, `${ending}.pdf`, `a.${ending}q.pdf`]) assert.equal(kindByName(name), 'pdf', name);
  }
});

test('knowledge.upload: a name has at most 120 characters', () => {
  assert.equal(kindByName(`${'a'.repeat(116)}.pdf`), 'pdf');
  assert.equal(kindByName(`${'a'.repeat(117)}.pdf`), undefined);
});

test('knowledge.upload: a name that hides a part of itself, or is a way to another folder, is refused', () => {
  const hidden = ['\u0000', '\n', '\u007f', '\u200b', '\u202e', '\u2066', '\ud800', '\u2028', '\u2029', '\ufeff'];
  for (const sign of [...hidden, ...'\\/:*?"<>|']) {
    assert.equal(kindByName(`a${sign}b.pdf`), undefined, JSON.stringify(sign));
  }
  for (const name of [' a.pdf', '.a.pdf', 'a.pdf ', 'a.pdf.', '\ta.pdf', '..pdf'])
    assert.equal(kindByName(name), undefined, JSON.stringify(name));
  for (const name of ['a b.pdf', 'a.b.pdf', "it's.pdf", 'a-b_c,d;e+f=g@h.pdf']) assert.equal(kindByName(name), 'pdf', name);
});

test('knowledge.upload: letters that only look like those of an ending are read as these', () => {
  assert.equal(kindByName('a．ｐｄｆ'), 'pdf');
  assert.equal(kindByName('a.ｅｘｅ.pdf'), undefined);
  fc.assert(
    fc.property(
      fc.constantFrom(...active),
      fc.constantFrom(...documents),
      (ending, kind) => kindByName(`a.${ending}.${kind}`.normalize('NFD')) === undefined,
    ),
  );
});
