import assert from 'node:assert/strict';
import { test } from 'node:test';
import mongoose from 'mongoose';
import type { ErrorBody } from '../../../../api/contract/index.ts';
import { withOnePopular } from '../../../../api/rules/popular.ts';
import type { Agency } from '../../../support/agency.ts';
import { startApi } from '../../../support/api.ts';

const { createAgency, deps, url, platformKey } = await startApi();

const one = { creditsMillis: 100_000, priceCents: 4000, currency: 'EUR' } as const;
const listed = [
  { ...one, name: 'A', popular: true },
  { ...one, name: 'B' },
  { ...one, name: 'C' },
];

/** The names of the popular packages, as the agency reads them. */
const popularOf = async (agency: Agency) =>
  (await agency.call('agency.read', {})).packages.flatMap(({ name, popular }) => (popular ? [name] : []));

test('packages.update MT1: who is set popular takes the badge from the one that had it, in the journal too', async () => {
  const agency = await createAgency({ stripe: false, packages: listed });
  const { packages, version } = await agency.call('agency.read', {});
  const b = packages.find(({ name }) => name === 'B');
  assert.ok(b);
  const changed = await agency.call('packages.update', { packageId: b.id, popular: true });
  assert.deepEqual(changed, { package: { ...b, popular: true }, version: version + 1 });
  assert.deepEqual(await popularOf(agency), ['B']);
  const [{ action, before, after } = assert.fail('nothing was journaled')] = (await agency.call('journal.list', {})).entries;
  assert.equal(action, 'packages.update');
  const badges = (state: Record<string, unknown>) =>
    (state['test.packages'] as { name: string; popular: boolean }[]).flatMap(({ name, popular }) => (popular ? [name] : []));
  assert.deepEqual({ before: badges(before), after: badges(after) }, { before: ['A'], after: ['B'] });
  const again = await agency.call('packages.update', { packageId: b.id, popular: true });
  assert.equal(again.version, changed.version, 'the same again changes nothing');
  await agency.call('packages.create', { ...one, name: 'D', popular: true });
  assert.deepEqual(await popularOf(agency), ['D']);
  await agency.call('packages.update', { packageId: b.id, name: 'B2' });
  assert.deepEqual(await popularOf(agency), ['D'], 'a change of another field leaves it');
});

test('packages.update MT1: a retired package that comes back has no badge beside another', async () => {
  const agency = await createAgency({ stripe: false, packages: listed });
  const [a, b] = (await agency.call('agency.read', {})).packages;
  assert.ok(a && b);
  await agency.call('packages.retire', { packageId: a.id });
  await agency.call('packages.update', { packageId: b.id, popular: true });
  await agency.call('packages.update', { packageId: a.id, active: true });
  assert.deepEqual(await popularOf(agency), ['B']);
});

test('agency.update MT1: a list with two popular packages is refused at the second, for a new agency too', async () => {
  const agency = await createAgency({ stripe: false, packages: listed });
  const before = await agency.call('agency.read', {});
  const packages = [...listed, { ...one, name: 'D', popular: true }];
  const refused = await agency.try('agency.update', { packages });
  const created = await fetch(`${url}/v1/agencies.create`, {
    method: 'POST',
    headers: { authorization: `Bearer ${platformKey}`, 'content-type': 'application/json', 'idempotency-key': 'two-popular-0001' },
    body: JSON.stringify({ name: 'Two', slug: 'two-popular', plan: { centsPer100Credits: 4000, currency: 'EUR' }, packages }),
  });
  for (const [status, body] of [
    [refused.status, refused.body],
    [created.status, await created.json()],
  ]) {
    const { code, param, message } = (body as ErrorBody).error;
    assert.deepEqual(
      { status, code, param, message },
      {
        status: 422,
        code: 'input.invalid',
        param: 'packages.3.popular',
        message: 'One package is the popular one, and another stands in the list before.',
      },
    );
  }
  assert.deepEqual(await agency.call('agency.read', {}), before);
});

test('agency.update MT1: in a list the package that names the badge takes it from one that only had it', async () => {
  const agency = await createAgency({ stripe: false, packages: listed });
  const [a, b] = (await agency.call('agency.read', {})).packages;
  assert.ok(a && b);
  await agency.call('agency.update', { packages: [{ id: a.id }, { id: b.id, popular: true }] });
  assert.deepEqual(await popularOf(agency), ['B']);
});

test('credits.packages MT1: of several that were stored as popular only the first on offer shows the badge', async () => {
  const agency = await createAgency({ stripe: false, packages: listed });
  const agencies = mongoose.connection.collection('agencies');
  const stored = 'settings.test.packages';
  for (const $set of [{ [`${stored}.$[].popular`]: true }, { [`${stored}.0.active`]: false }])
    await agencies.updateOne({ _id: agency.id as never }, { $set });
  deps.directory.forget();
  const page = await agency.openPage();
  const { packages } = await page.call('credits.packages', {});
  assert.deepEqual(
    packages.map(({ name, popular }) => ({ name, popular })),
    [
      { name: 'B', popular: true },
      { name: 'C', popular: false },
    ],
  );
  assert.deepEqual(await popularOf(agency), ['B']);
});

test('agency.publish MT1: the popular package of test takes the badge from one that live keeps as retired', async () => {
  const agency = await createAgency({ stripe: false, packages: [] });
  await agency.live.call('agency.update', { packages: [{ ...one, name: 'Live', popular: true }] });
  await agency.call('agency.update', { packages: [{ ...one, name: 'Test', popular: true }] });
  const { version } = await agency.live.call('agency.compare', {});
  await agency.live.call('agency.publish', { version });
  assert.deepEqual(await popularOf(agency.live), ['Test']);
  const stored = (await mongoose.connection.collection('agencies').findOne({ _id: agency.id as never })) as unknown as {
    settings: { live: { packages: { popular: boolean }[] } };
  };
  assert.deepEqual(
    stored.settings.live.packages.map(({ popular }) => popular),
    [true, false],
  );
});

test('packages.update MT1: without anybody who takes it, the badge stays with the first that has it', () => {
  const pack = (id: string, popular: boolean, active = true) => ({ id, active, popular });
  const badged = (list: Parameters<typeof withOnePopular>[0]) => withOnePopular(list).flatMap(({ id, popular }) => (popular ? [id] : []));
  assert.deepEqual(badged([pack('a', false), pack('b', false)]), []);
  assert.deepEqual(badged([pack('a', true, false), pack('b', false)]), ['a']);
  assert.deepEqual(badged([pack('a', true, false), pack('b', true, false)]), ['a']);
  assert.deepEqual(badged([pack('a', true, false), pack('b', true), pack('c', true)]), ['b']);
});
