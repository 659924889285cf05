import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createXmlReader, localName } from '../../api/rules/xml.ts';

/** All that a reader tells of pieces, with texts that follow each other as one. */
function told(...pieces: string[]): string[] {
  const events: string[] = [];
  let text = '';
  const note = (event: string) => {
    if (text !== '') events.push(`says ${text}`);
    text = '';
    events.push(event);
  };
  const read = createXmlReader({
    begins: (name, attributes) => note(`begins ${name}${attributes.map(([key, value]) => ` ${key}=${value}`).join('')}`),
    ends: (name) => note(`ends ${name}`),
    says: (more) => {
      text += more;
    },
  });
  for (const piece of pieces) read(piece);
  if (text !== '') events.push(`says ${text}`);
  return events;
}

test('knowledge.upload SX44: tags, values and texts of XML are read as parsers read them', () => {
  assert.deepEqual(told('<a b="1" c:d = \'2\'>x<e/>y</a>'), ['begins a b=1 c:d=2', 'says x', 'begins e', 'ends e', 'says y', 'ends a']);
  assert.deepEqual(told('<a b=">" c=\'<"\'>'), ['begins a b=> c=<"'], 'signs in quotes end nothing');
  assert.deepEqual(told('<a b="1"c="2"/>'), ['begins a b=1 c=2', 'ends a']);
  assert.deepEqual(told('<a x-b="1" =c="2" d e="3">'), ['begins a x-b=1 e=3']);
  assert.deepEqual(told('<a\nb\t=\n"1"\n/>'), ['begins a b=1', 'ends a']);
  assert.deepEqual(told('<a b="1"/><a b=""/></ a>'), ['begins a b=1', 'ends a', 'begins a b=', 'ends a', 'ends ']);
});

test('knowledge.upload SX44: comments and instructions are nothing, and marked text is text', () => {
  assert.deepEqual(told('D<!-- > <a> -- -->D<?x <b> ?>E'), ['says DDE']);
  assert.deepEqual(told('<![CDATA[<a> &amp; ]]]]>x'), ['says <a> &amp; ]]x']);
  assert.deepEqual(told('<!-->-->x<!DOCTYPE a>'), ['says x', 'begins !DOCTYPE']);
});

test('knowledge.upload SX44: codes stand for their letters, and a code of no letter for none', () => {
  assert.deepEqual(told('&amp;&lt;&gt;&quot;&apos;&#65;&#x42;&#X43;&#x10ffff;'), ['says &<>"\'ABC\u{10ffff}']);
  assert.deepEqual(told('a&#1114112;b&#x110000;c'), ['says abc']);
  assert.deepEqual(told('&nbsp; &#; &#x; &#xg; & &#12345678;'), ['says &nbsp; &#; &#x; &#xg; & &#12345678;']);
  assert.deepEqual(told('<a b="&#x41;&quot;"/>'), ['begins a b=A"', 'ends a']);
});

test('knowledge.upload SX44: where a piece ends makes no difference', () => {
  const xml = '<a b="x>y">D<!-- -- > -->&#x10FFFF;&#68;&amp;<![CDATA[E]] > F]]>G<?p q?>H<c/><d e=\'"\'></d>I</a>';
  const whole = told(xml);
  for (let at = 0; at <= xml.length; at += 1) assert.deepEqual(told(xml.slice(0, at), xml.slice(at)), whole, `at ${at}`);
  assert.deepEqual(told(...xml), whole);
  const cuts = fc.array(fc.nat({ max: xml.length }), { maxLength: 6 }).map((list) => [0, ...list.sort((a, b) => a - b), xml.length]);
  fc.assert(
    fc.property(cuts, (places) => assert.deepEqual(told(...places.slice(1).map((at, index) => xml.slice(places[index], at))), whole)),
  );
});

test('knowledge.upload SX44: a tag that never ends is refused, and one that only has not ended is waited for', () => {
  assert.deepEqual(told('<a b="', 'x'.repeat(256 * 1024 - 20), '"/>').length, 2);
  assert.throws(() => told('<a b="', 'x'.repeat(256 * 1024)), /a tag has no end/);
  assert.deepEqual(told('x<a'), ['says x']);
  assert.deepEqual(told('x<!-- never'), ['says x']);
});

test('knowledge.upload SX44: a name counts without its prefix', () => {
  assert.deepEqual(['a', 'w:a', 'b:c:a', ':a', 'a:'].map(localName), ['a', 'a', 'a', 'a', '']);
});
