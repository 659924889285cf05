import assert from 'node:assert/strict';
import test from 'node:test';
import { gzipSync } from 'node:zlib';
import type { ErrorBody } from '../../api/contract/index.ts';
import { codeOf } from '../support/agency.ts';
import { startApi } from '../support/api.ts';
import { call } from '../support/call.ts';

const { createAgency, sandbox, url } = await startApi();
const agency = await createAgency({ stripe: false });
await agency.connectVoice(sandbox);
const page = await agency.openPage();
await page.signUp();

const quote = (body: string | Blob, headers: Record<string, string> = {}) =>
  call(`${url}/v1/knowledge.quote?key=${agency.keys.test.publishable}`, { key: page.token, origin: page.origin, body, headers });
const visit = (body: string) => call(`${url}/v1/accounts.signIn?key=${agency.keys.test.publishable}`, { origin: page.origin, body });
const item = (text: string) => ({ kind: 'text', name: 'Hours', text });

test('knowledge.quote SX8: an error names twenty fields and the number of others, and repeats no long name', async () => {
  const unknown = Array.from({ length: 5_000 }, (_, at) => [`${'x'.repeat(150)}${at}`, 0]);
  const named = await quote(JSON.stringify({ items: [item('From 9 to 5')], ...Object.fromEntries(unknown) }));
  const wrong = await quote(JSON.stringify({ items: Array(200).fill({ kind: 'text', extra: 1 }) }));
  for (const [{ status, body }, all] of [
    [named, 5_000],
    [wrong, 600],
  ] as const) {
    const { fields = [], moreFields = 0 } = (body as ErrorBody).error;
    assert.deepEqual({ status, named: fields.length, all: fields.length + moreFields }, { status: 422, named: 20, all });
    assert.ok(fields.every(({ param }) => param.length <= 120));
    assert.ok(JSON.stringify(body).length < 6_000);
  }
  const { fields, moreFields } = ((await visit('{"a":1}')).body as ErrorBody).error;
  assert.deepEqual(
    { some: fields?.some(({ param }) => param === 'a'), moreFields },
    { some: true, moreFields: undefined },
    'few are named as before',
  );
});

test('knowledge.quote SX24: input that is deep or has very many values is refused before it is parsed', async () => {
  const deep = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);
  const many = [
    `{"items":[${'0,'.repeat(500_000)}0]}`,
    `{"items":[${'[],'.repeat(300_000)}0]}`,
    `{"items":[${`${deep(26)},`.repeat(19_000)}0]}`,
    `{"items":[],${Array.from({ length: 80_000 }, (_, at) => `"${at}":0`).join(',')}}`,
    `{"items":[],"a\\\\":[${'"\\"",'.repeat(100_000)}0]}`,
  ];
  for (const body of many) {
    const reply = await quote(body);
    assert.deepEqual({ status: reply.status, code: codeOf(reply) }, { status: 400, code: 'body.too_many_values' }, body.slice(0, 40));
    const { message, values } = (reply.body as ErrorBody).error;
    assert.deepEqual(
      { message, values },
      { message: 'The body has more than 10,000 values. Send less at a time.', values: { max: 10_000 } },
    );
  }
  for (const body of [deep(33), `{"items":${deep(5_000)}}`, '{"a":'.repeat(40)]) {
    const reply = await quote(body);
    assert.deepEqual({ status: reply.status, code: codeOf(reply) }, { status: 400, code: 'body.too_deep' }, body.slice(0, 40));
  }
  const strangers = await visit(`[${'0,'.repeat(40_000)}0]`);
  assert.deepEqual(
    { status: strangers.status, code: codeOf(strangers) },
    { status: 400, code: 'body.too_many_values' },
    'and so at every other operation',
  );
  const text = `${'[{,"\\'.repeat(20_000)}`;
  assert.equal((await quote(JSON.stringify({ items: [item(text)] }))).status, 200, 'what stands in a text is no value');
});

test('knowledge.quote SX8: a body that cannot be unpacked or read is reported as such, not as a missing address', async () => {
  const good = JSON.stringify({ items: [item('From 9 to 5')] });
  const packed = { 'content-encoding': 'gzip' };
  assert.equal((await quote(new Blob([gzipSync(good)]), packed)).status, 200);
  const cut = new Blob([gzipSync(good).subarray(0, 40)]);
  for (const [body, headers] of [
    [good, packed],
    [cut, packed],
    [good, { 'content-encoding': 'br' }],
    ['{"items":', {}],
    ['"', {}],
  ] as const) {
    const reply = await quote(body, headers);
    assert.deepEqual({ status: reply.status, code: codeOf(reply) }, { status: 400, code: 'body.malformed' });
  }
  for (const headers of [{ 'content-encoding': 'zip' }, { 'content-type': 'application/json; charset=utf-16' }]) {
    const reply = await quote(good, headers);
    assert.deepEqual({ status: reply.status, code: codeOf(reply) }, { status: 415, code: 'body.unsupported' });
  }
  assert.equal((await quote(good, { 'content-type': 'application/json; charset="UTF-8"' })).status, 200);
  const nowhere = await call(`${url}/p/%zz`, { method: 'GET' });
  assert.deepEqual({ status: nowhere.status, code: codeOf(nowhere) }, { status: 404, code: 'operation.not_found' });
});
