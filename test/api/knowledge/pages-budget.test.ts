import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createTalker } from 'node:net';
import test, { after, beforeEach } from 'node:test';
import { createWeb, hostsOf } from '../../../api/providers/web/web.ts';
import { codeOf } from '../../support/agency.ts';
import { startApi } from '../../support/api.ts';
import type { Page } from '../../support/page.ts';
import { until } from '../../support/until.ts';
import { openClient, openVoiceClient } from './voice-client.ts';

const api = await startApi();

/** Paths of the requests to another site, and those whose client left before the answer. */
const asked: string[] = [];
const left: string[] = [];
const waiting: ServerResponse[] = [];
const site = createServer((req, res) => {
  const path = req.url ?? '';
  asked.push(path);
  res.once('close', () => res.writableFinished || left.push(path));
  if (path.startsWith('/missing')) return void res.writeHead(404).end();
  if (path.startsWith('/silent')) return void waiting.push(res);
  if (path.startsWith('/large')) return void res.writeHead(200, { 'content-type': 'text/plain' }).end(Buffer.alloc(5 * 1024 * 1024, 'a'));
  if (path.startsWith('/endless')) {
    res.writeHead(200, { 'content-type': 'text/plain' });
    const more = () => void (res.destroyed || res.write(Buffer.alloc(256 * 1024, 'a'), () => setImmediate(more)));
    return more();
  }
  res.writeHead(200, { 'content-type': 'text/plain' }).end(path);
}).listen(0, '127.0.0.1');
await once(site, 'listening');
after(() => void site.close().closeAllConnections());
api.deps.web = createWeb({ sandboxHosts: hostsOf(`site.test=127.0.0.1:${(site.address() as AddressInfo).port}`) });
beforeEach(() => {
  for (const list of [asked, left, waiting]) list.length = 0;
});

const urlItems = (...paths: string[]) => paths.map((path) => ({ kind: 'url' as const, url: `http://site.test${path}` }));
let pages = 0;
const newPages = (count: number) => urlItems(...Array.from({ length: count }, () => `/page/${++pages}`));
const free = { knowledge: { urlMillis: 0 } };
const tryAdd = (page: Page, items: ReturnType<typeof urlItems>, headers: Record<string, string> = {}) =>
  page.try('knowledge.add', { items, totalMillis: 0 }, headers);

test('knowledge.add SX24: the first unreadable address ends the request, and later ones are not read', async () => {
  const { page } = await openVoiceClient(api, free);
  const reply = await tryAdd(page, [...urlItems('/first', '/missing'), ...newPages(18)]);
  assert.deepEqual(
    { status: reply.status, code: codeOf(reply), asked },
    { status: 422, code: 'knowledge.url_blocked', asked: ['/first', '/missing'] },
  );
  assert.equal((reply.body as unknown as { error: { param: string } }).error.param, 'items.1');
  assert.equal((await page.call('knowledge.list', {})).count.used, 0);
});

test('knowledge.add SX24: nothing is read for a client that cannot pay', async () => {
  const { page } = await openVoiceClient(api);
  const reply = await page.try('knowledge.add', { items: newPages(20), totalMillis: 60_000 });
  assert.deepEqual({ status: reply.status, code: codeOf(reply), asked }, { status: 402, code: 'credits.insufficient', asked: [] });
});

test('knowledge.add SX24: a client can have 200 pages read per hour, stored or not, without delaying others', async () => {
  const { agency, page } = await openVoiceClient(api, free);
  for (let round = 0; round < 10; round += 1) {
    const reply = await tryAdd(page, [...newPages(19), ...urlItems(`/missing/${round}`)]);
    assert.equal(codeOf(reply), 'knowledge.url_blocked', String(round));
  }
  assert.equal(asked.length, 200);
  const reply = await tryAdd(page, newPages(1));
  assert.deepEqual({ status: reply.status, code: codeOf(reply), asked: asked.length }, { status: 429, code: 'rate.limited', asked: 200 });
  assert.match(JSON.stringify(reply.body), /Please wait 3,[0-9]{3} seconds/);
  assert.equal((await tryAdd(await openClient(agency), newPages(1))).status, 200);
});

test('knowledge.add SX24: a refused list uses nothing of the remaining pages', async () => {
  const { page } = await openVoiceClient(api, free);
  for (let round = 0; round < 9; round += 1) await tryAdd(page, [...newPages(19), ...urlItems(`/missing/b${round}`)]);
  await tryAdd(page, [...newPages(9), ...urlItems('/missing/c')]);
  assert.equal(codeOf(await tryAdd(page, newPages(11))), 'rate.limited');
  assert.equal((await tryAdd(page, newPages(10))).status, 200);
});

test('knowledge.add SX24: large pages count by their bytes, even if they are refused', async () => {
  const { page } = await openVoiceClient(api, free);
  let rounds = 0;
  for (let code: string | undefined; code !== 'rate.limited'; rounds += 1) {
    assert.ok(rounds < 60, 'no limit was met');
    code = codeOf(await tryAdd(page, urlItems(`/endless/${rounds}`)));
  }
  const endless = asked.filter((path) => path.startsWith('/endless')).length;
  assert.ok(endless >= 35 && endless <= 40, `${endless} pages of 5 MB are 200 MB`);
  assert.equal((await tryAdd(page, urlItems('/large/1'))).status, 429);
});

test('knowledge.add SX24: pages are not read once the client has left', async () => {
  const { agency, page } = await openVoiceClient(api, free);
  const gone = new AbortController();
  const body = JSON.stringify({ items: [...urlItems('/silent/gone'), ...newPages(19)], totalMillis: 0 });
  const headers = { origin: page.origin, authorization: `Bearer ${page.token}`, 'content-type': 'application/json' };
  const address = `${agency.url}/v1/knowledge.add?key=${agency.keys.test.publishable}`;
  const sent = fetch(address, { method: 'POST', headers, body, signal: gone.signal }).catch(() => undefined);
  await until(async () => waiting.length === 1, 'the first page');
  gone.abort();
  await sent;
  await until(async () => left.includes('/silent/gone'), 'its end');
  assert.deepEqual(asked, ['/silent/gone']);
  assert.equal((await page.call('knowledge.list', {})).count.used, 0);
});

test('knowledge.add SX24: a client has two lists read at a time and an agency eight, without delaying others', async () => {
  const { agency, page } = await openVoiceClient(api, free);
  const clients = [page, await openClient(agency), await openClient(agency), await openClient(agency), await openClient(agency)];
  const begun = clients.slice(0, 4).flatMap((client, at) => [1, 2].map((nth) => tryAdd(client, urlItems(`/silent/${at}/${nth}`))));
  await until(async () => waiting.length === 8, 'eight lists');
  for (const client of [page, clients[4] ?? page]) assert.equal(codeOf(await tryAdd(client, newPages(1))), 'rate.limited');
  const other = await openVoiceClient(api, free);
  assert.equal((await tryAdd(other.page, newPages(1))).status, 200);
  for (const res of waiting) res.writeHead(200, { 'content-type': 'text/plain' }).end('words');
  assert.deepEqual([...new Set((await Promise.all(begun)).map(({ status }) => status))], [200]);
  assert.equal((await tryAdd(page, newPages(1))).status, 200);
});

test('knowledge.add SX24: bytes that a page sends beside its content are counted and limited', async () => {
  const beside: Record<string, { begin: string; again: string }> = {
    heads: { begin: '', again: `HTTP/1.1 103 Early Hints\r\nLink: ${'x'.repeat(15_000)}\r\n\r\n` },
    chunks: {
      begin: 'HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ntransfer-encoding: chunked\r\n\r\n',
      again: `1;${'x'.repeat(15_000)}\r\na\r\n`,
    },
  };
  const talker = createTalker((socket) => {
    socket.on('error', () => {}); // the reader cuts it off
    socket.once('data', (request) => {
      const { begin = '', again = '' } = beside[/GET \/(\w+)/.exec(String(request))?.[1] ?? ''] ?? {};
      const more = () => void (socket.destroyed || socket.write(again, () => setImmediate(more)));
      socket.write(begin, more);
    });
  }).listen(0, '127.0.0.1');
  await once(talker, 'listening');
  after(() => void talker.close());
  const web = createWeb({ sandboxHosts: hostsOf(`talker.test=127.0.0.1:${(talker.address() as AddressInfo).port}`) });
  for (const what of Object.keys(beside)) {
    let counted = 0;
    const count = (bytes: number) => {
      counted += bytes;
    };
    const reading = web.read(`http://talker.test/${what}`, { counted: count });
    await assert.rejects(reading, { code: 'knowledge.url_blocked' }, what);
    assert.ok(counted > 5 * 1024 * 1024 && counted < 8 * 1024 * 1024, `${what}: ${counted} bytes`);
  }
});
