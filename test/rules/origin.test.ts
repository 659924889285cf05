import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  isListedOrigin,
  isLocalOrigin,
  isLocalPage,
  listsStrangers,
  originOf,
  parseListedOrigin,
  subdomainOf,
} from '../../api/rules/origin.ts';

const label = fc.string({ unit: fc.constantFrom(...'abcxyz019'), minLength: 1, maxLength: 6 });
const host = fc.array(label, { minLength: 1, maxLength: 3 }).map((labels) => `${labels.join('.')}.test`);

test('agency.update T6: an origin is a scheme, a host and a port, and nothing else', () => {
  const good: [string, ReturnType<typeof parseListedOrigin>][] = [
    ['https://a.test', { scheme: 'https:', host: 'a.test', port: '', subdomains: false }],
    ['HTTP://A.Test:8080/', { scheme: 'http:', host: 'a.test', port: '8080', subdomains: false }],
    ['https://a.test:443', { scheme: 'https:', host: 'a.test', port: '', subdomains: false }],
    ['https://*.a.test', { scheme: 'https:', host: 'a.test', port: '', subdomains: true }],
    ['HTTPS://*.A.test:8443', { scheme: 'https:', host: 'a.test', port: '8443', subdomains: true }],
    ['http://*.localhost', { scheme: 'http:', host: 'localhost', port: '', subdomains: true }],
    ['http://localhost:5173', { scheme: 'http:', host: 'localhost', port: '5173', subdomains: false }],
  ];
  for (const [text, origin] of good) assert.deepEqual(parseListedOrigin(text), origin, text);
  const bad = [
    '',
    'a.test',
    '//a.test',
    'ftp://a.test',
    'xhttps://a.test',
    'https//a.test',
    'https://',
    'https://a b.test',
    'https://a.test/path',
    'https://a.test//',
    'https://a.test/.',
    'http://a.test/.',
    'https://a.test\\b',
    'https:a.test',
    ' https://a.test',
    'https://*.a.test\nb',
    'https://a.test/?',
    'https://a.test?',
    'https://a.test#',
    'https://a.test/#x',
    'https://user@a.test',
    'https://a.test:port',
    'https://a..test',
    'https://a.test.',
    'https://*',
    'https://*.',
    'https://*.com',
    'https://*.*.a.test',
    'https://a.*.test',
    'https://a*.test',
    'https://**.a.test',
    'x https://*.a.test',
    'https://*.a.test/path',
    'null',
    'https://a.test https://b.test',
  ];
  for (const text of bad) assert.equal(parseListedOrigin(text), undefined, text);
});

test('brand.read T6: a page is let in by scheme, host and port; a wildcard stands for each name below', () => {
  const listed = ['https://good.test', 'http://good.test:8080', 'https://*.many.test', 'no origin'];
  const sees = (origin: string) => subdomainOf(origin, listed);
  for (const origin of ['https://good.test', 'HTTPS://GOOD.TEST', 'http://good.test:8080']) assert.equal(sees(origin), '', origin);
  assert.deepEqual({ one: sees('https://a.many.test'), two: sees('https://a.b.many.test') }, { one: 'a', two: 'a.b' });
  const strangers = [
    'http://good.test',
    'https://good.test:8080',
    'https://a.good.test',
    'https://good.test.evil.test',
    'https://evilgood.test',
    'https://many.test',
    'https://.many.test',
    'https://evilmany.test',
    'https://a.many.test:444',
    'http://a.many.test',
    'https://a.many.test.evil.test',
    'null',
    '',
    'no origin',
  ];
  for (const origin of strangers) assert.equal(sees(origin), undefined, origin);
  assert.equal(isListedOrigin('https://good.test', []), false);
});

test('brand.read T6: of several entries that let a page in, the one that leaves least to choose counts', () => {
  const lists = [
    ['https://*.test.test', 'https://*.a.test.test', 'https://b.a.test.test'],
    ['https://b.a.test.test', 'https://*.a.test.test', 'https://*.test.test'],
  ];
  for (const listed of lists) {
    assert.equal(subdomainOf('https://b.a.test.test', listed), '');
    assert.equal(subdomainOf('https://c.a.test.test', listed), 'c');
    assert.equal(subdomainOf('https://c.d.test.test', listed), 'c.d');
  }
});

test('brand.read T6: hosts are compared by their labels, whatever they are', () => {
  fc.assert(
    fc.property(host, host, (one, other) => {
      assert.equal(isListedOrigin(`https://${one}`, [`https://${other}`]), one === other);
      const labels = one.split('.');
      const isBelow = labels.some((_, from) => from > 0 && labels.slice(from).join('.') === other);
      assert.equal(isListedOrigin(`https://${one}`, [`https://*.${other}`]), isBelow);
    }),
  );
});

test('agency.update T6: a wildcard over names that anybody can have lists strangers', () => {
  const open = `amazonaws.com s3.amazonaws.com appspot.com azurestaticapps.net azurewebsites.net blogspot.com carrd.co cloudfront.net
    firebaseapp.com fly.dev framer.app framer.website github.io gitlab.io glitch.me herokuapp.com lovable.app myshopify.com netlify.app
    ngrok.app ngrok-free.app ngrok.io onrender.com pages.dev repl.co replit.app run.app squarespace.com surge.sh trycloudflare.com
    up.railway.app vercel.app web.app webflow.io weebly.com wixsite.com wordpress.com workers.dev co.uk com.au org.br gouv.fr or.jp`;
  const at = (text: string) => listsStrangers(parseListedOrigin(text) ?? assert.fail(text));
  for (const name of open.split(/\s+/)) {
    assert.equal(at(`https://*.${name}`), true, name);
    for (const own of [`https://${name}`, `https://*.mine.${name}`, `https://*.x${name}`]) assert.equal(at(own), false, own);
  }
  for (const own of ['https://*.example.com', 'https://*.co.example', 'https://*.co.u1']) assert.equal(at(own), false, own);
});

test('brand.read T6: a page on this machine has its name or address, and no other that begins or ends so', () => {
  const local = ['http://localhost', 'https://localhost:3000', 'http://127.0.0.1:80', 'http://[::1]:5173'];
  const others = [
    'http://localhost.evil.example',
    'http://evil.localhost',
    'http://127.0.0.1.evil.example',
    'http://127.0.0.2',
    'http://[::2]',
    'null',
  ];
  for (const origin of local) {
    assert.equal(isLocalOrigin(origin), true, origin);
    for (const page of [origin, `${origin}/`, `${origin}/a?b#c`, `${origin}?a`, `${origin}#a`, origin.toUpperCase()])
      assert.equal(isLocalPage(page), true, page);
    for (const page of [`${origin}x`, `x${origin}`, `${origin}@evil.example`, `${origin}:x`]) assert.equal(isLocalPage(page), false, page);
  }
  for (const origin of others) {
    assert.equal(isLocalOrigin(origin), false, origin);
    assert.equal(isLocalPage(`${origin}/`), false, origin);
  }
  for (const page of [
    'http://127.1/',
    'http://2130706433/',
    'http://127x0.0.1/',
    'http://127.0x0.1/',
    'http://127.0.0x1/',
    'http://localhost:123456/',
  ])
    assert.equal(isLocalPage(page), false, page);
});

test('accounts.signUp T6: the origin of a page is told for http alone, and never for an address with a name in it', () => {
  assert.equal(originOf('https://a.test:8443/b?c#d'), 'https://a.test:8443');
  assert.equal(originOf('http://a.test'), 'http://a.test');
  for (const url of ['', 'a.test', 'ftp://a.test', 'javascript:alert(1)', 'https://u@a.test', 'https://:p@a.test', 'https://u:p@a.test'])
    assert.equal(originOf(url), undefined, url);
});
