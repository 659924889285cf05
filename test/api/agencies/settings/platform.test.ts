import assert from 'node:assert/strict';
import test from 'node:test';
import mongoose from 'mongoose';
import type { Input, Output } from '../../../../api/contract/index.ts';
import { codeOf } from '../../../support/agency.ts';
import { startApi } from '../../../support/api.ts';
import { call, type Reply } from '../../../support/call.ts';

const api = await startApi();
const { createAgency, url, platformKey, deps } = api;
type Created = Output<'agencies.create'>;

const input = (slug: string): Input<'agencies.create'> => ({
  name: 'Repeated',
  slug,
  plan: { centsPer100Credits: 4000, currency: 'EUR' },
  minutesMillis: 5000,
});
const create = (body: Input<'agencies.create'>, attempt?: string): Promise<Reply<Created>> =>
  call(`${url}/v1/agencies.create`, { key: platformKey, body, ...(attempt && { headers: { 'idempotency-key': attempt } }) });
const read = (key: string) => call<Output<'agency.read'>>(`${url}/v1/agency.read`, { key, method: 'GET' });
const list = (query: Record<string, string>) =>
  call<Output<'agencies.list'>>(`${url}/v1/agencies.list?${new URLSearchParams(query)}`, { key: platformKey, method: 'GET' });

test('agencies.create SX30: a lost answer is repeated with the same keys, and nothing is created twice', async () => {
  const first = await create(input('asked-again'), 'attempt-0001');
  const again = await create(input('asked-again'), 'attempt-0001');
  assert.deepEqual(
    { firstStatus: first.status, againStatus: again.status, idempotentReplayed: again.headers.get('idempotent-replayed') },
    { firstStatus: 200, againStatus: 200, idempotentReplayed: 'true' },
  );
  assert.deepEqual(again.body, first.body);
  for (const mode of ['test', 'live'] as const) {
    const { status, body } = await read(again.body.keys[mode].secret);
    assert.deepEqual({ status, mode: body.mode, available: body.minutes.available }, { status: 200, mode, available: 5000 });
  }
  const others = [again.body.keys.test, again.body.keys.live].flatMap(({ publishable, secret }) => [publishable, secret]);
  assert.equal(new Set(others).size, 4);
  assert.equal(codeOf(await create(input('asked-again'), 'attempt-0002')), 'slug.taken', 'another attempt is another agency');
  const { entries } = (await call<Output<'journal.list'>>(`${url}/v1/journal.list`, { key: first.body.keys.test.secret, method: 'GET' }))
    .body;
  assert.deepEqual(
    entries.map(({ action }) => action),
    ['agencies.create'],
  );
});

test('agencies.create SX30: parallel requests with one key get one agency and the same keys', async () => {
  const replies = await Promise.all(Array.from({ length: 5 }, () => create(input('asked-at-once'), 'attempt-0003')));
  for (const { status, body } of replies) assert.deepEqual({ status, body }, { status: 200, body: replies[0]?.body });
  assert.equal((await list({ slug: 'asked-at-once' })).body.agencies.length, 1);
});

test('agencies.create SX30: no secret is stored, neither in the database nor in the log', async () => {
  const { body } = await create(input('keeps-nothing'), 'attempt-0004');
  await create(input('keeps-nothing'), 'attempt-0004');
  const secrets = [body.keys.test.secret, body.keys.live.secret];
  const kept: string[] = [...api.logs];
  for (const { name } of await mongoose.connection.listCollections())
    kept.push(JSON.stringify(await mongoose.connection.collection(name).find().toArray()));
  for (const secret of secrets) assert.ok(!kept.some((text) => text.includes(secret)));
});

test('agencies.create SX30: rotated keys are not returned as if they worked', async () => {
  const { body } = await create(input('moved-on'), 'attempt-0005');
  await api.platform('agencies.rotateKey', { agencyId: body.id, mode: 'test', kind: 'secret', overlapSeconds: 0 });
  const again = await create(input('moved-on'), 'attempt-0005');
  assert.deepEqual({ status: again.status, code: codeOf(again) }, { status: 409, code: 'agency.keys_rotated' });
});

test('agencies.create SX30: an attempt that died half-way is finished by the same key, with its minutes once', async () => {
  api.crashAt('agency.after_insert');
  assert.equal((await create(input('cut-short'), 'attempt-0006')).status, 500);
  api.crashAt(undefined);
  for (let time = 0; time < 2; time += 1) {
    const { status, body } = await create(input('cut-short'), 'attempt-0006');
    assert.equal(status, 200);
    for (const mode of ['test', 'live'] as const) assert.equal((await read(body.keys[mode].secret)).body.minutes.available, 5000);
  }
});

test('agencies.list MT6: the platform lists every agency, page by page or by a present or former slug', async () => {
  const agencies = [await createAgency(), await createAgency({ stripe: false }), await createAgency({ stripe: false })];
  const seen: Output<'agencies.list'>['agencies'] = [];
  for (let after: string | null = ''; after !== null; ) {
    const { body }: Reply<Output<'agencies.list'>> = await list({ limit: '2', ...(after && { after }) });
    seen.push(...body.agencies);
    after = body.next;
  }
  const ids = seen.map(({ id }) => id);
  assert.deepEqual(ids, [...new Set(ids)].sort());
  assert.equal(ids.length, await mongoose.connection.collection('agencies').countDocuments());
  const [first, second] = agencies;
  assert.ok(first && second);
  await second.live.call('agency.update', { slug: 'found-by-both' });
  await api.platform('agencies.suspend', { agencyId: second.id, reason: 'Unpaid fees' });
  const bySlug = async (slug: string) =>
    (await list({ slug })).body.agencies.map(({ id, suspended, payments }) => ({ id, suspended, payments }));
  assert.deepEqual(await bySlug(first.slug), [{ id: first.id, suspended: null, payments: ['test'] }]);
  for (const slug of [second.slug, 'found-by-both'])
    assert.deepEqual(await bySlug(slug), [{ id: second.id, suspended: 'Unpaid fees', payments: [] }]);
  assert.deepEqual(await bySlug('nobody-has-this'), []);
});

test('agencies.rotateKey MT6: the platform replaces a lost secret key, at once or with an overlap, and journals it', async () => {
  const agency = await createAgency({ stripe: false });
  const lost = agency.keys.live.secret;
  const { key } = await api.platform('agencies.rotateKey', { agencyId: agency.id, mode: 'live', kind: 'secret', overlapSeconds: 60 });
  assert.match(key, /^wls_live_/);
  for (const one of [key, lost]) assert.equal((await read(one)).body.mode, 'live');
  const next = await api.platform('agencies.rotateKey', { agencyId: agency.id, mode: 'live', kind: 'secret', overlapSeconds: 0 });
  deps.directory.forget();
  assert.deepEqual(
    { lost: (await read(lost)).status, key: (await read(key)).status, next: (await read(next.key)).status },
    { lost: 401, key: 401, next: 200 },
  );
  assert.equal((await read(agency.keys.test.secret)).status, 200, 'the other mode keeps its own');
  const { publishable } = agency.keys.test;
  const page = await api.platform('agencies.rotateKey', { agencyId: agency.id, mode: 'test', kind: 'publishable' });
  assert.match(page.key, /^wlp_test_/);
  assert.notEqual(page.key, publishable);
  const [newest] = (await agency.call('journal.list', {})).entries;
  assert.deepEqual(
    { action: newest?.action, actor: newest?.actor, mode: newest?.mode },
    { action: 'agencies.rotateKey', actor: 'platform', mode: null },
  );
  assert.ok(!JSON.stringify(newest).includes(page.key));
  const unknown = await call(`${url}/v1/agencies.rotateKey`, {
    key: platformKey,
    body: { agencyId: 'agn_nobody', mode: 'test', kind: 'secret' },
  });
  assert.deepEqual({ status: unknown.status, code: codeOf(unknown) }, { status: 404, code: 'agency.not_found' });
});
