import assert from 'node:assert/strict';
import { connect } from 'node:net';
import test from 'node:test';
import { gzipSync } from 'node:zlib';
import type { ErrorBody, Operation, OperationName } from '../../api/contract/index.ts';
import { parseAs } from '../../api/contract/parse.ts';
import { Refusal } from '../../api/contract/refusal.ts';
import type { Agency } from '../support/agency.ts';
import { startApi } from '../support/api.ts';
import type { Page } from '../support/page.ts';
import { draw } from '../support/runs.ts';
import { hostileBodies, hostileValues } from './hostile-values.ts';
import { addressOfCall, fingerprints, missing, names, operationOf } from './world.ts';

const api = await startApi();
const agency = await api.createAgency();
const page = await agency.openPage();
await page.signUp();
const closed = names.filter((name) => !operationOf(name).callers.anyone);
const isBytes = (name: OperationName) => ['raw', 'bytes'].includes(operationOf(name).body ?? 'json');
const writing = names.filter((name) => operationOf(name).method === 'POST' && !isBytes(name));

interface Sent {
  query?: Record<string, string>;
  body?: string | Uint8Array<ArrayBuffer>;
  headers?: Record<string, string>;
}

/** Makes one call as a caller whom the operation admits. */
async function send(name: OperationName, { query = {}, body, headers = {} }: Sent, by: { agency: Agency; page: Page } = { agency, page }) {
  const { callers, method, body: kind } = operationOf(name);
  const isPage = callers.client !== undefined || callers.visitor === true;
  const key = isPage ? by.page.token : callers.agency ? by.agency.keys.test.secret : api.platformKey;
  const params = new URLSearchParams({ ...query, ...(isPage && { key: by.agency.keys.test.publishable }) });
  const reply = await fetch(`${api.url}${addressOfCall(name, by.agency.slug)}?${params}`, {
    method,
    headers: {
      ...(isPage && { origin: by.agency.origin }),
      ...(!(callers.visitor && callers.client === undefined) && { authorization: `Bearer ${key}` }),
      ...(method === 'POST' && { 'content-type': kind === 'simple' ? 'text/plain' : 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body }),
  });
  const text = await reply.text();
  return { status: reply.status, text, error: () => (JSON.parse(text) as ErrorBody).error };
}

/** Lists the places of an input: its fields, and those nested in its example. */
function places(value: unknown, path: string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return [path];
  const below = Object.entries(value).flatMap(([field, inner]) => places(inner, [...path, field]));
  return path.length > 0 ? [path, ...below] : below;
}

function put(value: unknown, [field, ...rest]: string[], odd: unknown): unknown {
  if (field === undefined) return odd;
  if (Array.isArray(value)) return value.map((inner, index) => (String(index) === field ? put(inner, rest, odd) : inner));
  return { ...(value as object), [field]: put((value as Record<string, unknown>)[field], rest, odd) };
}

const valueAt = (value: unknown, path: string[]): unknown =>
  path.reduce<unknown>((inner, field) => (inner as Record<string, unknown> | undefined)?.[field], value);

/** The same text in letters of double width, and with half a letter behind it. */
const wide = (text: unknown): string[] => [
  String(text).replace(/[!-~]/g, (letter) => String.fromCharCode(letter.charCodeAt(0) + 0xfee0)),
  `${text}\ud800`,
];

/** Tells whether the schema refuses it, with a sentence for whoever sent it; it fails in no other way. */
function isRefused(input: Operation['input'], sent: unknown): boolean {
  try {
    parseAs(input, sent);
    return false;
  } catch (error) {
    assert.ok(error instanceof Refusal, String(error));
    assert.match(error.message, /^[A-Z].*[.!]$/s);
    return true;
  }
}

test('the hostile values A04 A07 A37: no value at any place of any input is a 5xx, and a refused one leaves nothing', async () => {
  const before = await fingerprints();
  let tried = 0;
  for (const name of closed) {
    const { example, input, method } = operationOf(name);
    // Ids of nothing, so that inputs which pass the schema find nothing.
    const ids: Record<string, string> = {
      clientId: missing.cli,
      purchaseId: missing.pur,
      packageId: missing.pkg,
      sessionId: missing.ses,
      agencyId: missing.agn,
      sourceId: missing.src,
      agentId: missing.agt,
      numberId: missing.num,
      reservationId: missing.rsv,
    };
    const base = Object.fromEntries(Object.entries(example).map(([field, value]) => [field, ids[field] ?? value]));
    for (const [place, path] of (method === 'GET' || isBytes(name) ? [] : places(base)).entries()) {
      // Each place gets every fifth value, shifted, so that all values meet all operations.
      const values = hostileValues.filter((_, index) => (index + place) % 5 === 0);
      const refused = values.map((odd) => put(base, path, odd)).filter((sent) => isRefused(input, sent));
      tried += refused.length;
      // A request over real HTTP takes a hundred times as long.
      for (const sent of draw(refused, 1)) {
        const reply = await send(name, { body: JSON.stringify(sent) });
        assert.ok([400, 413, 422].includes(reply.status), `${name} ${path.join('.')}: ${reply.status} ${reply.text}`);
        assert.match(reply.error().message, /^[A-Z].*[.!]$/s, reply.text);
      }
    }
  }
  assert.ok(tried > 1_000, `${tried}`);
  assert.deepEqual(await fingerprints(), before);
});

test('the hostile values A04: odd text that a schema admits stays text: no 5xx, and only in its own field', async () => {
  const own = { agency: (await api.createAgency({ stripe: false })).live, page };
  const texts = hostileValues.filter((value): value is string => typeof value === 'string' && value.length < 1_000);
  for (const text of texts) {
    const calls: [OperationName, object][] = [
      ['accounts.signIn', { login: text, password: 'Sunny-day-42', publicKey: page.publicKey }],
      ['credits.allocate', { clientId: missing.cli, amountMillis: 1000, description: text }],
      ['sessions.mint', { externalId: text }],
      ['agency.update', { name: text }],
      ['accounts.verifyEmail', { token: text }],
    ];
    for (const [name, input] of draw(calls, 1)) {
      const isOwn = name === 'agency.update' || name === 'sessions.mint' || name === 'credits.allocate';
      const reply = await send(name, { body: JSON.stringify(input) }, isOwn ? own : undefined);
      assert.ok(reply.status < 500, `${name} ${JSON.stringify(text)}: ${reply.text}`);
      if (reply.status === 200) assert.equal(name, 'agency.update');
    }
  }
  assert.equal((await agency.call('agency.read', {})).name, `Agency ${agency.slug}`);
});

test('the hostile values A04: half a letter, and wide letters, in every text of every input are never a crash', async () => {
  const other = await api.createAgency();
  const own = { agency: other, page: await other.openPage() };
  await own.page.signUp();
  let tried = 0;
  for (const name of writing.filter((name) => closed.includes(name))) {
    const { example } = operationOf(name);
    for (const path of places(example)) {
      if (typeof valueAt(example, path) !== 'string') continue;
      const sent = ['\ud800', 'user-\udfff', '\udc00\ud83d', '\uff21\uff22\uff10\uff11', ...wide(valueAt(example, path))];
      for (const odd of draw(sent, 1)) {
        const { status, text } = await send(name, { body: JSON.stringify(put(example, path, odd)) }, own);
        assert.notEqual(status, 500, `${name} ${path.join('.')}: ${text}`);
        tried += 1;
      }
    }
  }
  assert.ok(tried > 50, `${tried}`);
});

test('the hostile queries A04: operators in an address are unknown fields', async () => {
  for (const name of closed.filter((name) => operationOf(name).method === 'GET')) {
    for (const query of [{ 'clientId[$ne]': 'x' }, { 'limit[$gt]': '0' }, { __proto__x: '1' }, { 'a.b': '1' }, { $where: '1' }]) {
      const reply = await send(name, { query: query as Record<string, string> });
      assert.equal(reply.status, 422, `${name} ${JSON.stringify(query)}: ${reply.text}`);
    }
  }
});

/** Operations of one kind read a body in the same way, before they look at its fields. */
const kindOf = (name: OperationName) => {
  const { callers, body, bodyBytesMax } = operationOf(name);
  return [Object.keys(callers), body, bodyBytesMax].join();
};

for (const [what, body, statuses] of hostileBodies) {
  test(`the hostile bodies A05 A06: ${what} is refused by every operation`, async () => {
    for (const name of draw(writing, 12, kindOf)) {
      // If every field is optional, an empty input is good.
      if (what === 'nothing' && operationOf(name).input.safeParse({}).success) continue;
      const reply = await send(name, { body });
      assert.ok(statuses.includes(reply.status), `${name}: ${reply.status} ${reply.text}`);
    }
    assert.equal(({} as { polluted?: boolean }).polluted, undefined);
  });
}

test('the hostile bodies A06 A17: a bomb is not unpacked, and a form is no call', async () => {
  const bomb = gzipSync(Buffer.alloc(5_000_000, 'x'));
  const before = await fingerprints();
  for (const name of draw(writing, 20, kindOf)) {
    const packed = await send(name, { body: bomb, headers: { 'content-encoding': 'gzip' } });
    assert.equal(packed.status, 413, `${name}: ${packed.text}`);
    for (const type of ['application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'text/html', 'application/xml']) {
      const reply = await send(name, { body: 'a=1', headers: { 'content-type': type } });
      assert.equal(reply.status, 415, `${name} ${type}`);
    }
    if (operationOf(name).body !== 'simple') {
      assert.equal((await send(name, { body: '{}', headers: { 'content-type': 'text/plain' } })).status, 415, name);
    }
  }
  assert.deepEqual(await fingerprints(), before);
});

/** Sends raw bytes and returns the first line of the answer. */
const raw = (text: string) =>
  new Promise<string>((resolve, reject) => {
    const { hostname, port } = new URL(api.url);
    const socket = connect(Number(port), hostname, () => socket.write(text));
    let answer = '';
    socket.on('data', (chunk) => {
      answer += String(chunk);
      if (answer.includes('\r\n')) socket.destroy();
    });
    socket.on('error', reject);
    socket.on('close', () => resolve(answer.split('\r\n')[0] ?? ''));
  });
const status = (line: string) => Number(line.split(' ')[1]);

test("the methods A40: only the contract's method is allowed; large or repeated headers are refused", async () => {
  for (const name of names) {
    const { method } = operationOf(name);
    const address = addressOfCall(name, agency.slug);
    for (const other of ['TRACE', 'PUT', 'DELETE', 'PATCH', method === 'GET' ? 'POST' : 'GET']) {
      const line = await raw(`${other} ${address} HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
      assert.equal(status(line), 405, `${other} ${address}: ${line}`);
    }
  }
  const head = 'GET /v1/credits.balance HTTP/1.1\r\nHost: x\r\nConnection: close\r\n';
  assert.equal(status(await raw(`${head}X-Large: ${'x'.repeat(20_000)}\r\n\r\n`)), 431);
  const authorization = `Authorization: Bearer ${page.token}\r\n`;
  assert.equal(status(await raw(`${head}${authorization}\r\n`)), 200);
  assert.equal(status(await raw(`${head}${authorization}Authorization: Bearer other\r\n\r\n`)), 401);
  assert.equal(status(await raw(`${head}${authorization}${authorization}\r\n`)), 401);
  for (const scheme of ['Basic', 'Bearer  Bearer', 'Digest'])
    assert.equal(status(await raw(`${head}Authorization: ${scheme} ${page.token}\r\n\r\n`)), 401);
  for (const path of ['/v1/', '/v1/nothing.here', '/v1/credits.balance/../../etc', '/.env', '/v1/credits%2fbalance', '/%', '/v1/%ff'])
    assert.equal(status(await raw(`GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`)), 404, path);
});
