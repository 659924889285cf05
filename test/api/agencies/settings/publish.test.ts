import assert from 'node:assert/strict';
import test from 'node:test';
import Stripe from 'stripe';
import { type Agency, codeOf } from '../../../support/agency.ts';
import { startApi } from '../../../support/api.ts';

const api = await startApi();
const { createAgency } = api;
const eur = { currency: 'EUR', centsPer100Credits: 3000 } as const;

const told = ({ status, body }: { status: number; body: unknown }) => {
  const { code, fields = [], param } = (body as { error: { code: string; param?: string; fields?: { param: string }[] } }).error;
  return { status, code, fields: fields.length > 0 ? fields.map((field) => field.param) : [param] };
};

/** Signs up live clients on a plan, by default the first. */
async function signUpLive({ live }: Agency, count: number, planId?: string): Promise<void> {
  for (let client = 0; client < count; client += 1) {
    const page = await live.openPage();
    await page.enter();
    if (planId !== undefined) await live.call('plans.assign', { clientId: page.clientId, planId });
  }
}

/** An agency whose test settings differ from live: two plans and a package removed, one of each added, other prices. */
async function openApart() {
  const agency = await createAgency({ stripe: false });
  const { plans } = await agency.live.call('agency.update', {
    plans: [
      { ...eur, name: 'Kept' },
      { ...eur, name: 'Dropped' },
    ],
  });
  const [kept, dropped] = plans;
  assert.ok(kept && dropped);
  await signUpLive(agency, 2);
  await signUpLive(agency, 1, kept.id);
  await signUpLive(agency, 3, dropped.id);
  const { packages } = await agency.call('agency.read', {});
  const [small, large] = packages;
  assert.ok(small && large);
  const { plans: inTest } = await agency.call('agency.update', {
    plan: { freeMillis: 2000 },
    plans: [
      { ...kept, priceMillis: 7000 },
      { ...eur, name: 'Fresh' },
    ],
    packages: [
      { id: small.id, priceCents: 4100 },
      { name: 'Huge', creditsMillis: 1_000_000, priceCents: 30_000, currency: 'EUR' },
    ],
    origins: ['https://next.test'],
  });
  return { agency, kept, dropped, fresh: inTest[1], small, large };
}

test('agency.compare SX6: it lists every difference, and the number of live clients that each affects', async () => {
  const { agency, kept, dropped, fresh, small, large } = await openApart();
  const { plans, packages, origins, differences, version } = await agency.live.call('agency.compare', {});
  assert.deepEqual(plans, [
    { planId: 'pln_standard', name: 'Standard', change: 'changes', liveClients: 2 },
    { planId: kept.id, name: 'Kept', change: 'changes', liveClients: 1 },
    { planId: fresh?.id, name: 'Fresh', change: 'comes', liveClients: 0 },
    { planId: dropped.id, name: 'Dropped', change: 'retires', liveClients: 3 },
  ]);
  assert.deepEqual(
    packages.map(({ packageId, change }) => ({ packageId: [small, large].find(({ id }) => id === packageId)?.name ?? 'new', change })),
    [
      { packageId: '100 credits', change: 'changes' },
      { packageId: 'new', change: 'comes' },
      { packageId: '500 credits', change: 'retires' },
    ],
  );
  assert.deepEqual(origins, { come: ['https://next.test'], go: [agency.origin] });
  const at = (path: string) => differences.find((one) => one.path === path);
  assert.deepEqual(at('plan.freeMillis'), { setting: 'plan', path: 'plan.freeMillis', live: 10_000, test: 2000 });
  assert.deepEqual(at(`plans.${kept.id}.priceMillis`), { setting: 'plans', path: `plans.${kept.id}.priceMillis`, live: 0, test: 7000 });
  assert.deepEqual(at(`packages.${large.id}.active`)?.test, false);
  assert.equal(version, (await agency.call('agency.read', {})).version);
});

test('agency.publish SX6: live gets the compared settings, clients keep their plans, and nothing is left to publish', async () => {
  const { agency, dropped, large } = await openApart();
  const client = await agency.live.openPage();
  await client.enter();
  await agency.live.call('plans.assign', { clientId: client.clientId, planId: dropped.id });
  const [{ version }, inTest] = [await agency.live.call('agency.compare', {}), await agency.call('agency.read', {})];
  const live = await agency.live.call('agency.publish', { version });
  const active = (list: { active: boolean }[]) => list.filter((one) => one.active);
  const settings = ({ plan, origins, meter, portal, signUp, minutesPolicy, plans, packages }: typeof live) => ({
    plan,
    origins,
    meter,
    portal,
    signUp,
    minutesPolicy,
    plans: active(plans),
    packages: active(packages),
  });
  assert.deepEqual(settings(live), settings(inTest));
  assert.deepEqual(
    { dropped: live.plans.find(({ id }) => id === dropped.id)?.active, large: live.packages.find(({ id }) => id === large.id)?.active },
    { dropped: false, large: false },
  );
  client.origin = 'https://next.test';
  assert.equal((await client.call('entitlements.read', {})).planName, 'Dropped');
  assert.deepEqual(await agency.call('agency.read', {}), { ...inTest, version: live.version }, 'test stays as it is');
  const after = await agency.live.call('agency.compare', {});
  assert.deepEqual(after, { version: live.version, differences: [], plans: [], packages: [], origins: { come: [], go: [] } });
});

test('agency.publish SX6: only the named settings are published', async () => {
  const { agency } = await openApart();
  const [{ version }, before] = [await agency.live.call('agency.compare', {}), await agency.live.call('agency.read', {})];
  const live = await agency.live.call('agency.publish', { version, settings: ['origins'] });
  assert.deepEqual(live, { ...before, origins: ['https://next.test'], version: live.version });
});

test('agency.publish SX6: a change since the comparison is a 409 that names it, and nothing is published', async () => {
  const { agency } = await openApart();
  const { version } = await agency.live.call('agency.compare', {});
  await agency.call('agency.update', { origins: ['https://evil.test'] });
  await agency.live.call('agency.update', { meter: { lowPermille: 300 } });
  const before = await agency.live.call('agency.read', {});
  assert.deepEqual(told(await agency.live.try('agency.publish', { version })), {
    status: 409,
    code: 'settings.changed',
    fields: ['meter', 'test.origins'],
  });
  assert.deepEqual(await agency.live.call('agency.read', {}), before);
});

test('agency.publish SX7: a version that never existed is refused at version, and nothing is published', async () => {
  const { agency } = await openApart();
  const { version } = await agency.live.call('agency.compare', {});
  const before = await agency.live.call('agency.read', {});
  const reply = await agency.live.try('agency.publish', { version: version + 50 });
  const { param } = (reply.body as unknown as { error: { param: string } }).error;
  assert.deepEqual({ status: reply.status, code: codeOf(reply), param }, { status: 422, code: 'input.invalid', param: 'version' });
  assert.deepEqual(await agency.live.call('agency.read', {}), before);
});

test('agency.publish SX6: a test key can neither publish nor read the number of live clients', async () => {
  const { agency } = await openApart();
  const { version } = await agency.live.call('agency.compare', {});
  const before = await agency.live.call('agency.read', {});
  for (const reply of [await agency.try('agency.compare', {}), await agency.try('agency.publish', { version })])
    assert.deepEqual({ status: reply.status, code: codeOf(reply) }, { status: 403, code: 'settings.live_key_needed' });
  assert.deepEqual(await agency.live.call('agency.read', {}), before);
});

test('agency.publish SX6: both journals record it, and live is alerted of a new page with its key', async () => {
  const { agency } = await openApart();
  const { version } = await agency.live.call('agency.compare', {});
  await agency.live.call('agency.publish', { version, settings: ['origins', 'plan'] });
  const newest = async (one: Agency) => (await one.call('journal.list', { limit: 2 })).entries;
  const [alert, act] = await newest(agency.live);
  assert.ok(alert && act);
  assert.deepEqual(
    { action: alert.action, mode: alert.mode, actor: alert.actor, after: alert.after, reason: alert.reason },
    {
      action: 'alert.origin_added',
      mode: 'live',
      actor: `key …${agency.keys.live.secret.slice(-4)}`,
      after: { origins: ['https://next.test'] },
      reason: 'A page may use the live key that could not before.',
    },
  );
  assert.deepEqual(
    { action: act.action, mode: act.mode, after: Object.keys(act.after).sort() },
    { action: 'agency.publish', mode: null, after: ['live.origins', 'live.plan'] },
  );
  assert.deepEqual((await newest(agency))[0], act, 'the test key reads the same entry');
  await agency.live.call('agency.update', { origins: [] });
  assert.equal((await newest(agency.live))[0]?.action, 'agency.update', 'one that goes is no alert');
  await agency.call('agency.update', { origins: ['https://test.test'] });
  assert.equal((await newest(agency))[0]?.action, 'agency.update', 'nor is one of test');
});

test('agency.publish SX6 MT3: if the package of the live price changes its price, a matching live price is needed', async () => {
  const agency = await createAgency({ stripe: false });
  const { live } = agency;
  await live.connectStripe(api.sandbox, { priceCents: 4000, currency: 'EUR', name: '' });
  const [first, second] = (await agency.call('agency.read', {})).packages;
  assert.ok(first && second);
  const publish = async (priceId?: string) => {
    const { version } = await live.call('agency.compare', {});
    return live.try('agency.publish', { version, ...(priceId !== undefined && { priceId }) });
  };
  await agency.call('packages.reorder', { packageIds: [second.id] });
  const moved = await publish();
  assert.deepEqual(
    { status: moved.status, packageId: moved.body.stripe.packageId },
    { status: 200, packageId: first.id },
    'another order needs no other price',
  );
  await agency.call('packages.update', { packageId: first.id, priceCents: 4400 });
  const refused = await publish();
  assert.deepEqual({ status: refused.status, code: codeOf(refused) }, { status: 422, code: 'payments.amount_mismatch' });
  const { stripe } = await live.call('agency.read', {});
  const { hostname, port } = new URL(api.sandbox.url);
  const account = new Stripe(live.stripeSecret, { host: hostname, port, protocol: 'http', telemetry: false });
  const price = await account.prices.create({ product: stripe.productId ?? '', unit_amount: 4400, currency: 'eur' });
  const { status, body } = await publish(price.id);
  assert.deepEqual({ status, stripe: body.stripe }, { status: 200, stripe: { ...stripe, priceId: price.id } });
});
