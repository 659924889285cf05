import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import test, { after } from 'node:test';
import express from 'express';
import { pino } from 'pino';
import { Refusal } from '../../api/contract/refusal.ts';
import { noticeProxy } from '../../api/http/address.ts';
import { answerError } from '../../api/http/errors.ts';
import { logRequests } from '../../api/http/log.ts';

/** Answers the next request; the log keeps its lines. */
let next: () => unknown = () => undefined;
const lines: Record<string, unknown>[] = [];
const log = pino({}, { write: (line: string) => void lines.push(JSON.parse(line)) });

const app = express();
app.use(noticeProxy(log), logRequests(log), async (_req, res) => {
  Object.assign(res.locals, { operation: 'brand.read', caller: 'agn_1' });
  res.send(await next());
});
app.use(answerError);
const server = createServer(app).listen(0, '127.0.0.1');
await once(server, 'listening');
after(() => server.close());
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/?key=secret`;

/** Asks, and waits for the line in the log. */
async function ask(work: () => unknown, headers: Record<string, string> = {}) {
  next = work;
  const before = lines.length;
  const response = await fetch(url, { headers });
  const body = (await response.json().catch(() => ({}))) as { error?: Record<string, unknown> };
  while (lines.length === before) await new Promise((resolve) => setImmediate(resolve));
  return { response, error: body.error, line: lines.at(-1) ?? {} };
}

const fail = (error: unknown) => () => {
  throw error;
};
const named = (name: string, more: object = {}) => Object.assign(new Error('what the driver says'), { name }, more);

test('errors: an answer says its code, its sentence and what belongs to it, and the log its cause and no secret', async () => {
  const { response, error, line } = await ask(fail(new Refusal('input.invalid', { param: 'email', values: { reason: 'email' } as never })));
  const requestId = response.headers.get('Request-Id');
  assert.match(requestId ?? '', /^[\da-f-]{36}$/);
  assert.deepEqual(
    { ...error, message: '' },
    {
      code: 'input.invalid',
      message: '',
      values: { reason: 'email' },
      type: 'invalid_request',
      param: 'email',
      requestId,
    },
  );
  const { level, status, code, operation, caller, ms } = line;
  assert.deepEqual(
    { level, status, code, operation, caller },
    { level: 40, status: 422, code: 'input.invalid', operation: 'brand.read', caller: 'agn_1' },
  );
  assert.ok(Number.isInteger(ms) && Number(ms) < 5_000);
  const broken = await ask(fail(new Error('a bug of ours')));
  assert.deepEqual(
    { status: broken.response.status, code: broken.error?.code, level: broken.line.level },
    { status: 500, code: 'internal', level: 50 },
  );
  assert.match(JSON.stringify(broken.line.cause), /answers\.test\.[jt]s/);
  assert.doesNotMatch(JSON.stringify([broken.error, broken.line]), /bug of ours/);
  const busy = await ask(fail(new Refusal('payments.busy')));
  assert.deepEqual(
    [response, busy.response].map(({ headers }) => headers.get('Retry-After')),
    [null, '5'],
  );
  const good = await ask(() => ({}));
  assert.deepEqual(
    { status: good.response.status, level: good.line.level, requestId: good.line.requestId, cause: good.line.cause },
    { status: 200, level: 30, requestId: good.response.headers.get('Request-Id'), cause: undefined },
  );
  assert.doesNotMatch(JSON.stringify(lines), /secret/);
});

test('errors: what a database says that is away, busy or full is a 503; anything else is ours', async () => {
  const codeOf = async (error: unknown) => {
    const answer = await ask(fail(error));
    return `${answer.response.status} ${answer.error?.code}`;
  };
  const away = [
    'MongoNetworkError',
    'MongooseServerSelectionError',
    'ServerSelectionError',
    'MongoNotConnectedError',
    'MongoTopologyClosedError',
    'MongoPoolClearedError',
  ];
  for (const name of away) assert.equal(await codeOf(named(name)), '503 server.no_database', name);
  assert.equal(await codeOf(named('MongoServerError', { code: 10_107 })), '503 server.no_database');
  assert.equal(
    await codeOf(named('MongoBulkWriteError', { errorResponse: named('MongoServerError', { code: 91 }) })),
    '503 server.no_database',
  );
  for (const error of [named('MongoWaitQueueTimeoutError'), named('MongoOperationTimeoutError'), named('MongoServerError', { code: 50 })])
    assert.equal(await codeOf(error), '503 server.busy');
  assert.match(await codeOf(named('MongoServerError', { code: 14_031 })), /^503 server.disk_full$/);
  for (const error of [
    named('Error', { code: 50 }),
    named('MongoServerError', { code: 11_000 }),
    named('MongoServerError', { code: '91' }),
    named('NotMongoNetworkError'),
    'no error',
  ])
    assert.equal(await codeOf(error), '500 internal');
});

test('errors: what Express refuses by itself has a code as well', async () => {
  const codes: [object, string][] = [
    [{ type: 'entity.too.large', status: 413, limit: 7 }, 'body.too_large'],
    [{ type: 'encoding.unsupported', status: 415 }, 'body.unsupported'],
    [{ status: 400 }, 'body.malformed'],
    [Object.assign(new URIError('malformed'), { status: 400 }), 'operation.not_found'],
    [{ status: 418 }, 'internal'],
  ];
  for (const [error, code] of codes) assert.equal((await ask(fail(error))).error?.code, code);
  assert.deepEqual((await ask(fail(codes[0]?.[0]))).error?.values, { max: 7 });
});

test('errors: an answer that has begun is cut off, so that nobody takes a part of it for the whole', async () => {
  next = () => undefined;
  const cut = express();
  cut.use((_req, res) => {
    res.write('{"half":');
    throw new Error('too late');
  });
  cut.use(answerError);
  const half = createServer(cut).listen(0, '127.0.0.1');
  await once(half, 'listening');
  after(() => half.close());
  const asked = fetch(`http://127.0.0.1:${(half.address() as AddressInfo).port}/`).then((response) => response.text());
  await assert.rejects(asked);
});

test('the address A21: a proxy whose word is not taken is named in the log, once', async () => {
  const said = () => lines.filter(({ msg }) => String(msg).startsWith('proxy.not_trusted')).length;
  assert.equal(said(), 0);
  for (let turn = 0; turn < 2; turn += 1) await ask(() => ({}), { 'x-forwarded-for': '198.51.100.1' });
  assert.equal(said(), 1);
});
