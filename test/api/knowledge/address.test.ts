import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import test, { after } from 'node:test';
import fc from 'fast-check';
import { Refusal } from '../../../api/contract/refusal.ts';
import { isPublicAddress } from '../../../api/providers/web/public-address.ts';
import { createWeb } from '../../../api/providers/web/web.ts';

const listed = JSON.parse(readFileSync('test/fixtures/hostile/addresses.json', 'utf8')) as {
  hosts: string[];
  urls: string[];
  addresses: string[];
};

/** Connections that reached this machine. The servers below count and close them. */
let packets = 0;
const canaries = await Promise.all(
  [443, 8443, 0].map(
    (port) =>
      new Promise<ReturnType<typeof createServer>>((resolve) => {
        const server = createServer((socket) => {
          packets += 1;
          socket.destroy();
        });
        server.once('error', () => resolve(server)); // another process has the port, and counts nothing
        server.listen(port, '127.0.0.1', () => resolve(server));
      }),
  ),
);
after(() => canaries.forEach((server) => void server.close()));

const refusalOf = async (work: () => unknown) => {
  try {
    await work();
  } catch (error) {
    if (error instanceof Refusal) return { code: error.code, message: error.message };
    throw error;
  }
  return undefined;
};
const blocked = { code: 'knowledge.url_blocked', message: 'This address cannot be read. Give a public https page.' };
const nowhere = createWeb({ lookup: async () => [] });

test('knowledge.add K5 A08: every listed address, host, scheme and port is refused unread, with one sentence', async () => {
  const urls = [...listed.urls, ...listed.hosts.flatMap((host) => [`https://${host}/`, `https://${host}:8443/`, `http://${host}/`])];
  for (const url of urls) {
    assert.deepEqual(await refusalOf(() => nowhere.spell(url)), blocked, url);
    assert.deepEqual(await refusalOf(() => nowhere.read(url)), blocked, url);
  }
  assert.equal(packets, 0);
});

test('knowledge.add K5 A08: a name that resolves to a listed address is refused, even among public ones', async () => {
  for (const address of listed.addresses) {
    assert.equal(isPublicAddress(address), false, address);
    for (const answer of [[address], ['93.184.216.34', address], [address, '2606:2800:220:1::1']]) {
      const web = createWeb({ lookup: async () => answer });
      assert.deepEqual(await refusalOf(() => web.read('https://www.example.com:8443/')), blocked, `${answer}`);
    }
  }
  assert.equal(packets, 0);
});

test('knowledge.add K5 A08: a name is resolved once, and the connection goes to the checked address', async () => {
  const answers = [['198.41.0.4'], ['127.0.0.1'], ['127.0.0.1']];
  let asked = 0;
  const web = createWeb({ lookup: async () => answers[asked++] ?? ['127.0.0.1'] });
  assert.deepEqual(await refusalOf(() => web.read('https://rebinding.example.com:8443/')), blocked);
  assert.equal(asked, 1);
  assert.equal(packets, 0);
});

const octet = fc.nat(255);
const privateIPv4 = fc.oneof(
  fc.tuple(fc.constantFrom(0, 10, 127), octet, octet, octet),
  fc.tuple(fc.constant(172), fc.integer({ min: 16, max: 31 }), octet, octet),
  fc.tuple(fc.constant(192), fc.constant(168), octet, octet),
  fc.tuple(fc.constant(169), fc.constant(254), octet, octet),
  fc.tuple(fc.constant(100), fc.integer({ min: 64, max: 127 }), octet, octet),
  fc.tuple(fc.integer({ min: 224, max: 255 }), octet, octet, octet),
);
const wide = (text: string) => [...text].map((c) => String.fromCodePoint((c.codePointAt(0) ?? 0) + 0xfee0)).join('');
const hex = (value: number) => value.toString(16);
const spellings: ((o: [number, number, number, number]) => string)[] = [
  (o) => o.join('.'),
  (o) => `${o.join('.')}.`,
  ([a, b, c, d]) => String(((a * 256 + b) * 256 + c) * 256 + d),
  ([a, b, c, d]) => `0x${hex(((a * 256 + b) * 256 + c) * 256 + d)}`,
  ([a, b, c, d]) => `0${(((a * 256 + b) * 256 + c) * 256 + d).toString(8)}`,
  (o) => o.map((part) => `0x${hex(part)}`).join('.'),
  (o) => o.map((part) => `00${part.toString(8)}`).join('.'),
  ([a, b, c, d]) => `${a}.${b}.${c * 256 + d}`,
  ([a, b, c, d]) => `${a}.${(b * 256 + c) * 256 + d}`,
  (o) => wide(o.join('.')),
  (o) => o.join('。'),
  (o) => [...o.join('.')].map((c) => (c === '.' ? '%2e' : c)).join(''),
  (o) => `[::ffff:${o.join('.')}]`,
  (o) => `[::${o.join('.')}]`,
  ([a, b, c, d]) => `[::ffff:${hex(a * 256 + b)}:${hex(c * 256 + d)}]`,
  (o) => `[64:ff9b::${o.join('.')}]`,
  ([a, b, c, d]) => `[64:ff9b:1:${hex(a * 256 + b)}:${hex(c * 256 + d)}::]`,
  ([a, b, c, d]) => `[2002:${hex(a * 256 + b)}:${hex(c * 256 + d)}::1]`,
  ([a, b, c, d]) => `[2001:0:${hex(a * 256 + b)}:${hex(c * 256 + d)}::1]`,
  ([a, b, c, d]) => `[::ffff:0:${hex(a * 256 + b)}:${hex(c * 256 + d)}]`,
];

test('knowledge.add K5 A08: no spelling of a private address is ever allowed', () => {
  fc.assert(
    fc.property(privateIPv4, fc.constantFrom(...spellings), fc.constantFrom('', ':443', ':8443'), (address, spell, port) => {
      assert.throws(() => nowhere.spell(`https://${spell(address)}${port}/path`), { code: 'knowledge.url_blocked' });
    }),
    { numRuns: 3000 },
  );
  fc.assert(
    fc.property(
      fc.tuple(fc.constantFrom(0xfc00, 0xfd00, 0xfe80, 0xfec0, 0xff02, 0x0100, 0x5f00, 0), fc.nat(0xffff), fc.nat(0xffff)),
      ([first, a, b]) => {
        assert.throws(() => nowhere.spell(`https://[${hex(first)}:${hex(a)}::${hex(b)}]/`), { code: 'knowledge.url_blocked' });
      },
    ),
    { numRuns: 1000 },
  );
});

test('knowledge.add K5: public pages have one spelling', () => {
  assert.equal(nowhere.spell('HTTPS://Example.COM:443/a#part'), 'https://example.com/a');
  assert.equal(nowhere.spell('https://bücher.de/'), 'https://xn--bcher-kva.de/');
  assert.equal(nowhere.spell('https://93.184.216.34:8443/'), 'https://93.184.216.34:8443/');
});
