import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { html } from '../../api/rules/markup.ts';
import { formatCredits } from '../../api/rules/money.ts';
import { isPersonName } from '../../api/rules/person-name.ts';

test('words: credits have as many of three decimals as there are, as people of a language write them', () => {
  const written = [0, 1, 999, 1000, 1010, 1500, 2000, 1_234_567, -1500].map((millis) => formatCredits(millis, 'en'));
  assert.deepEqual(written, ['0', '0.001', '0.999', '1', '1.01', '1.5', '2', '1,234.567', '-1.5']);
  assert.equal(formatCredits(1_234_567, 'de'), '1.234,567');
});

test('words: credits are written without ever being a fraction, so that each of 15 digits is right', () => {
  fc.assert(
    fc.property(fc.nat({ max: Number.MAX_SAFE_INTEGER }), (millis) => {
      const [whole = '', decimals = ''] = formatCredits(millis, 'en').replaceAll(',', '').split('.');
      assert.equal(`${whole}${decimals.padEnd(3, '0')}`.replace(/^0+(?=.)/, ''), String(millis));
    }),
  );
});

test('accounts.signUp: a mail greets by letters of any script, and by nothing that could be an address', () => {
  for (const name of ['Ada', 'Ángel', 'O’Neill', "D'Arcy", 'Anna-Lena Müller', '李', 'Nguyễn', 'e\u0301va', 'a'.repeat(40), 'José María'])
    assert.ok(isPersonName(name), name);
  const bad = [
    '',
    ' Ada',
    '-Ada',
    'Ada1',
    '1Ada',
    'Ada.',
    'a.test',
    'Ada!',
    'a'.repeat(41),
    'Ada\n',
    'A/B',
    'Ada@',
    '\u0301a',
    'a\u2024test',
    'a。test',
    'ⓐda',
    'a\u0140a',
    'ⓐ１',
    'A①',
  ];
  for (const name of [...bad, 'a\ua4f8b', 'a\ua4fdb', 'a\ua78fb', '\ufb03 1'.normalize('NFKC'), '㏒'.repeat(21)])
    assert.ok(!isPersonName(name), JSON.stringify(name));
});

test('mails: whatever stands in a text, only the markup of ours is markup', () => {
  const some = fc.string({ unit: fc.constantFrom(...`<>&"'a;`) });
  fc.assert(
    fc.property(some, some, (one, other) => {
      const { markup } = html`<p title="${one}">${other}</p>`;
      const [, title = '', text = ''] = /^<p title="([^"<>]*)">([^"'<>]*)<\/p>$/.exec(markup) ?? assert.fail(markup);
      const read = (escaped: string) =>
        escaped.replace(
          /&(?:amp|lt|gt|quot|#39);/g,
          (name) => ({ '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#39;': "'" })[name] ?? '',
        );
      assert.deepEqual({ title: read(title), text: read(text) }, { title: one, text: other });
    }),
  );
  assert.equal(html`<b>${html`<i>${'<'}</i>`}</b>`.markup, '<b><i>&lt;</i></b>');
  assert.equal(html`${[html`<b></b>`, html`<i></i>`]}`.markup, '<b></b>\n<i></i>', 'each on a line');
});
