import assert from 'node:assert/strict';
import mongoose from 'mongoose';
import { auditWhole } from '../../../api/domain/audit/whole.ts';
import { dueDeletions } from '../../../api/domain/deletions/deletions.ts';
import { workThrough } from '../../../api/domain/due/due.ts';
import { collectRents } from '../../../api/domain/numbers/rent.ts';
import { advanceDueOrders } from '../../../api/domain/orders/orders.ts';
import { dueGiveBacks } from '../../../api/domain/payments/give-back.ts';
import { settleLeftOpen } from '../../../api/domain/payments/janitor.ts';
import { sealsOf } from '../../../api/security/seals.ts';
import type { TestApi } from '../../support/api.ts';
import type { Page } from '../../support/page.ts';

/** Hours within which a deletion ends that nothing is in the way of. */
const ROUNDS_MAX = 6;

/** Reads the documents of a collection. */
export const stored = async (name: string, filter: object) => mongoose.connection.collection(name).find(filter).toArray();

/** Confirms the deletion of an account with whatever is lost. */
export const leave = (page: Page) => page.try('accounts.delete', { confirmation: page.email, lostMillis: 100_000_000, numbers: 100 });

/** Does the due work of two processes, as often as the business time passes. */
export async function work(api: TestApi, hours = 1): Promise<void> {
  api.sandbox.clock.advance(hours * 3600);
  const { deps } = api;
  for (const _process of [1, 2])
    await Promise.all([
      settleLeftOpen(deps),
      advanceDueOrders(deps),
      workThrough(dueGiveBacks(deps), deps),
      workThrough(dueDeletions(deps), deps),
      collectRents(deps),
    ]);
}

/** Finds the checkout session at Stripe in the address of its page. */
export const sessionIn = ({ checkoutUrl }: { checkoutUrl: string | null }): string =>
  /cs_test_\w+/.exec(checkoutUrl ?? '')?.[0] ?? assert.fail('there is no page to pay on');

/** Sums the money that came from the payer of a session and went back to it. */
export function moneyOf({ sandbox }: TestApi, sessionId: string) {
  const paymentId = sandbox.stripe.sessions().find(({ id }) => id === sessionId)?.payment_intent;
  const charges = sandbox.stripe.charges().filter(({ payment_intent }) => paymentId !== null && payment_intent === paymentId);
  const sum = (field: 'amount_captured' | 'amount_refunded') => charges.reduce((total, charge) => total + charge[field], 0);
  return { taken: sum('amount_captured'), returned: sum('amount_refunded'), refunds: charges.filter(({ refunded }) => refunded).length };
}

/** Asserts that nothing of a client is left that could be paid, costs money, or vanishes. */
export async function assertNothingLeft(api: TestApi, { clientId }: Pick<Page, 'clientId'>): Promise<void> {
  const { deps, sandbox } = api;
  const isOver = async () =>
    (await stored('clients', { _id: clientId, deletedAt: { $exists: true }, deletion: { $exists: false } })).length === 1;
  for (let rounds = 0; !(await isOver()); rounds += 1) {
    assert(rounds < ROUNDS_MAX, 'the deletion never ends');
    await work(api);
  }
  const orders = await stored('orders', { clientId, state: { $in: ['open', 'working'] } });
  const purchases = await stored('purchases', {
    clientId,
    $or: [{ state: { $in: ['open', 'processing'] } }, { giveBackAt: { $exists: true } }],
  });
  const numbers = await stored('phonenumbers', { clientId, state: { $ne: 'released' } });
  assert.deepEqual({ orders, purchases, numbers }, { orders: [], purchases: [], numbers: [] });
  const ours = new Set((await stored('purchases', { clientId })).map(({ sessionId }) => sessionId));
  assert.deepEqual(
    sandbox.stripe.sessions().filter(({ id, status }) => ours.has(id) && status === 'open'),
    [],
  );
  const { violations, checks } = await auditWhole({ seals: sealsOf(deps.keys), business: deps.now(), real: new Date() });
  assert.equal(violations, 0, checks.map(({ detail }) => detail).join(''));
}
