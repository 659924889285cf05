import assert from 'node:assert/strict';
import test from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { contract, type ErrorBody, type Operation, type OperationName } from '../../api/contract/index.ts';
import { addressOf } from '../../api/http/route.ts';
import { listRoutes } from '../../api/routes/index.ts';
import { codeOf } from '../support/agency.ts';
import { startApi } from '../support/api.ts';
import { call, type Sent } from '../support/call.ts';

const { createAgency, url, logs, deps } = await startApi();
const names = Object.keys(contract) as OperationName[];
const specification = (
  await call<{ paths: Record<string, Record<string, { operationId: string }>>; components: { schemas: { Error: object } } }>(
    `${url}/openapi.json`,
    { method: 'GET' },
  )
).body;
const isError = new Ajv2020({ strict: false }).compile(specification.components.schemas.Error);

const ask = (name: OperationName, sent: Sent = {}, query = '') => {
  const { method }: Operation = contract[name];
  const address = addressOf(name).replace(':slug', 'nobody');
  return call(`${url}${address}${query}`, { method, ...(method === 'POST' && { body: {} }), ...sent });
};

test('system.openapi V1: the specification, the contract and the routes are one list', () => {
  const specified = Object.values(specification.paths).flatMap((path) => Object.values(path).map(({ operationId }) => operationId));
  assert.deepEqual(specified.sort(), [...names].sort());
  assert.deepEqual(
    listRoutes(deps)
      .map(({ name }) => name)
      .sort(),
    [...names].sort(),
  );
});

test('system.openapi T9: every operation declares who may call it', () => {
  for (const name of names) {
    const { callers }: Operation = contract[name];
    assert.ok(Object.keys(callers).length > 0, `${name} has no callers`);
    assert.ok(!callers.anyone || Object.keys(callers).length === 1, `${name} is for anyone and for somebody`);
  }
});

test('brand.read T3: the publishable key opens the brand and nothing of a client', async () => {
  const agency = await createAgency({ stripe: false });
  const query = `?key=${agency.keys.test.publishable}`;
  assert.equal((await ask('brand.read', { origin: agency.origin }, query)).status, 200);
  for (const name of names) {
    const { callers }: Operation = contract[name];
    if (callers.visitor || callers.anyone) continue;
    const reply = await ask(name, { origin: agency.origin }, query);
    assert.equal(reply.status, 401, `${name} answered ${reply.status} to a publishable key`);
  }
});

test("agency.read T9: a client meets not_parent at everything that is the agency's", async () => {
  const page = await (await createAgency({ stripe: false })).openPage();
  await page.signUp();
  for (const name of names) {
    const { callers }: Operation = contract[name];
    if (callers.visitor || callers.anyone || callers.client) continue;
    const reply = await ask(name, { origin: page.origin, key: page.token });
    assert.deepEqual({ status: reply.status, code: codeOf(reply) }, { status: 403, code: 'agency.not_parent' }, name);
  }
});

test("agencies.create T9: the secret key of an agency is not the platform's key", async () => {
  const agency = await createAgency({ stripe: false });
  const reply = await ask('agencies.create', { key: agency.keys.test.secret });
  assert.deepEqual({ status: reply.status, code: codeOf(reply) }, { status: 403, code: 'scope.missing' });
});

test('brand.read T6: a wrong page and a wrong key get the same answer, before any work', async () => {
  const agency = await createAgency({ stripe: false });
  const key = agency.keys.test.publishable;
  const replies = [
    await ask('brand.read', { origin: 'https://evil.test' }, `?key=${key}`),
    await ask('brand.read', { origin: agency.origin }, '?key=wlp_test_nobody'),
    await ask('brand.read', { origin: agency.origin }, `?key=${'nobody'.repeat(1000)}`),
    await ask('brand.read', { origin: 'null' }, `?key=${key}`),
    await ask('brand.read', {}, `?key=${key}`),
  ];
  for (const { status, body, headers } of replies) {
    const { requestId: _id, ...error } = (body as ErrorBody).error;
    assert.deepEqual(
      { status, error },
      { status: 403, error: { code: 'origin.refused', message: 'This page may not use this key.', type: 'permission' } },
    );
    assert.match(headers.get('vary') ?? '', /Origin/);
  }
  const local = await ask('brand.read', { origin: 'http://localhost:5173' }, `?key=${key}`);
  assert.equal(local.status, 200, 'test keys allow localhost');
  const live = await ask('brand.read', { origin: 'http://localhost:5173' }, `?key=${agency.keys.live.publishable}`);
  assert.equal(live.status, 403, 'live keys do not');
});

test('credits.balance T6: a session that is sent from a page that is not listed is refused as a wrong key is', async () => {
  const page = await (await createAgency({ stripe: false })).openPage();
  await page.signUp();
  for (const origin of ['https://evil.test', `${page.origin}.evil.test`, 'null']) {
    const reply = await ask('credits.balance', { origin, key: page.token });
    assert.deepEqual({ status: reply.status, code: codeOf(reply) }, { status: 403, code: 'origin.refused' }, origin);
  }
  assert.equal((await ask('credits.balance', { origin: page.origin, key: page.token })).status, 200);
});

test("brand.read T6: a preflight is answered for the agency's own pages only", async () => {
  const agency = await createAgency({ stripe: false });
  const preflight = (origin: string) =>
    fetch(`${url}/v1/credits.checkout?key=${agency.keys.test.publishable}`, {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization' },
    });
  assert.equal((await preflight(agency.origin)).headers.get('access-control-allow-origin'), agency.origin);
  assert.equal((await preflight('https://evil.test')).headers.get('access-control-allow-origin'), null);
});

test('brand.read PG6: a preflight allows whatever headers the tracing of a page adds', async () => {
  const agency = await createAgency({ stripe: false });
  const { headers } = await fetch(`${url}/v1/credits.checkout?key=${agency.keys.test.publishable}`, {
    method: 'OPTIONS',
    headers: { origin: agency.origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'traceparent,x-own' },
  });
  assert.equal(headers.get('access-control-allow-headers'), 'traceparent,x-own');
});

test('system.openapi T12: every refusal has the same shape, and its request id is logged', async () => {
  const replies = [
    await call(`${url}/nothing/here`, { method: 'GET' }),
    await call(`${url}/v1/brand.read`, { method: 'POST', body: {} }),
    await call(`${url}/v1/agencies.create`, { key: deps.keys.platformKey, body: '{"broken' }),
    await call(`${url}/v1/agencies.create`, { key: deps.keys.platformKey, body: '[]' }),
    await call(`${url}/v1/agencies.create`, { key: deps.keys.platformKey, body: 'text', headers: { 'content-type': 'text/plain' } }),
    await call(`${url}/v1/agencies.create`, { key: deps.keys.platformKey, body: `{"name":"${'x'.repeat(200_000)}"}` }),
    await call(`${url}/v1/agencies.create`, { key: deps.keys.platformKey, body: '['.repeat(20_000) + ']'.repeat(20_000) }),
    await call(`${url}/v1/agencies.create`, { key: 'wlk_wrong', body: {} }),
    await call(`${url}/api/webhooks/stripe/nobody`, { body: {} }),
    ...(await Promise.all(names.filter((name) => !(contract[name] as Operation).callers.anyone).map((name) => ask(name)))),
  ];
  assert.deepEqual(
    replies.slice(0, 9).map(({ status }) => status),
    [404, 405, 400, 422, 415, 413, 400, 401, 404],
  );
  for (const { status, body, headers } of replies) {
    assert.ok(status >= 400 && status < 500, `${status}`);
    assert.ok(isError(body), JSON.stringify(body));
    const { requestId } = (body as ErrorBody).error;
    assert.equal(headers.get('request-id'), requestId);
    assert.ok(
      logs.some((line) => line.includes(requestId)),
      'the log has it',
    );
  }
});

test('system.live V6: liveness and readiness reveal nothing else', async () => {
  assert.deepEqual((await call(`${url}/livez`, { method: 'GET' })).body, { ok: true });
  assert.deepEqual((await call(`${url}/readyz`, { method: 'GET' })).body, { ok: true, troubles: [] });
});
