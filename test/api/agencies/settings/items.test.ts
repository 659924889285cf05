import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { ErrorBody } from '../../../../api/contract/index.ts';
import { Agency, codeOf } from '../../../support/agency.ts';
import { startApi } from '../../../support/api.ts';
import { runs } from '../../../support/runs.ts';

const api = await startApi();
const second = await api.beside();
const { createAgency } = api;

const pro = { name: 'Pro', centsPer100Credits: 3000, currency: 'EUR' } as const;
const one = { name: 'One', creditsMillis: 100_000, priceCents: 4000, currency: 'EUR' } as const;
const openAgency = () => createAgency({ stripe: false, packages: [] });
const namesOf = (list: { name: string; active: boolean }[]) => list.map(({ name, active }) => (active ? name : `(${name})`)).join(' ');
const paramOf = ({ body }: { body: unknown }) => (body as { error?: { param?: string } }).error?.param;

test('plans.create MT1: plans are made, changed, ordered and retired one by one, and the others stay as they are', async () => {
  const agency = await openAgency();
  const made = [];
  for (const name of ['A', 'B', 'C']) made.push((await agency.call('plans.create', { ...pro, name })).plan);
  const [a, b, c] = made;
  assert.ok(a && b && c);
  const { plan } = await agency.call('plans.update', { planId: b.id, knowledge: { fileMillis: 7 }, summary: 'Between' });
  assert.deepEqual(plan, { ...b, summary: 'Between', knowledge: { ...b.knowledge, fileMillis: 7 } });
  assert.deepEqual((await agency.call('plans.reorder', { planIds: [c.id] })).planIds, [c.id, a.id, b.id]);
  assert.deepEqual((await agency.call('plans.retire', { planId: a.id })).plan, { ...a, active: false });
  const read = await agency.call('agency.read', {});
  assert.deepEqual(read.plans, [c, { ...a, active: false }, plan]);
  assert.deepEqual((await agency.call('plans.update', { planId: a.id, active: true, summary: null })).plan, a, 'it can be put back');
  assert.deepEqual((await agency.live.call('agency.read', {})).plans, [], 'live has none of it');
});

test('packages.create MT1 MT4: packages are made, changed, ordered and retired one by one', async () => {
  const agency = await openAgency();
  const made = [];
  for (const name of ['A', 'B', 'C']) made.push((await agency.call('packages.create', { ...one, name })).package);
  const [a, b, c] = made;
  assert.ok(a && b && c);
  assert.deepEqual({ creditsMillis: a.creditsMillis, credits: a.credits }, { creditsMillis: 100_000, credits: 100_000 });
  const { package: changed } = await agency.call('packages.update', { packageId: b.id, popular: true, priceCents: 4500 });
  assert.deepEqual(changed, { ...b, popular: true, priceCents: 4500 });
  assert.deepEqual((await agency.call('packages.reorder', { packageIds: [b.id, c.id] })).packageIds, [b.id, c.id, a.id]);
  await agency.call('packages.retire', { packageId: c.id });
  const page = await agency.openPage();
  assert.deepEqual(
    (await page.call('credits.packages', {})).packages.map(({ name }) => name),
    ['B', 'A'],
  );
  const slip = await agency.try('packages.update', { packageId: a.id, creditsMillis: 100 });
  assert.deepEqual(
    { status: slip.status, code: codeOf(slip), param: paramOf(slip) },
    { status: 422, code: 'package.price_unusual', param: 'creditsMillis' },
  );
  assert.equal((await agency.try('packages.update', { packageId: a.id, creditsMillis: 100, priceConfirmed: true })).status, 200);
});

test('packages.update MT1: another price than the one at Stripe is refused at stripe.priceId', async () => {
  const agency = await createAgency();
  const [first] = (await agency.call('agency.read', {})).packages;
  assert.ok(first);
  const { status, body } = await agency.try('packages.update', {
    packageId: first.id,
    priceCents: first.priceCents + 1,
    priceConfirmed: true,
  });
  const { error } = body as unknown as ErrorBody;
  assert.deepEqual(
    { status, code: error.code, param: error.param },
    { status: 422, code: 'payments.amount_mismatch', param: 'stripe.priceId' },
  );
  assert.match(error.message, /Give stripe\.priceId a price of that amount\.$/);
});

test('plans.update MT1: an invalid plan or package is refused at its field', async () => {
  const agency = await openAgency();
  const { plan } = await agency.call('plans.create', pro);
  const before = await agency.call('agency.read', {});
  const planId = plan.id;
  const refusals = [
    [await agency.try('plans.update', { planId: 'pln_standard', name: 'X' }), 'plan.first', 'planId'],
    [await agency.try('plans.retire', { planId: 'pln_standard' }), 'plan.first', 'planId'],
    [await agency.try('plans.retire', { planId: 'pln_nobody' }), 'plan.not_found', 'planId'],
    [await agency.live.try('plans.update', { planId, name: 'X' }), 'plan.not_found', 'planId'],
    [await agency.try('plans.update', { planId, currency: 'USD' }), 'plan.currency_mixed', 'currency'],
    [await agency.try('plans.create', { ...pro, currency: 'USD' }), 'plan.currency_mixed', 'currency'],
    [
      await agency.try('plans.update', { planId, customAmount: { minMillis: 1000, maxMillis: 2000 } }),
      'input.invalid',
      'customAmount.minMillis',
    ],
    [await agency.try('plans.update', { planId, customAmount: { minMillis: 1000 } }), 'input.invalid', 'customAmount.maxMillis'],
    [await agency.try('plans.reorder', { planIds: [planId, planId] }), 'input.invalid', 'planIds.1'],
    [await agency.try('plans.reorder', { planIds: ['pln_nobody'] }), 'plan.not_found', 'planIds.0'],
    [await agency.try('packages.create', { ...one, currency: 'USD' }), 'package.currency_mixed', 'currency'],
    [await agency.try('packages.reorder', { packageIds: ['pkg_nobody'] }), 'package.not_found', 'packageIds.0'],
  ] as const;
  for (const [reply, code, param] of refusals) assert.deepEqual({ code: codeOf(reply), param: paramOf(reply) }, { code, param });
  assert.deepEqual(await agency.call('agency.read', {}), before);
});

test('plans.create MT1: the same attempt creates one plan, and one package', async () => {
  const agency = await openAgency();
  const key = { 'idempotency-key': 'only-once-0001' };
  const plans = await Promise.all([1, 2].map(() => agency.try('plans.create', pro, key)));
  const packages = await Promise.all([1, 2].map(() => agency.try('packages.create', one, key)));
  assert.equal(new Set(plans.map(({ body }) => body.plan.id)).size, 1);
  assert.equal(new Set(packages.map(({ body }) => body.package.id)).size, 1);
  const read = await agency.call('agency.read', {});
  assert.deepEqual({ plans: namesOf(read.plans), packages: namesOf(read.packages) }, { plans: 'Pro', packages: 'One' });
});

/** An action of a writer on the list of packages. */
const action = fc.oneof(
  fc.record({ what: fc.constant('create' as const) }),
  fc.record({ what: fc.constant('retire' as const), at: fc.nat(5) }),
  fc.record({ what: fc.constant('price' as const), at: fc.nat(5), priceCents: fc.integer({ min: 3000, max: 3005 }) }),
  fc.record({ what: fc.constant('rename' as const), at: fc.nat(5), name: fc.constantFrom('X', 'Y', 'Z') }),
);
type Deed = typeof action extends fc.Arbitrary<infer Value> ? Value : never;

test('packages.update SX7: two writers on two processes lose no change to a list', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(action, action), { minLength: 1, maxLength: 5 }), async (rounds) => {
      const agency = await openAgency();
      const other = new Agency({ ...agency, url: second });
      for (const name of ['A', 'B']) await agency.call('packages.create', { ...one, name });
      for (const round of rounds) {
        const { packages } = await agency.call('agency.read', {});
        const idAt = (at: number) => packages[at % packages.length]?.id ?? '';
        const act = (writer: Agency, todo: Deed, name: string) => {
          if (todo.what === 'create') return writer.try('packages.create', { ...one, name });
          if (todo.what === 'retire') return writer.try('packages.retire', { packageId: idAt(todo.at) });
          if (todo.what === 'price') return writer.try('packages.update', { packageId: idAt(todo.at), priceCents: todo.priceCents });
          return writer.try('packages.update', { packageId: idAt(todo.at), name: todo.name });
        };
        const replies = await Promise.all([act(agency, round[0], 'first'), act(other, round[1], 'second')]);
        const after = (await agency.call('agency.read', {})).packages;
        const isSame =
          round[0].what === round[1].what && round[0].what !== 'create' && 'at' in round[1] && idAt(round[0].at) === idAt(round[1].at);
        for (const [index, { status, body }] of replies.entries()) {
          assert.ok(status === 200 || (status === 409 && isSame), `${status} ${JSON.stringify(body)}`);
          const todo = round[index];
          if (status !== 200 || isSame || !todo) continue;
          const found = after.find(({ id }) => id === body.package.id);
          assert.ok(found, 'what was made or changed is there');
          if (todo.what === 'retire') assert.equal(found.active, false);
          if (todo.what === 'price') assert.equal(found.priceCents, todo.priceCents);
          if (todo.what === 'rename') assert.equal(found.name, todo.name);
        }
        assert.equal(after.length, packages.length + round.filter(({ what }) => what === 'create').length);
      }
    }),
    { numRuns: runs(6), interruptAfterTimeLimit: 60_000, markInterruptAsFailure: false },
  );
});
