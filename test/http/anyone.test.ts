import assert from 'node:assert/strict';
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import test from 'node:test';
import { contract, type Operation } from '../../api/contract/index.ts';
import type { RequestFacts } from '../../api/http/route.ts';
import { systemRoutes } from '../../api/routes/system.ts';
import { codeOf } from '../support/agency.ts';
import { startApi } from '../support/api.ts';
import { call } from '../support/call.ts';

/** The real limits, behind one trusted proxy. */
const { url, deps } = await startApi({ limitFactor: 1, trustedProxies: 1 });
const from = (address: string) => ({ 'x-forwarded-for': address });
const at = (address: string) => call(`${url}/openapi.json`, { method: 'GET', headers: from(address) });

test('system.openapi SX24: the text is built once, and a caller that has it gets no more', async () => {
  const ask = async (headers: Record<string, string>) => {
    const [reply] = (await once(get(`${url}/openapi.json`, { headers }), 'response')) as [IncomingMessage];
    const chunks: Buffer[] = [];
    for await (const chunk of reply) chunks.push(chunk as Buffer);
    return {
      status: reply.statusCode,
      tag: reply.headers.etag ?? '',
      type: reply.headers['content-type'],
      text: Buffer.concat(chunks).toString(),
    };
  };
  const first = await ask({});
  assert.deepEqual({ status: first.status, type: first.type }, { status: 200, type: 'application/json; charset=utf-8' });
  assert.equal(JSON.parse(first.text).servers[0].url, url);
  assert.match(first.tag, /^"[\w-]{43}"$/);
  assert.deepEqual(await ask({}), first);
  const again = await ask({ 'if-none-match': first.tag });
  assert.deepEqual({ status: again.status, tag: again.tag, text: again.text }, { status: 304, tag: first.tag, text: '' });
});

test('system.openapi SX24: one address asks sixty times a minute and no more, and stops nobody else', async () => {
  for (let request = 1; request <= 60; request += 1) assert.equal((await at('192.0.2.1')).status, 200);
  const reply = await at('192.0.2.1');
  assert.deepEqual({ status: reply.status, code: codeOf(reply) }, { status: 429, code: 'rate.limited' });
  assert.ok(Number(reply.headers.get('retry-after')) >= 1);
  assert.equal((await at('192.0.2.2')).status, 200);
});

test('system.ready SX24: however many ask at once, the database is asked once', async () => {
  let asked = 0;
  let answer: (isThere: boolean) => void = () => {};
  const isDatabaseReachable = () => {
    asked += 1;
    return new Promise<boolean>((resolve) => {
      answer = resolve;
    });
  };
  const ready = systemRoutes(deps, { isDatabaseReachable }).find(({ name }) => name === 'system.ready') ?? assert.fail();
  const ask = () => ready.work({ kind: 'anyone' }, {}, {} as RequestFacts);
  const replies = Array.from({ length: 20 }, ask);
  answer(true);
  assert.deepEqual((await Promise.all(replies)).length, 20);
  assert.equal(asked, 1);
  const late = ask();
  answer(false);
  await assert.rejects(late, { code: 'server.no_database' }, 'and anew the next time');
  assert.equal(asked, 2);
});

test('whatever anybody may ask for SX24: it has a limit per address, or costs next to nothing', () => {
  const open = Object.entries(contract as Record<string, Operation>).filter(([, { callers }]) => callers.anyone);
  const unlimited = open.filter(([, { limits }]) => !limits?.some(({ per }) => per.includes('address'))).map(([name]) => name);
  assert.deepEqual(unlimited.sort(), ['system.live', 'system.ready', 'webhooks.stripe'], 'money must get through');
});
