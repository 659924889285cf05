import assert from 'node:assert/strict';
import test from 'node:test';
import type { Output } from '../../../../api/contract/index.ts';
import type { Agency } from '../../../support/agency.ts';
import { startApi } from '../../../support/api.ts';
import { changedAt, elsewhere, fieldsOfUpdate, itemSamples, ownSamples, patchOf, sharedSamples } from './fields.ts';

const { createAgency } = await startApi();
type Read = Output<'agency.read'>;

const plan = { centsPer100Credits: 4100, currency: 'EUR', customAmount: { minMillis: 10_000, maxMillis: 900_000 } } as const;
const openAgency = (lists: Partial<Parameters<typeof createAgency>[0]> = {}) =>
  createAgency({ stripe: false, packages: [], plan, ...lists });

/** Leaves out the version and other fields that change with every save. */
const read = async (agency: Agency) => without(await agency.call('agency.read', {}));
const without = ({ version: _version, stripe, ...rest }: Read) => ({ ...rest, stripe: { ...stripe, webhookUrl: '' } });

test('agency.update MT2: every field of the operation has a sample here', () => {
  const tried = [...Object.keys({ ...sharedSamples, ...ownSamples, ...itemSamples }), ...elsewhere];
  assert.deepEqual(fieldsOfUpdate().sort(), tried.sort());
});

/** Sets each field in turn to two values and to null, and checks each time that nothing else changes, in either mode. */
async function tryFields(agency: Agency, other: Agency, samples: Record<string, [unknown, unknown, unknown]>, ids = {}): Promise<void> {
  for (const [path, [first]] of Object.entries(samples)) await agency.call('agency.update', patchOf(path, first, ids));
  const [base, untouched] = [await read(agency), await read(other)];
  for (const [path, [first, second, cleared]] of Object.entries(samples)) {
    await agency.call('agency.update', patchOf(path, second, ids));
    assert.deepEqual(await read(agency), changedAt(base, path, second), `${path} changes, and nothing else`);
    const { status, body } = await agency.try('agency.update', patchOf(path, null, ids));
    if (cleared === undefined || cleared === 'refused') {
      const { error } = body as unknown as { error: { param: string } };
      const param = path.replace('[]', '.0');
      assert.deepEqual({ path, status, param: error.param }, { path, status: 422, param });
    } else {
      assert.equal(status, 200, `${path}: ${JSON.stringify(body)}`);
      assert.deepEqual(await read(agency), changedAt(base, path, cleared), `null puts back ${path}, and nothing else`);
    }
    await agency.call('agency.update', patchOf(path, first, ids));
    assert.deepEqual(await read(agency), base, `${path} is as it was`);
    if (!(path in sharedSamples)) assert.deepEqual(await read(other), untouched, `${path} of the other mode stays`);
  }
}

test('agency.update G23 MT2 SX6: each field of a mode changes alone, null resets it, and live stays as it is', async () => {
  const agency = await openAgency();
  await tryFields(agency, agency.live, ownSamples);
});

test('agency.update MT2 SX6: each field of one plan and one package is changed alone, by its id', async () => {
  const agency = await openAgency({ packages: [{ name: 'One', creditsMillis: 100_000, priceCents: 4000, currency: 'EUR' }] });
  const { plans, packages } = await agency.call('agency.update', { plans: [{ ...plan, name: 'Further' }] });
  await tryFields(agency, agency.live, itemSamples, { plans: plans[0]?.id, packages: packages[0]?.id });
});

test('agency.update MT2: each shared field is changed alone with the live key, seen by both, and null puts it back', async () => {
  const agency = await openAgency();
  await tryFields(agency.live, agency, sharedSamples);
});

test('agency.update SX6: no shared field is changed with a test key', async () => {
  const agency = await openAgency();
  const before = await agency.call('agency.read', {});
  for (const [path, [first]] of Object.entries(sharedSamples))
    assert.equal((await agency.try('agency.update', patchOf(path, first))).status, 403, path);
  assert.equal((await agency.try('agency.update', { brand: null })).status, 403);
  assert.deepEqual(await agency.call('agency.read', {}), before);
});

test('agency.update MT2: null resets a whole group to the values of a new agency', async () => {
  const [agency, fresh] = [await openAgency(), await openAgency({ origins: [] })];
  const expected = await read(fresh);
  for (const [path, [first]] of Object.entries(ownSamples))
    if (!path.startsWith('plan.')) await agency.call('agency.update', patchOf(path, first));
  const cleared = await agency.call('agency.update', { signUp: null, origins: null, meter: null, portal: null, minutesPolicy: null });
  const { signUp, origins, meter, portal, minutesPolicy } = expected;
  assert.deepEqual(
    { signUp: cleared.signUp, origins: cleared.origins, meter: cleared.meter, portal: cleared.portal, policy: cleared.minutesPolicy },
    { signUp, origins, meter, portal, policy: minutesPolicy },
  );
  const inPlan = await agency.call('agency.update', { plan: { knowledge: null, limits: null, customAmount: null, features: null } });
  const { knowledge, limits, features } = expected.plan;
  assert.deepEqual(inPlan.plan, { ...cleared.plan, knowledge, limits, features, customAmount: null });
});
