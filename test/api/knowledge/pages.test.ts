import assert from 'node:assert/strict';
import { getEventListeners, once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import test, { after } from 'node:test';
import { createWeb, hostsOf } from '../../../api/providers/web/web.ts';

const asked: string[] = [];
const site = createServer((req, res) => {
  const path = req.url ?? '';
  asked.push(path);
  const hops = /^\/hops\/(\d)$/.exec(path)?.[1];
  if (path === '/to') return void res.writeHead(302, { location: target }).end();
  if (hops) return void res.writeHead(302, { location: hops === '1' ? '/page' : `/hops/${Number(hops) - 1}` }).end();
  if (path === '/page') return void res.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end('<h1>Hello</h1>');
  if (path === '/large') return void res.writeHead(200, { 'content-type': 'text/html' }).end(Buffer.alloc(5 * 1024 * 1024 + 1, 'a'));
  if (path === '/endless') {
    res.writeHead(200, { 'content-type': 'text/html' });
    const more = () => void (res.destroyed || res.write(Buffer.alloc(64 * 1024, 'a'), () => setImmediate(more)));
    return more();
  }
  if (path === '/image') return void res.writeHead(200, { 'content-type': 'image/svg+xml' }).end('<svg/>');
  if (path === '/cut')
    return void res.writeHead(200, { 'content-type': 'text/html', 'content-length': '100' }).write('a', () => res.destroy());
  if (path === '/protocol')
    return void req.socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: other\r\nConnection: Upgrade\r\n\r\n');
  res.writeHead(404, { 'content-type': 'text/html' }).end('Not here');
}).listen(0, '127.0.0.1');
await once(site, 'listening');
after(() => void site.close().closeAllConnections());
const { port } = site.address() as AddressInfo;
let target = '';
const lookups: string[] = [];
const web = createWeb({
  sandboxHosts: hostsOf(`site.test=127.0.0.1:${port}`),
  lookup: async (name) => {
    lookups.push(name);
    return ['10.0.0.7'];
  },
});
const isBlocked = { code: 'knowledge.url_blocked' };

test('knowledge.add K1 K5: a page is read to its end, after at most three redirects', async () => {
  assert.deepEqual(await web.read('http://site.test/page'), { url: 'http://site.test/page', type: 'html', bytes: 14 });
  assert.equal((await web.read('http://site.test/hops/3')).url, 'http://site.test/page');
  await assert.rejects(web.read('http://site.test/hops/4'), isBlocked);
});

test('knowledge.add K5 A08: every redirect is checked like the first address, and none leads inside', async () => {
  const inside = [
    `http://127.0.0.1:${port}/page`,
    `https://127.0.0.1:${port}/page`,
    'https://169.254.169.254/latest/meta-data',
    'https://[::ffff:127.0.0.1]/',
    'https://inside.example.com/',
    'file:///etc/passwd',
    '//localhost/page',
  ];
  for (target of inside) {
    asked.length = 0;
    await assert.rejects(web.read('http://site.test/to'), isBlocked);
    assert.deepEqual(asked, ['/to'], target);
  }
  assert.deepEqual(lookups, ['inside.example.com']);
});

test('knowledge.add K5 A09: pages that are too large, endless, cut off, missing or no text have one refusal', async () => {
  for (const path of ['/large', '/endless', '/cut', '/missing', '/image']) {
    await assert.rejects(
      web.read(`http://site.test${path}`),
      { ...isBlocked, message: 'This address cannot be read. Give a public https page.' },
      path,
    );
  }
});

test('knowledge.add SX24: a page that was read leaves nothing on the signal of its request', async () => {
  const { signal } = new AbortController();
  for (const path of ['/page', '/missing']) {
    await web.read(`http://site.test${path}`, { signal }).catch(() => {});
    assert.equal(getEventListeners(signal, 'abort').length, 0, path);
  }
});

test('knowledge.add K5 A08: a server that changes the protocol does not keep the request waiting', { timeout: 5_000 }, async () => {
  await assert.rejects(web.read('http://site.test/protocol'), isBlocked);
});

test('knowledge.add K5: only the hosts named for a sandbox may lead inside', async () => {
  for (const url of [`http://127.0.0.1:${port}/page`, 'http://other.test/', 'http://sub.site.test/', 'https://site.test.example.org:25/']) {
    assert.throws(() => web.spell(url), isBlocked, url);
  }
  assert.throws(() => createWeb().spell('http://site.test/page'), isBlocked);
});
