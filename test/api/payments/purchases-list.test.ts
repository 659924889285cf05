import assert from 'node:assert/strict';
import test from 'node:test';
import { codeOf } from '../../support/agency.ts';
import { startApi } from '../../support/api.ts';

const { createAgency, sandbox } = await startApi();

test('purchases.read T2: another client of the agency gets the 404 of an unknown purchase', async () => {
  const agency = await createAgency();
  const [page, sibling] = [await agency.openPage(), await agency.openPage()];
  await page.enter();
  await sibling.enter();
  const { packages } = await page.call('credits.packages', {});
  const { purchaseId, sessionId } = await page.call('credits.checkout', { packageId: packages[0]?.id, returnUrl: page.returnUrl });
  assert.equal((await page.call('purchases.read', { purchaseId })).state, 'open');
  const foreign = await sibling.try('purchases.read', { purchaseId });
  assert.deepEqual({ status: foreign.status, code: codeOf(foreign) }, { status: 404, code: 'purchase.not_found' });
  sandbox.stripe.pay(sessionId);
  const settled = await page.call('purchases.read', { purchaseId });
  assert.deepEqual({ state: settled.state, balanceAfter: settled.balanceAfter }, { state: 'paid', balanceAfter: 100_000 });
  assert.equal((await agency.call('agency.read', {})).fees[0]?.owedCents, 80);
});

test('credits.checkout P12 C17: one key is one purchase; amounts outside the range are refused', async () => {
  const agency = await createAgency();
  const page = await agency.openPage();
  await page.enter();
  const order = { amountMillis: 10_000, returnUrl: page.returnUrl };
  const replies = await Promise.all(
    Array.from({ length: 5 }, () => page.try('credits.checkout', order, { 'idempotency-key': 'buy-once-1' })),
  );
  assert.equal(new Set(replies.map(({ body }) => body.purchaseId)).size, 1);
  assert.equal(replies[0]?.body.priceCents, 400);
  for (const amountMillis of [9_000, 1_001_000, 10_500]) {
    const reply = await page.try('credits.checkout', { ...order, amountMillis });
    assert.deepEqual({ status: reply.status, code: codeOf(reply) }, { status: 422, code: 'package.amount_out_of_range' });
  }
});
