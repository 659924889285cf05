import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isMatch } from '../../api/rules/phone-pattern.ts';
import { parseTrunkHost } from '../../api/rules/phone-trunk.ts';

const all = { voice: true, sms: true, mms: true };
const berlin = { number: '+493082941234', national: '3082941234', capabilities: all };

test('numbers.search: letters stand for the digits they lie on', () => {
  const keypad = { 2: 'abc', 3: 'def', 4: 'ghi', 5: 'jkl', 6: 'mno', 7: 'pqrs', 8: 'tuv', 9: 'wxyz' };
  for (const [digit, letters] of Object.entries(keypad)) {
    for (const letter of [...letters, ...letters.toUpperCase()]) {
      for (const other of '0123456789') {
        const found = isMatch({ ...berlin, number: `+49${other}` }, { contains: `9${letter}` });
        assert.equal(found, other === digit, `${letter} on ${other}`);
      }
    }
  }
  assert.ok(isMatch(berlin, { contains: 'taxi' }));
  assert.ok(!isMatch(berlin, { contains: 'taxo' }));
});

test('numbers.search: a star is one digit, and what is typed is found wherever it stands', () => {
  for (const contains of ['8*9', '**', '1234', '4930', '8294*2']) assert.ok(isMatch(berlin, { contains }), contains);
  for (const contains of ['8**9', '4321', '1234*', '5']) assert.ok(!isMatch(berlin, { contains }), contains);
});

test('numbers.search: an area is where a number begins within its country, with the zero or without', () => {
  for (const areaCode of ['30', '030', '3082', '', undefined]) assert.ok(isMatch(berlin, { areaCode }), areaCode);
  for (const areaCode of ['0030', '82', '1234', '49', '300']) assert.ok(!isMatch(berlin, { areaCode }), areaCode);
});

test('numbers.search: a number can all that is asked for, cannot what is asked against, and nobody asks for the rest', () => {
  const some = fc.record({ voice: fc.boolean(), sms: fc.boolean(), mms: fc.boolean() });
  const asked = fc.record({ voice: fc.boolean(), sms: fc.boolean(), mms: fc.boolean() }, { requiredKeys: [] });
  fc.assert(
    fc.property(some, asked, (capabilities, filter) => {
      const fits = Object.entries(filter).every(([name, wanted]) => capabilities[name as keyof typeof capabilities] === wanted);
      assert.equal(isMatch({ ...berlin, capabilities }, filter), fits);
      assert.equal(isMatch({ ...berlin, capabilities }, { ...filter, areaCode: '31' }), false);
    }),
  );
});

test('numbers.connectTrunk: a host is a name or an address, with a port or without, as people write it', () => {
  const good: [string, string, number?][] = [
    ['sip.example.com', 'sip.example.com'],
    ['SIP.Example.COM', 'sip.example.com'],
    [' sip:sip.example.com ', 'sip.example.com'],
    ['sips:sip.example.com:5061', 'sip.example.com', 5061],
    ['SIP:a.bc', 'a.bc'],
    ['a-1.b-2.com', 'a-1.b-2.com'],
    ['1.example.com', '1.example.com'],
    ['xn--bcher-kva.example', 'xn--bcher-kva.example'],
    ['192.0.2.1', '192.0.2.1'],
    ['255.255.255.255:1', '255.255.255.255', 1],
    ['sip.example.com:65535', 'sip.example.com', 65_535],
    [`${'a'.repeat(63)}.com`, `${'a'.repeat(63)}.com`],
    [`example.${'a'.repeat(63)}`, `example.${'a'.repeat(63)}`],
    [`${'a.'.repeat(125)}com`, `${'a.'.repeat(125)}com`],
  ];
  for (const [text, host, port] of good) assert.deepEqual(parseTrunkHost(text), port === undefined ? { host } : { host, port }, text);
});

test('numbers.connectTrunk: anything else is no host', () => {
  const bad = [
    '',
    'example',
    'localhost',
    '256.0.0.1',
    '0.0.0.256',
    '1.2.3',
    '1.2.3.4.5',
    '1234.1.1.1',
    '1.2.3.4x',
    'x1.2.3.4:',
    'sip.example.com:0',
    'sip.example.com:65536',
    'sip.example.com:123456',
    'sip.example.com:',
    'sip.example.com:5x',
    'https://sip.example.com',
    'http:sip.example.com',
    'xsip:sip.example.com',
    'user@sip.example.com',
    'sip:user@sip.example.com',
    'sip.example.com/path',
    'sip.example.com;transport=tls',
    'sip.example.com?a=b',
    'sip.example.com#a',
    'sip. example.com',
    '-a.example.com',
    'a-.example.com',
    'a..example.com',
    '.example.com',
    'example.com.',
    'example.c',
    'example.1com',
    'example.com-',
    'exa_mple.com',
    'bücher.example',
    `${'a'.repeat(64)}.com`,
    `example.${'a'.repeat(64)}`,
    `${'a.'.repeat(126)}com`,
    '[::1]',
  ];
  for (const text of bad) assert.equal(parseTrunkHost(text), undefined, text);
});

test('numbers.connectTrunk: every address and every port is taken as it is', () => {
  const part = fc.integer({ min: 0, max: 255 });
  fc.assert(
    fc.property(part, part, part, part, fc.integer({ min: 1, max: 65_535 }), (a, b, c, d, port) => {
      assert.deepEqual(parseTrunkHost(`sip:${a}.${b}.${c}.${d}:${port}`), { host: `${a}.${b}.${c}.${d}`, port });
    }),
  );
});
