import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { closeReturned } from '../../../api/domain/deletions/returned.ts';
import type { Page } from '../../support/page.ts';
import { runs } from '../../support/runs.ts';
import { plan } from '../numbers/shop.ts';
import { Shop } from '../payments/shop.ts';
import { assertNothingLeft, leave, moneyOf, stored, work } from './leaver.ts';

const shop = await Shop.open({ plan });
const { api, agency, stripe } = shop;
await api.stopDueWork();

/** A client that has paid for credits. */
async function payer(): Promise<{ page: Page; sessionId: string }> {
  const page = await shop.client();
  const { sessionId } = await shop.order(page);
  stripe.pay(sessionId);
  await shop.deliver(sessionId, 'completed');
  return { page, sessionId };
}

async function tell(type: string, id: string): Promise<void> {
  const event = stripe.events().findLast((one) => one.type === type && one.data.object.id === id);
  await stripe.deliver(event?.id ?? '', 1);
}

const lapses = async ({ clientId }: Page) =>
  (await agency.call('journal.list', { limit: 100 })).entries
    .filter(({ action, target }) => action === 'credits.lapse' && target === clientId)
    .map(({ before, after, actor }) => ({ before, after, actor }));
const lapsed = (available: number) => ({ before: { available }, after: { available: 0 }, actor: 'deletion' });

for (const point of [undefined, 'deletion.after_close_again'] as const)
  test(`accounts.delete MT23: credits of a dispute won later go as the others did, once (${point ?? 'no crash'})`, async () => {
    const { page, sessionId } = await payer();
    await closeReturned(api.deps);
    const dispute = stripe.dispute(sessionId);
    await tell('charge.dispute.created', dispute.id);
    assert.equal((await leave(page)).status, 200);
    stripe.closeDispute(dispute.id, 'won');
    await tell('charge.dispute.closed', dispute.id);
    api.crashAt(point);
    await closeReturned(api.deps).catch(() => {});
    api.crashAt(undefined);
    for (let rounds = 0; rounds < 3; rounds += 1) await Promise.all([closeReturned(api.deps), closeReturned(api.deps)]);
    assert.deepEqual(await lapses(page), [lapsed(100_000)]);
    await assertNothingLeft(api, page);
  });

test('accounts.delete MT23: credits of a refund that fails later go as the others did', async () => {
  const { page, sessionId } = await payer();
  await closeReturned(api.deps);
  const refund = stripe.refund(sessionId, 1000);
  await tell('refund.created', refund.id);
  assert.equal((await leave(page)).status, 200);
  stripe.failRefund(refund.id);
  await tell('refund.failed', refund.id);
  for (let rounds = 0; rounds < 2; rounds += 1) await closeReturned(api.deps);
  assert.deepEqual(await lapses(page), [lapsed(25_000)]);
  await assertNothingLeft(api, page);
});

const step = fc.constantFrom('open', 'pay', 'pay late', 'tell', 'outage', 'calm', 'leave', 'work', 'dispute', 'win', 'refund', 'fail');

test('accounts.delete MT23 C4: in any history nothing is left, and what was paid after it began is with its payer', {
  timeout: 300_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 14 }), async (steps) => {
      const page = await shop.client();
      const sessions: string[] = [];
      const late = new Set<string>();
      let hasLeft = false;
      const does: Record<(typeof steps)[number], () => unknown> = {
        open: async () => hasLeft || sessions.push((await shop.order(page)).sessionId),
        pay: () => pay('card'),
        'pay late': () => pay('delayed'),
        tell: async () => {
          for (const sessionId of sessions) await shop.deliver(sessionId, 'completed').catch(() => {});
        },
        outage: () =>
          api.sandbox.faults.add({
            path: '/v1/checkout/sessions/*/expire',
            how: { status: 503, body: { error: { type: 'api_error', message: '' } } },
            times: 1000,
          }),
        calm: () => api.sandbox.faults.calm(),
        leave: async () => {
          if (!hasLeft) hasLeft = (await leave(page)).status === 200;
        },
        work: () => work(api),
        dispute: () => attempt(() => stripe.dispute(sessions[0] ?? '')),
        win: () => attempt(() => stripe.closeDispute(stripe.disputes().at(-1)?.id ?? '', 'won')),
        refund: () => attempt(() => stripe.refund(sessions[0] ?? '', 1000)),
        fail: () => attempt(() => stripe.failRefund(stripe.refunds().at(-1)?.id ?? '')),
      };
      const attempt = (act: () => unknown) => {
        try {
          act();
        } catch {} // Stripe refuses what is impossible
      };
      const pay = (how: 'card' | 'delayed') =>
        attempt(() => {
          const open = sessions.find((id) => stripe.sessions().some((one) => one.id === id && one.status === 'open')) ?? '';
          stripe.pay(open, how);
          if (hasLeft) late.add(open);
        });
      for (const each of steps) await does[each]();
      api.sandbox.faults.calm();
      for (const sessionId of sessions) attempt(() => stripe.settle(sessionId, 'succeeded'));
      for (const { id, status } of stripe.disputes()) if (status === 'needs_response') attempt(() => stripe.closeDispute(id, 'won'));
      while (!hasLeft) {
        await work(api);
        hasLeft = (await leave(page)).status === 200;
      }
      for (let rounds = 0; rounds < 3; rounds += 1) await work(api);
      for (const event of stripe.events().filter(({ type }) => /refund|dispute/.test(type))) await stripe.deliver(event.id, 1);
      for (let rounds = 0; rounds < 2; rounds += 1) await closeReturned(api.deps);
      for (const sessionId of late) {
        const { taken, returned } = moneyOf(api, sessionId);
        assert.equal(returned, taken, 'it went back');
      }
      await assertNothingLeft(api, page);
      const [row] = await stored('clients', { _id: page.clientId });
      assert.equal((await agency.call('credits.balance', { clientId: page.clientId })).available, 0, row?.subject);
    }),
    { numRuns: runs(8) },
  );
});
