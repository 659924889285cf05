import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { judgeFileName } from '../../api/rules/file-name.ts';

/** Judges a name in one word: the kind, or the reason against it. */
const judge = (name: string): string => {
  const judged = judgeFileName(name);
  return 'kind' in judged ? judged.kind : judged.code.replace('knowledge.', '');
};

const documents = ['pdf', 'docx', 'txt', 'md', 'csv'];
/** Endings that an operating system runs, a browser opens as a page, or a program unpacks. */
const active = `exe dll scr pif msi msp cpl bat cmd ps1 psm1 vb vbs vbe jse mjs wsf wsh hta jar class apk dmg bash php php5 phtml asp
  aspx jsp jspx cgi rb htm html xhtml shtml svg svgz xml xsl swf lnk url reg iso img rar 7z gz tgz docm dotm xlsm`.split(/\s+/);
/** Those that also end the names of sites and of things that people write about. */
const speakable = ['com', 'app', 'js', 'pl', 'py', 'sh', 'zip'];

test('knowledge.upload: a document is known by the end of its name, in capitals as well', () => {
  for (const kind of documents) {
    for (const name of [`a.${kind}`, `A.${kind.toUpperCase()}`, `price list v1.2.${kind}`, `größe (1).${kind}`])
      assert.equal(judge(name), kind, name);
  }
  for (const name of ['pdf', '.pdf', 'a.doc', 'a.pdfx', 'a.xpdf', 'a.p', 'a', '', 'a..pdf', 'a.pdf2', 'a-pdf', 'a.md1x'])
    assert.equal(judge(name), name.startsWith('.') ? 'name_malformed' : 'type_refused', name);
  assert.deepEqual({ markdown: judge('notes.markdown'), text: judge('notes.TEXT') }, { markdown: 'md', text: 'txt' });
});

test('knowledge.upload: a name that holds the ending of a program or a page is refused, in the middle as at the end', () => {
  for (const ending of active) {
    assert.equal(judge(`a.${ending}`), 'type_refused', ending);
    for (const name of [`a.${ending}.pdf`, `a.${ending.toUpperCase()}.txt`]) assert.equal(judge(name), 'name_misleading', name);
    for (const name of [`a.q${ending}.pdf`, `${ending}.pdf`, `a.${ending}q.pdf`]) assert.equal(judge(name), 'pdf', name);
  }
});

test('knowledge.upload PG9: names that people give to ordinary files are accepted', () => {
  for (const ending of speakable) {
    assert.equal(judge(`a.${ending}`), 'type_refused', ending);
    assert.equal(judge(`a.${ending}.pdf`), 'pdf', ending);
  }
  for (const [name, kind] of [
    ['acme.com.pdf', 'pdf'],
    ['Intro to Vue.js.md', 'md'],
    ['faq.pl.md', 'md'],
    ['preise.app.csv', 'csv'],
    ['می\u200cخواهم.pdf', 'pdf'],
    ['מחירון\u200f 2024.pdf', 'pdf'],
    ['👩\u200d🔧 guide.pdf', 'pdf'],
    ['❤\ufe0f\u200d🔥.txt', 'txt'],
    ['Pricing: what? "2024" <new> * | all.pdf', 'pdf'],
    ['notes.markdown', 'md'],
  ] as const)
    assert.equal(judge(name), kind, name);
  for (const name of ['a.e\u200cxe.pdf', 'report\u200d.pdf', 'é\u200dx.pdf'])
    assert.equal(judge(name), 'name_unseen', JSON.stringify(name));
  assert.equal(judge('a.ｅ\u200cｘｅ.pdf'), 'name_misleading');
});

test('knowledge.upload: a name has at most 120 characters', () => {
  assert.equal(judge(`${'a'.repeat(116)}.pdf`), 'pdf');
  assert.equal(judge(`${'a'.repeat(117)}.pdf`), 'name_too_long');
});

test('knowledge.upload: a name that hides a part of itself, or is a way to another folder, is refused', () => {
  const hidden = ['\u0000', '\n', '\u007f', '\u200b', '\u202e', '\u2066', '\ud800', '\u2028', '\u2029', '\ufeff'];
  for (const sign of hidden) assert.equal(judge(`a${sign}b.pdf`), 'name_unseen', JSON.stringify(sign));
  for (const sign of '\\/') assert.equal(judge(`a${sign}b.pdf`), 'name_malformed', sign);
  for (const name of [' a.pdf', '.a.pdf', 'a.pdf ', 'a.pdf.', '\u00a0a.pdf', '..pdf'])
    assert.equal(judge(name), 'name_malformed', JSON.stringify(name));
  for (const name of ['a b.pdf', 'a.b.pdf', "it's.pdf", 'a-b_c,d;e+f=g@h.pdf']) assert.equal(judge(name), 'pdf', name);
});

test('knowledge.upload: letters that only look like those of an ending are read as these', () => {
  assert.equal(judge('a．ｐｄｆ'), 'pdf');
  assert.equal(judge('a.ｅｘｅ.pdf'), 'name_misleading');
  fc.assert(
    fc.property(
      fc.constantFrom(...active),
      fc.constantFrom(...documents),
      (ending, kind) => judge(`a.${ending}.${kind}`.normalize('NFD')) === 'name_misleading',
    ),
  );
});
