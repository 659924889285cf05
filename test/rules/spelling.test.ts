import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { cleanText, isEmail, spellAddress, spellDigits, spellEmail, spellLogin, spellPhone } from '../../api/rules/spelling.ts';

test('spelling PG10: marks and blanks go from the ends of a text, and stay inside it', () => {
  for (const [text, clean] of [
    ['\u202aAda\u202c', 'Ada'],
    [' \u200e\u00a0Ada Lovelace\u200f\ufeff\n', 'Ada Lovelace'],
    ['می\u200cخواهم', 'می\u200cخواهم'],
    ['👩\u200d🔧', '👩\u200d🔧'],
    ['\u200b', ''],
    ['\u2066\u2060Ada\u2069', 'Ada'],
    ['', ''],
  ] as const)
    assert.equal(cleanText(text), clean, JSON.stringify(text));
});

test('spelling PG10: a phone number is read however people write it', () => {
  for (const text of [
    '+4930123456',
    '\u202a+49 30 123456\u202c',
    '\u200e+49\u00a030\u2009123\u200b456',
    '+49-30-123456',
    '+49\u201130\u2013123\u2212456',
    '+49 (30) 123.456',
    '+49 30/123456',
    '\u2068+49\u2069 30\u2060123456',
    '+49 (0)30 123456',
    '0049 30 123456',
    '0049 (0) 30 123456',
    'tel:+49-30-123456',
    'TEL:0049 30 123456',
    '＋４９　３０　１２３４５６',
    '٠٠٤٩ ٣٠ ١٢٣٤٥٦',
    '+۴۹ ۳۰ ۱۲۳۴۵۶',
  ])
    assert.equal(spellPhone(text), '+4930123456', JSON.stringify(text));
  for (const [text, spelled] of [
    ['+39 (0)6 1234567', '+39061234567'], // its zero is dialed from abroad as well
    ['030 123456', '030123456'],
    ['(415) 555-0100', '4155550100'],
    ['+49 30 ABC', '+4930ABC'],
    ['+1 415 555 0100 ext. 7', '+14155550100ext7'],
    ['000 1', '0001'],
  ] as const)
    assert.equal(spellPhone(text), spelled, text);
});

test('spelling PG10: codes and digits are read with gaps and in any script', () => {
  for (const text of ['123456', ' 123 456 ', '123-456', '１２３４５６', '١٢٣٤٥٦', '१२३४५६', '12\u200e34\u202f56'])
    assert.equal(spellDigits(text), '123456');
  assert.equal(spellDigits('12a*'), '12a*');
});

test('spelling PG10: a web address without a scheme is https, and what is no host stays as it is', () => {
  for (const [text, spelled] of [
    ['example.com', 'https://example.com'],
    [' www.example.com/prices?a=1#b\u200e', 'https://www.example.com/prices?a=1#b'],
    ['//example.com/x', 'https://example.com/x'],
    ['example.com:8443/x', 'https://example.com:8443/x'],
    ['müller.example', 'https://müller.example'],
    ['http://example.com', 'http://example.com'],
    ['https://example.com', 'https://example.com'],
    ['javascript:alert(1)', 'javascript:alert(1)'],
    ['mailto:ada@example.com', 'mailto:ada@example.com'],
    ['ada@example.com', 'ada@example.com'],
    ['localhost:3000', 'localhost:3000'],
    ['2852039166', '2852039166'],
    ['example.com\\@evil.test', 'example.com\\@evil.test'],
  ] as const)
    assert.equal(spellAddress(text), spelled, text);
});

test('spelling PG10: an e-mail address has one form, whatever its script', () => {
  for (const [text, spelled] of [
    ['a&b@example.com', 'a&b@example.com'],
    ['a=b@example.com', 'a=b@example.com'],
    ['a/b@example.com', 'a/b@example.com'],
    ["o'neil+x@example.com", "o'neil+x@example.com"],
    ['JÖRG@Example.COM', 'jörg@example.com'],
    ['jo\u0308rg@example.com', 'jörg@example.com'],
    ['info@Müller.example', 'info@xn--mller-kva.example'],
    ['info@xn--mller-kva.example', 'info@xn--mller-kva.example'],
    ['用户@例え.テスト', '用户@xn--r8jz45g.xn--zckzah'],
    ['\u202aada@example.com\u202c', 'ada@example.com'],
    ['ada＠example．com', 'ada@example.com'],
  ] as const) {
    assert.equal(spellEmail(text), spelled, text);
    assert.equal(isEmail(spelled), true, spelled);
  }
  for (const text of [
    'ada',
    '@example.com',
    'ada@',
    'ada@localhost',
    'ada@1.2.3.4',
    'ada@example.com:25',
    'ada@example.com/x',
    'ada lovelace@example.com',
    'ada@b@example.com',
    '.ada@example.com',
    'ada.@example.com',
    'a..b@example.com',
    '"ada"@example.com',
    'ada<b>@example.com',
    'ada,ben@example.com',
    'ada%bank.test@example.com',
    'bank.test!ada@example.com',
    '=?utf-8?q?=61?=@example.com',
    'ada\n@example.com',
    'a\u200bda@example.com',
    `${'a'.repeat(65)}@example.com`,
    `ada@${'a'.repeat(64)}.com`,
  ])
    assert.equal(isEmail(spellEmail(text)), false, JSON.stringify(text));
});

test('spelling PG10: what is spelled once stays so, and any text is judged without an error', () => {
  const piece = fc.constantFrom(
    '@',
    '.',
    '+',
    '00',
    '(0)',
    'tel:',
    'ö',
    'İ',
    'ß',
    '１',
    '\u200e',
    ' ',
    'xn--',
    'https://',
    '/',
    ':',
    'a',
    '7',
  );
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(piece).map((pieces) => pieces.join('')),
  );
  fc.assert(
    fc.property(text, (any) => {
      for (const spell of [cleanText, spellDigits, spellAddress]) assert.equal(spell(spell(any)), spell(any), spell.name);
      const email = spellEmail(any);
      if (isEmail(email)) assert.deepEqual({ email: spellEmail(email), login: spellLogin(any) }, { email, login: email });
      const phone = spellPhone(any);
      if (/^\+[1-9]\d{6,14}$/.test(phone)) assert.equal(spellPhone(phone), phone);
    }),
  );
});
