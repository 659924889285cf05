import assert from 'node:assert/strict';
import test from 'node:test';
import type { ErrorBody, OperationName, Output } from '../../../api/contract/index.ts';
import { startApi } from '../../support/api.ts';
import { call } from '../../support/call.ts';
import { startSecond } from '../../support/second-server.ts';
import { until } from '../../support/until.ts';

const api = await startApi();
const { createAgency, url } = api;
const elsewhere = await startSecond(api);

const rotating: ['secret' | 'publishable', OperationName][] = [
  ['secret', 'agency.read'],
  ['publishable', 'brand.read'],
];
for (const [kind, name] of rotating) {
  test(`keys.rotate T7: a new ${kind} key works at once, the old one until the overlap ends, in every process`, async () => {
    const agency = await createAgency({ stripe: false });
    const ask = (key: string, base: string) =>
      kind === 'secret'
        ? call(`${base}/v1/${name}`, { method: 'GET', key })
        : call(`${base}/v1/${name}?key=${key}`, { method: 'GET', origin: agency.origin });
    const old = agency.keys.test[kind];
    assert.equal((await ask(old, elsewhere)).status, 200);
    const made = await agency.call('keys.rotate', { kind, overlapSeconds: 1 });
    const endsAt = Date.parse(made.previousWorkUntil);
    for (const base of [url, elsewhere]) assert.equal((await ask(made.key, base)).status, 200);
    const refused = kind === 'secret' ? 401 : 403;
    for (const base of [url, elsewhere]) await until(async () => (await ask(old, base)).status === refused, 'the refusal', 5);
    assert.ok(Date.now() >= endsAt, 'not before');
    assert.equal((await ask(made.key, url)).status, 200);
    agency.keys.test[kind] = made.key;
    const { keys } = await agency.call('keys.list', {});
    const listed = keys.filter((key) => key.kind === kind);
    assert.deepEqual(
      listed.map(({ hint, mode, worksUntil }) => [hint, mode, worksUntil]),
      [[kind === 'secret' ? made.key.slice(-4) : made.key, 'test', null]],
    );
    assert.ok(!JSON.stringify(keys).includes(agency.keys.test.secret), 'no secret is listed');
  });
}

test('keys.rotate T7: two rotations at once make two keys or one refusal, and never lose a key', async () => {
  const agency = await createAgency({ stripe: false });
  const replies = await Promise.all([1, 2, 3].map(() => agency.try('keys.rotate', { kind: 'secret', overlapSeconds: 60 })));
  for (const { status, body } of replies) {
    if (status === 409) continue;
    assert.equal(status, 200);
    assert.equal((await call(`${url}/v1/agency.read`, { method: 'GET', key: body.key })).status, 200);
  }
});

const statusOf = async (name: OperationName, key: string) => (await call(`${url}/v1/${name}`, { method: 'GET', key })).status;

test('agencies.rotateKey T17: a restricted key works beside the full one, and its successor may do no more', async () => {
  const agency = await createAgency({ stripe: false });
  const wanted = { agencyId: agency.id, mode: 'test', kind: 'secret', overlapSeconds: 0 } as const;
  const first = await api.platform('agencies.rotateKey', { ...wanted, permissions: ['agency:write', 'agency:read', 'agency:read'] });
  const other = await api.platform('agencies.rotateKey', { ...wanted, permissions: ['clients:read'] });
  const second = await call<Output<'keys.rotate'>>(`${url}/v1/keys.rotate`, {
    key: first.key,
    body: { kind: 'secret', overlapSeconds: 0 },
  });
  const { keys } = await agency.call('keys.list', {});
  assert.deepEqual(
    keys.filter(({ kind }) => kind === 'secret').map(({ hint, permissions }) => ({ hint, permissions })),
    [
      { hint: second.body.key.slice(-4), permissions: ['agency:read', 'agency:write'] },
      { hint: other.key.slice(-4), permissions: ['clients:read'] },
      { hint: agency.keys.test.secret.slice(-4), permissions: null },
    ],
  );
  const read = async (key: string) => ({ settings: await statusOf('agency.read', key), balance: await statusOf('credits.balance', key) });
  assert.deepEqual(await read(first.key), { settings: 401, balance: 401 });
  assert.deepEqual(await read(second.body.key), { settings: 200, balance: 403 });
  assert.deepEqual(await read(agency.keys.test.secret), { settings: 200, balance: 422 });
  const full = await agency.call('keys.rotate', { kind: 'secret', overlapSeconds: 0 });
  assert.deepEqual(await read(full.key), { settings: 200, balance: 422 }, 'the successor of a full key is one');
  assert.deepEqual(await read(second.body.key), { settings: 200, balance: 403 }, 'and ends no restricted one');
});

test("agencies.rotateKey T17: permissions that are no secret key's, unknown or none at all are refused", async () => {
  const agency = await createAgency({ stripe: false });
  const refused = async (input: object) => {
    const wanted = { agencyId: agency.id, mode: 'test', kind: 'secret', overlapSeconds: 0, ...input };
    const { status, body } = await call<ErrorBody>(`${url}/v1/agencies.rotateKey`, { key: api.platformKey, body: wanted });
    return { status, param: body.error.param };
  };
  assert.deepEqual(await refused({ kind: 'publishable', permissions: ['clients:read'] }), { status: 422, param: 'permissions' });
  assert.deepEqual(await refused({ permissions: [] }), { status: 422, param: 'permissions' });
  assert.deepEqual(await refused({ permissions: ['clients:all'] }), { status: 422, param: 'permissions.0' });
  assert.equal((await agency.call('keys.list', {})).keys.length, 2, 'and no key was made');
});
