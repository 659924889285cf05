import assert from 'node:assert/strict';
import { test } from 'node:test';
import { collectRents } from '../../../api/domain/numbers/rent.ts';
import { codeOf } from '../../support/agency.ts';
import type { Page } from '../../support/page.ts';
import { comesTo, until } from '../../support/until.ts';
import { buy, plan } from '../numbers/shop.ts';
import { AuditedWorld, rows } from './world.ts';

const DAY_SECONDS = 24 * 3600;

const world = await AuditedWorld.open();
const { agency, api } = world.shop;
const { clock } = api.sandbox;

const broken = async () => (await world.audit()).checks.filter(({ ok }) => !ok);

async function client(credits: number): Promise<Page> {
  const page = await world.shop.client();
  await agency.allocate(page.clientId, credits);
  return page;
}

const numbersOf = async (page: Page) => (await page.call('numbers.list', {})).numbers;

test('audit A35 SX12: an audit during the life of rented numbers finds nothing', async () => {
  const [rich, poor] = [await client(20_000), await client(6000)];
  await buy(rich);
  await buy(poor);
  for (const days of [26, 2, 2, 1, 3, 5, 30]) {
    clock.advance(days * DAY_SECONDS);
    await collectRents(api.deps, 100);
    await comesTo(broken, []);
  }
  assert.deepEqual(
    (await numbersOf(poor)).map(({ state }) => state),
    ['released'],
  );
  const [row] = await numbersOf(rich);
  await rich.call('numbers.release', { numberId: row?.id ?? '', lastDigits: row?.number.slice(-4) ?? '' });
  await comesTo(broken, []);
});

test('audit A35 SX12: a rent that pauses and resumes is no finding', async () => {
  const page = await client(20_000);
  await buy(page);
  const { clientId } = page;
  for (const change of ['clients.disable', 'clients.enable', 'clients.disable', 'clients.enable'] as const) {
    await agency.call(change, { clientId });
    for (const days of [26, 1, 2]) {
      clock.advance(days * DAY_SECONDS);
      await collectRents(api.deps, 100);
      await comesTo(broken, []); // the API collects rents too, and may be in the middle of one
    }
  }
  const row = await rows('phonenumbers').findOne({ clientId });
  assert(Number(row?.pausedMs) > 0, 'it stood still');
});

test('audit A35 SX12: clients moved from plan to plan, by orders and by their agency, are no finding', async () => {
  const page = await client(200_000);
  const { plans } = await agency.call('agency.read', {});
  const { plans: more } = await agency.call('agency.update', {
    plans: [...plans, { ...plan, name: 'Small', priceMillis: 1000 }, { ...plan, name: 'Free', priceMillis: 0 }],
  });
  const [, small, free] = more;
  assert(small && free);
  const choose = ({ id: planId, priceMillis }: typeof small) => page.call('plans.choose', { planId, priceMillis });
  const assign = (planId: string) => agency.call('plans.assign', { clientId: page.clientId, planId });
  const steps = [
    () => choose(small),
    () => choose(free),
    () => assign(small.id),
    () => choose(free),
    () => choose(small),
    () => assign(small.id),
    () => assign('pln_standard'),
    () => choose(small),
    () => agency.call('agency.update', { plans: more.filter(({ id }) => id !== small.id) }),
    () => choose(free),
  ];
  for (const step of steps) {
    await step();
    await comesTo(broken, []);
  }
});

test('audit A35 SX12: an abandoned test world stays as it was', async () => {
  const page = await client(100_000);
  await buy(page);
  const { testGeneration } = await agency.call('agency.read', {});
  await agency.call('agency.startTestAnew', { leaving: testGeneration });
  clock.advance(40 * DAY_SECONDS);
  await collectRents(api.deps, 100);
  const isLeft = async () => (await rows('phonenumbers').findOne({ clientId: page.clientId }))?.rentAt === undefined;
  await until(isLeft, 'nobody looks after it any more'); // the API itself may be doing it
  await comesTo(broken, []);
  assert.equal(codeOf(await page.try('numbers.list', {})), 'session.missing');
});
