import assert from 'node:assert/strict';
import test from 'node:test';
import mongoose from 'mongoose';
import type { Input } from '../../../../api/contract/index.ts';
import { type Agency, codeOf } from '../../../support/agency.ts';
import { startApi } from '../../../support/api.ts';

const { createAgency, deps } = await startApi();
type Packages = NonNullable<Input<'agency.update'>['packages']>;

type Plans = NonNullable<Input<'agency.update'>['plans']>;

const pro = {
  name: 'Pro',
  centsPer100Credits: 3000,
  currency: 'EUR',
  priceMillis: 5000,
  features: ['reports'],
} satisfies Plans[number];

/** An agency with a client on a paid plan. */
async function openWithClient() {
  const agency = await createAgency({ stripe: false });
  const { plans } = await agency.call('agency.update', { plans: [pro] });
  const planId = plans[0]?.id ?? '';
  const page = await agency.openPage();
  await page.enter();
  await agency.allocate(page.clientId, 50_000);
  await page.call('plans.choose', { planId, priceMillis: pro.priceMillis });
  return { agency, page, planId };
}

const problemOf = ({ status, body }: { status: number; body: unknown }) => {
  const { code, param, message } = (body as { error: { code: string; param: string; message: string } }).error;
  return { status, code, param, message };
};

test('agency.update MT1: a plan without an id means the plan of its name, and its clients keep it', async () => {
  const { agency, page, planId } = await openWithClient();
  const { plans } = await agency.call('agency.update', { plans: [{ ...pro, priceMillis: 9000 }] });
  assert.deepEqual(
    plans.map(({ id, priceMillis, active }) => ({ id, priceMillis, active })),
    [{ id: planId, priceMillis: 9000, active: true }],
  );
  assert.equal((await page.call('entitlements.read', {})).planId, planId);
});

test('agency.update MT1: a plan missing in the list is retired: its client keeps it, and nobody else can choose it', async () => {
  const { agency, page, planId } = await openWithClient();
  const visitor = await agency.openPage();
  await visitor.enter();
  for (const plans of [[{ ...pro, name: 'Max' }], [], null]) {
    await agency.call('agency.update', { plans });
    const { planName, features } = await page.call('entitlements.read', {});
    assert.deepEqual({ planName, features }, { planName: 'Pro', features: ['reports'] });
    assert.equal(codeOf(await visitor.try('plans.choose', { planId, priceMillis: pro.priceMillis })), 'plan.not_found');
    assert.ok(!(await visitor.call('plans.list', {})).plans.some(({ id }) => id === planId));
  }
  assert.deepEqual(
    (await agency.call('agency.read', {})).plans.map(({ name, active }) => ({ name, active })),
    [
      { name: 'Max', active: false },
      { name: 'Pro', active: false },
    ],
  );
  await agency.call('agency.update', { plans: [{ id: planId, active: true }] });
  assert.ok(
    (await visitor.call('plans.list', {})).plans.some(({ id }) => id === planId),
    'it can be put back',
  );
});

test('agency.update MT1: a script that declares all plans and packages without ids can run again and again', async () => {
  const agency = await createAgency({ stripe: false });
  const declared: Input<'agency.update'> = {
    plans: [pro, { ...pro, name: 'Max' }],
    packages: [
      { name: 'Twin', creditsMillis: 100_000, priceCents: 4000, currency: 'EUR' },
      { name: 'Twin', creditsMillis: 200_000, priceCents: 8000, currency: 'EUR' },
    ],
  };
  const { plans, packages, version } = await agency.call('agency.update', declared);
  const again = await agency.call('agency.update', declared);
  assert.deepEqual({ plans: again.plans, packages: again.packages, version: again.version }, { plans, packages, version });
  assert.equal(packages.filter(({ active }) => active).length, 2);
});

for (const list of ['plans', 'packages'] as const) {
  test(`agency.update SX34: two ${list} of one id are refused at the second`, async () => {
    const agency = await createAgency({ stripe: false });
    const before = await agency.call('agency.read', {});
    const id = list === 'plans' ? 'pln_twice' : 'pkg_twice';
    const one = list === 'plans' ? pro : { name: 'One', creditsMillis: 100_000, priceCents: 4000, currency: 'EUR' };
    const answer = problemOf(await agency.try('agency.update', { [list]: [{ ...one, id }, one, { ...one, id }] }));
    assert.deepEqual(answer, {
      status: 422,
      code: 'input.invalid',
      param: `${list}.2.id`,
      message: `${id} stands in the list before; leave the id out for a new one.`,
    });
    assert.deepEqual(await agency.call('agency.read', {}), before);
  });
}

test('agency.update MT1: a list has a limit, and the sentence says how to go on', async () => {
  const agency = await createAgency({ stripe: false, packages: [] });
  const many = (count: number, name: string): Packages =>
    Array.from({ length: count }, (_, index) => ({ name: `${name} ${index}`, creditsMillis: 100_000, priceCents: 4000, currency: 'EUR' }));
  assert.deepEqual(problemOf(await agency.try('agency.update', { packages: many(21, 'Many') })), {
    status: 422,
    code: 'package.too_many',
    param: 'packages',
    message: 'There can be 20 packages on offer, and 100 with the retired ones. Name one that is there by its id.',
  });
  const { live } = agency;
  for (let round = 0; round < 5; round += 1) await live.call('agency.update', { packages: many(20, `Round ${round}`) });
  assert.equal(codeOf(await live.try('agency.update', { packages: many(1, 'One more') })), 'package.too_many');
  assert.equal((await live.call('agency.read', {})).packages.length, 100);
  const [named] = (await live.call('agency.read', {})).packages.slice(-1);
  await live.call('agency.update', { packages: [{ ...many(1, 'One more')[0], id: named?.id ?? '' } as Packages[number]] });
});

test('agency.publish MT1: lists tried often in test stay within limits, and retired trials are not published', async () => {
  const agency = await createAgency({ stripe: false, packages: [] });
  const many = (round: number): Packages =>
    Array.from({ length: 20 }, (_, index) => ({ name: `${round}.${index}`, creditsMillis: 100_000, priceCents: 4000, currency: 'EUR' }));
  for (let round = 0; round < 7; round += 1) await agency.call('agency.update', { packages: many(round) });
  const { packages } = await agency.call('agency.read', {});
  assert.deepEqual(
    { stored: packages.length, active: packages.filter(({ active }) => active).map(({ name }) => name) },
    { stored: 100, active: many(6).map(({ name }) => name) },
  );
  const { version, packages: differences } = await agency.live.call('agency.compare', {});
  assert.deepEqual(new Set(differences.map(({ change }) => change)), new Set(['comes']));
  await agency.live.call('agency.publish', { version });
  assert.equal((await agency.live.call('agency.read', {})).packages.length, 20);
});

test('credits.checkout MT1: a retired package is not sold any more, except to a client who is paying for it', async () => {
  const agency = await createAgency();
  const page = await agency.openPage();
  await page.enter();
  const { packages } = await page.call('credits.packages', {});
  const [first, second] = packages;
  assert.ok(first && second);
  const bought = await page.call('credits.checkout', { packageId: second.id, returnUrl: page.returnUrl });
  await agency.call('agency.update', { packages: [{ id: first.id }] });
  assert.deepEqual(
    (await page.call('credits.packages', {})).packages.map(({ id }) => id),
    [first.id],
  );
  assert.equal(codeOf(await page.try('credits.checkout', { packageId: second.id, returnUrl: page.returnUrl })), 'package.not_found');
  assert.equal((await page.call('purchases.read', { purchaseId: bought.purchaseId })).priceCents, second.priceCents);
});

const offer = async (agency: Agency, change: Packages[number]) => agency.try('agency.update', { packages: [change] });

test('agency.update MT4: a package has milli-credits under the new name, and the old name works both ways', async () => {
  const agency = await createAgency({ stripe: false, packages: [] });
  const named = { name: 'Old', priceCents: 4000, currency: 'EUR' } as const;
  const { packages } = (await offer(agency, { ...named, credits: 100_000 })).body;
  const amounts = (list: typeof packages) => list.map(({ credits, creditsMillis }) => ({ credits, creditsMillis }));
  assert.deepEqual(amounts(packages), [{ credits: 100_000, creditsMillis: 100_000 }]);
  const [read] = packages;
  assert.ok(read);
  const byOldName = await offer(agency, { ...read, credits: 200_000 });
  assert.deepEqual(amounts(byOldName.body.packages), [{ credits: 200_000, creditsMillis: 200_000 }]);
  const byNewName = await offer(agency, { ...read, credits: 200_000, creditsMillis: 300_000 });
  assert.deepEqual(amounts(byNewName.body.packages), [{ credits: 300_000, creditsMillis: 300_000 }]);
  assert.equal(problemOf(await offer(agency, { id: read.id, credits: 1000, creditsMillis: 2000 })).param, 'packages.0.credits');
  assert.equal(problemOf(await offer(agency, { ...named, name: 'Neither' })).param, 'packages.0.creditsMillis');
  const page = await agency.openPage();
  assert.deepEqual(
    (await page.call('credits.packages', {})).packages.map(({ credits, creditsMillis }) => ({ credits, creditsMillis })),
    [{ credits: 300_000, creditsMillis: 300_000 }],
  );
});

test('agency.update MT4: a price per credit that looks like a slip needs a confirmation', async () => {
  // Where the plan sells no credits for money, there is no other price to compare.
  const agency = await createAgency({ stripe: false, packages: [], plan: { centsPer100Credits: 0, currency: 'EUR' } });
  const one = { name: 'Slip', currency: 'EUR' } as const;
  const slips: [creditsMillis: number, priceCents: number, price: string][] = [
    [100, 4500, '€450.00'],
    [100_000, 100_100, '€10.01'],
    [100_000_000, 99_999, 'less than €0.01'],
  ];
  for (const [creditsMillis, priceCents, price] of slips) {
    assert.deepEqual(problemOf(await offer(agency, { ...one, creditsMillis, priceCents })), {
      status: 422,
      code: 'package.price_unusual',
      param: 'packages.0.creditsMillis',
      message: `A credit would cost ${price}; 1 credit is 1000 in creditsMillis. Send priceConfirmed with the package if that is meant.`,
    });
  }
  for (const [creditsMillis, priceCents] of [
    [100_000, 100_000],
    [100_000_000, 100_000],
  ] as const)
    assert.equal((await offer(agency, { ...one, creditsMillis, priceCents })).status, 200, 'the ends are usual');
  const { body } = await offer(agency, { ...one, creditsMillis: 100, priceCents: 4500, priceConfirmed: true });
  const id = body.packages[0]?.id ?? '';
  assert.equal((await offer(agency, { id, name: 'Meant' })).status, 200, 'what was confirmed is not asked about again');
  assert.equal(codeOf(await offer(agency, { id, priceCents: 4600 })), 'package.price_unusual');
});

test('credits.packages MT4: packages stored in the old form are offered, bought and changed as before', async () => {
  const agency = await createAgency();
  const { packages } = await agency.call('agency.read', {});
  const former = packages.map(({ creditsMillis: _new, active: _active, ...rest }) => rest);
  await mongoose.connection
    .collection('agencies')
    .updateOne({ _id: agency.id as never }, { $set: { 'settings.test.packages': former }, $unset: { 'stripe.test.packageId': 1 } });
  deps.directory.forget();
  assert.deepEqual((await agency.call('agency.read', {})).packages, packages);
  const page = await agency.openPage();
  await page.enter();
  for (const { id, priceCents } of packages)
    assert.equal((await page.call('credits.checkout', { packageId: id, returnUrl: page.returnUrl })).priceCents, priceCents);
  const [first, second] = packages;
  assert.ok(first && second);
  const moved = await agency.call('agency.update', { packages: [{ id: second.id }, { id: first.id, name: 'Renamed' }] });
  assert.deepEqual(
    { name: moved.packages[1]?.name, packageId: moved.stripe.packageId },
    { name: 'Renamed', packageId: first.id },
    'the pasted price stays with its package',
  );
});
