import assert from 'node:assert/strict';
import { test } from 'node:test';
import mongoose from 'mongoose';
import type { ErrorBody, Input } from '../../../api/contract/index.ts';
import { startApi } from '../../support/api.ts';

const { createAgency, deps } = await startApi();

const pro = { name: 'Pro', centsPer100Credits: 3000, currency: 'EUR' } as const;
const local = (country: string, monthlyMillis = 1000) => ({ country, type: 'local', setupMillis: 0, monthlyMillis }) as const;
type Prices = NonNullable<Input<'plans.create'>['numbers']>;

const faultOf = ({ status, body }: { status: number; body: unknown }) => {
  const { param, message } = (body as ErrorBody).error;
  return { status, param, message };
};

/** Sends prices of numbers by each operation that takes them. */
async function tryEach(numbers: Prices) {
  const agency = await createAgency({ stripe: false });
  const { plan } = await agency.call('plans.create', pro);
  const before = await agency.call('agency.read', {});
  const replies = {
    numbers: await agency.try('plans.create', { ...pro, name: 'Max', numbers }),
    'numbers ': await agency.try('plans.update', { planId: plan.id, numbers }),
    'plan.numbers': await agency.try('agency.update', { plan: { numbers } }),
    'plans.0.numbers': await agency.try('agency.update', { plans: [{ id: plan.id, numbers }] }),
  };
  assert.deepEqual(await agency.call('agency.read', {}), before);
  return Object.entries(replies).map(([at, reply]) => ({ at: at.trim(), ...faultOf(reply) }));
}

test('plans.update MT1: a second price of a country and type is refused at its place, in every operation', async () => {
  const numbers: Prices = [local('US'), { ...local('US'), type: 'mobile' }, local('DE'), local('us', 2000)];
  for (const { at, ...fault } of await tryEach(numbers))
    assert.deepEqual(fault, { status: 422, param: `${at}.3`, message: 'A price for US local stands in the list before.' });
});

test('plans.update MT1: a country that does not exist is refused, in every operation', async () => {
  for (const { at, ...fault } of await tryEach([local('US'), local('ZZ')]))
    assert.deepEqual(fault, {
      status: 422,
      param: `${at}.1.country`,
      message: 'No country with phone numbers has these two letters. Take those of ISO 3166-1, such as DE or GB.',
    });
  for (const { at, ...fault } of await tryEach([local('USA')]))
    assert.deepEqual(fault, { status: 422, param: `${at}.0.country`, message: 'Name the country by its two letters, such as DE.' });
});

test('numbers.search MT1: a country is taken in any case, and a wrong one is refused', async () => {
  const agency = await createAgency({ stripe: false });
  await agency.call('agency.update', { plan: { numbers: [local('us')] } });
  assert.deepEqual((await agency.call('agency.read', {})).plan.numbers, [local('US')]);
  const page = await agency.openPage();
  await page.enter();
  const wrong = faultOf(await page.try('numbers.search', { country: 'zz', type: 'local' }));
  assert.deepEqual({ status: wrong.status, param: wrong.param }, { status: 422, param: 'country' });
  const reserved = faultOf(await page.try('numbers.reserve', { number: '+14155550100', country: 'ZZ', type: 'local' }));
  assert.deepEqual({ status: reserved.status, param: reserved.param }, { status: 422, param: 'country' });
});

test('agency.update MT1: an origin, a feature and a field of the sign-up count once, however often they are listed', async () => {
  const agency = await createAgency({ stripe: false });
  const { origins, plan, signUp } = await agency.call('agency.update', {
    origins: ['https://a.test', 'https://a.test', 'https://b.test'],
    plan: { features: ['numbers', 'reports', 'numbers'] },
    signUp: { fields: ['phone', 'company', 'phone'] },
  });
  assert.deepEqual(
    { origins, features: plan.features, fields: signUp.fields },
    { origins: ['https://a.test', 'https://b.test'], features: ['numbers', 'reports'], fields: ['phone', 'company'] },
  );
});

test('agency.read MT1: of prices that were stored twice the first counts, and the plan can be changed', async () => {
  const agency = await createAgency({ stripe: false });
  const { plan } = await agency.call('plans.create', { ...pro, numbers: [local('US')] });
  const stored = [local('US'), local('ZZ'), local('DE'), local('US', 2000)];
  await mongoose.connection
    .collection('agencies')
    .updateOne({ _id: agency.id as never }, { $set: { 'settings.test.plan.numbers': stored, 'settings.test.plans.0.numbers': stored } });
  deps.directory.forget();
  const changed = await agency.call('plans.update', { planId: plan.id, name: 'Renamed' });
  const read = await agency.call('agency.update', { plan: { name: 'First' } });
  const kept = [local('US'), local('DE')];
  assert.deepEqual(
    { further: changed.plan.numbers, first: read.plan.numbers, name: read.plan.name },
    { further: kept, first: kept, name: 'First' },
  );
});
