import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Agency } from '../../support/agency.ts';
import type { Page } from '../../support/page.ts';
import { Shop } from './shop.ts';

const shop = await Shop.open();
const { api, stripe } = shop;
const DAY_SECONDS = 24 * 3600;

const rename = (agency: Agency, slug: string) => agency.live.call('agency.update', { slug });

/**
 * Buys the first package.
 * @returns the answers of the webhook address
 */
async function buy(page: Page) {
  const { sessionId } = await shop.order(page);
  stripe.pay(sessionId);
  return { sessionId, answers: await shop.deliver(sessionId, 'completed') };
}

/**
 * Refunds a whole session.
 * @returns the answers of the webhook address to each event
 */
async function refund(sessionId: string) {
  const before = new Set(stripe.events().map(({ id }) => id));
  stripe.refund(sessionId);
  const events = stripe.events().filter(({ id }) => !before.has(id));
  const answers = await Promise.all(events.map(({ id }) => stripe.deliver(id)));
  return [...new Set(answers.flat().map(({ status }) => status))];
}

test('webhooks.stripe SX28 D8: an endpoint keeps crediting when another agency has its slug', async () => {
  const [first, second] = [await api.createAgency(), await api.createAgency()];
  const { slug } = first;
  const page = await shop.client(first);
  await rename(first, `moved-${slug}`);
  api.sandbox.clock.advance(91 * DAY_SECONDS);
  await rename(second, slug);
  const bought = await buy(page);
  assert.deepEqual(bought.answers, [200]);
  assert.deepEqual(await shop.entries(page), [100_000]);
  assert.deepEqual(await refund(bought.sessionId), [200]);
  assert.deepEqual(await shop.entries(page), [-100_000, 100_000], 'its refunds are heard as well');

  // The other agency's own endpoint at that address works as well.
  await second.connectStripe(api.sandbox, undefined);
  const neighbour = await shop.client(second);
  assert.deepEqual((await buy(neighbour)).answers, [200]);
  assert.deepEqual(await shop.entries(neighbour), [100_000]);

  // The slug's later holders do not matter either.
  await rename(second, `moved-again-${slug}`);
  api.sandbox.clock.advance(91 * DAY_SECONDS);
  const third = await api.createAgency();
  await rename(third, slug);
  const [again, beside] = [await shop.client(first), await shop.client(second)];
  assert.deepEqual({ again: (await buy(again)).answers, beside: (await buy(beside)).answers }, { again: [200], beside: [200] });
  assert.deepEqual({ again: await shop.entries(again), beside: await shop.entries(beside) }, { again: [100_000], beside: [100_000] });
});

test('webhooks.stripe SX28: an endpoint keeps crediting after so many renames that its slug was freed', async () => {
  const agency = await api.createAgency();
  const { slug } = agency;
  for (let time = 1; time <= 6; time += 1) {
    await rename(agency, `${slug}-${time}`);
    api.sandbox.clock.advance(91 * DAY_SECONDS);
  }
  const page = await shop.client(agency);
  assert.deepEqual((await buy(page)).answers, [200], 'while nobody has the slug');
  await rename(await api.createAgency(), slug);
  assert.deepEqual((await buy(page)).answers, [200], 'when somebody has it');
  assert.deepEqual(await shop.entries(page), [100_000, 100_000]);
});
