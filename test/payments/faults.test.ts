import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settleLeftOpen } from '../../api/domain/purchases-janitor.ts';
import type { Step } from '../../demo-site/sandbox/faults/kinds.ts';
import { Shop } from './shop.ts';

const shop = await Shop.open();
const { api, stripe } = shop;

/** A person gives up after this. */
const PATIENCE_MS = 25_000;

/** One click that may have to be repeated: the same key each time, as the page keeps it. */
async function clicker() {
  const page = await shop.client();
  const { packages } = await page.call('credits.packages', {});
  const input = { packageId: packages[0]?.id ?? '', returnUrl: page.returnUrl };
  const headers = { 'idempotency-key': `click-${page.clientId}` };
  const mine = () => stripe.sessions().filter(({ customer_email }) => customer_email === page.email);
  const click = async () => {
    const startedAt = Date.now();
    const { status, body } = await page.try('credits.checkout', input, headers);
    assert.ok(Date.now() - startedAt < PATIENCE_MS, `${Date.now() - startedAt} ms`);
    return { status, ...(body as { sessionId?: string; purchaseId?: string; error?: { code: string; message: string } }) };
  };
  return { page, click, mine };
}

const unavailable = 'The payment provider does not answer. Nothing was charged; please try again.';

/** What goes wrong, at how many attempts of ours, and whether the first click still succeeds. */
const faults: [string, Step[], 'succeeds' | 'is told to try again'][] = [
  ['a 500', ['500'], 'succeeds'],
  ['three of 500', ['500', '500', '500'], 'is told to try again'],
  ['503 and a cut connection', ['503', 'reset'], 'succeeds'],
  ['a conflict', ['409'], 'succeeds'],
  ['too many requests', ['429'], 'is told to try again'],
  ['an answer that breaks off', ['drop-after-headers'], 'is told to try again'],
  ["a hotel's log-in page", ['html'], 'is told to try again'],
  ['JSON that is not of Stripe', ['garbage-json'], 'is told to try again'],
  ['an answer that begins and never ends', ['hang'], 'is told to try again'],
  ['an answer after nine seconds', ['slow:9000'], 'succeeds'],
];

for (const [name, steps, end] of faults) {
  test(`credits.checkout F10: with ${name} at Stripe the buyer ${end}, and there is one session`, async () => {
    const { page, click, mine } = await clicker();
    api.sandbox.faults.script(steps);
    const first = await click();
    api.sandbox.faults.calm();
    if (end === 'succeeds') assert.equal(first.status, 200);
    else assert.deepEqual([first.status, first.error?.code, first.error?.message], [503, 'payments.provider_unavailable', unavailable]);
    const again = await click();
    assert.equal(again.status, 200);
    assert.deepEqual(
      mine().map(({ id }) => id),
      [again.sessionId],
    );
    stripe.pay(again.sessionId ?? '');
    await shop.deliver(again.sessionId ?? '', 'completed', 2);
    assert.deepEqual(await shop.entries(page), [100_000]);
  });
}

test('credits.checkout F10: where Stripe says nothing at all, the buyer is told within 25 s', async () => {
  const silent = await clicker();
  api.sandbox.faults.script(['timeout', 'timeout', 'timeout']);
  const first = await silent.click();
  assert.deepEqual([first.status, first.error?.message], [503, unavailable]);
  api.sandbox.faults.calm();
  assert.equal((await silent.click()).status, 200);
  assert.equal(silent.mine().length, 1);
});

test('credits.checkout F10: a session whose answer was lost, and that nobody asks for again, is found by the janitor', async () => {
  const { page, click, mine } = await clicker();
  api.sandbox.faults.script(['drop-after-headers']);
  assert.equal((await click()).status, 503);
  api.sandbox.faults.calm();
  const [session] = mine();
  assert(session);
  stripe.pay(session.id);
  await settleLeftOpen({ ...api.deps, now: () => new Date(Date.now() + 3600_000) });
  assert.deepEqual(await shop.entries(page), [100_000]);
});
