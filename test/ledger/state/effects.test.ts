import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clientAfter, lotId, lotOf, type Movement } from '../../../api/ledger/state/effects.ts';
import { stateAfter } from '../../../api/ledger/state/states.ts';
import type { ClientState } from '../../../api/models/transfer.ts';
import { accountWith, free, lot } from './account.ts';

/** An account's state after a transfer with these legs, by the beginnings of the accounts' names. */
function after(state: ClientState, kind: string, legs: Record<string, number>, more: Partial<Movement> = {}): ClientState {
  const moved = Object.entries(legs).map(([name, amount]) => ({ account: name === 'client' ? 'client.a' : `${name}.test.0`, amount }));
  return stateAfter(state, { kind, cause: 'x', legs: moved, account: 'client.a', rules: 2, ...more }) as ClientState; // of a client
}

const nothing = accountWith({ lots: [] });
const some = accountWith({ lots: [lot('a', 50), free('f', 10)], used: 30 });

test('the ledger I4: a grant becomes a lot of its kind that is named after its cause; free credits are paid for', () => {
  const lots = {
    'signup.grant': { from: 'minutes', kind: 'free', prepaid: true },
    'credits.allocate': { from: 'issued', kind: 'allocated', prepaid: false },
    'credits.recharge': { from: 'issued', kind: 'allocated', prepaid: false },
    'credits.purchase': { from: 'issued', kind: 'purchased', prepaid: false },
  } as const;
  for (const [kind, { from, ...form }] of Object.entries(lots)) {
    const given = accountWith({ lots: [lot(`${kind}/x`, 7, form)] });
    assert.deepEqual(after(nothing, kind, { client: 7, [from]: -7 }), given);
  }
  assert.equal(lotId('credits.purchase', 'cs_1'), 'credits.purchase/cs_1');
  assert.throws(() => after(nothing, 'credits.recharge', { client: 0 }), { message: 'a grant brings something' });
});

test('credits.recharge F15: a grant to who owes something is as large as what the agency promised', () => {
  const owing = accountWith({ lots: [], used: 30, debt: 4 });
  const given = after(owing, 'credits.purchase', { client: 3, debt: 4, issued: -7 });
  assert.deepEqual(given, accountWith({ lots: [lot('credits.purchase/x', 3, { granted: 7 })], used: 30 }));
});

test('numbers.buy: credits that were bought for an order are held for it at once', () => {
  const held = accountWith({
    lots: [lot('credits.purchase/x', 0, { held: 7 })],
    holds: [{ id: 'order/x', lots: [{ id: 'credits.purchase/x', millis: 7 }] }],
  });
  assert.deepEqual(after(nothing, 'credits.purchase', { client: 0, held: 7, issued: -7 }), held);
});

test('usage.record C7: a call without a hold uses free credits first, as much as leaves the client', () => {
  const used = after(some, 'usage.record', { client: -15, used: 18, overrun: -3 });
  assert.deepEqual(used, accountWith({ lots: [lot('a', 45, { granted: 50 })], used: 45 }));
});

test('calls.start C10: a call holds free credits first, and an order only where it may', () => {
  const anything = (id: string) => [
    {
      id,
      lots: [
        { id: 'f', millis: 10 },
        { id: 'a', millis: 5 },
      ],
    },
  ];
  const mixed = { lots: [lot('a', 45, { held: 5 }), free('f', 0, { held: 10 })], used: 30 };
  const moved = { client: -15, held: 15 };
  assert.deepEqual(after(some, 'call.hold', moved), accountWith({ ...mixed, holds: anything('call/x') }));
  assert.deepEqual(after(some, 'order.hold_all', moved), accountWith({ ...mixed, holds: anything('order/x') }));
  const paid = { lots: [lot('a', 35, { held: 15 }), free('f', 10)], holds: [{ id: 'order/x', lots: [{ id: 'a', millis: 15 }] }] };
  assert.deepEqual(after(some, 'order.hold', moved), accountWith({ ...paid, used: 30 }));
});

test('calls.end F24: a hold is resolved by what was used of it, or given back', () => {
  for (const [start, resolve] of [
    ['call', 'hold.resolve'],
    ['order', 'order.resolve'],
  ] as const) {
    const held = after(some, `${start}.hold`, { client: -15, held: 15 });
    const other = accountWith({
      ...held,
      holds: [...(held.holds ?? []), { id: `${start}/y`, lots: [{ id: 'b', millis: 9 }] }],
      lots: [...held.lots, lot('b', 0, { held: 9 })],
      held: 24,
      assigned: held.assigned + 9,
    });
    const given = after(other, resolve, { client: 15, held: -15 });
    assert.deepEqual(
      { available: given.available, used: given.used, holds: given.holds?.map(({ id }) => id) },
      { available: 60, used: 30, holds: [`${start}/y`] },
    );
    const charged = after(other, resolve, { client: 11, held: -15, used: 4 });
    assert.deepEqual(
      { available: charged.available, used: charged.used, holds: charged.holds?.map(({ id }) => id) },
      { available: 56, used: 34, holds: [`${start}/y`] },
    );
  }
});

const correction = { key: 'x', parts: [{ id: 'a', kind: 'purchased' as const, prepaid: false, expiresAt: null, millis: 20 }] };
const sold = { sessionId: 'cs', credits: 50, priceCents: 50 };

test('orders.cancel: what an order took returns to the lots that its correction names', () => {
  const back = after(some, 'order.refund', { client: 20, used: -20 }, { correction });
  assert.deepEqual(back, accountWith({ lots: [lot('a', 70), free('f', 10)], used: 10 }));
});

const bought = accountWith({ lots: [lot('b', 9), lot('credits.purchase/cs', 20, { granted: 50 })], used: 30 });

test('webhooks.stripe C19 SX26: a refund takes its part out of what an order used, and the rest from its lot', () => {
  const refunded = after(bought, 'refund.reverse', { client: -15, used: 0, issued: 15 }, { correction: sold });
  assert.deepEqual(refunded, accountWith({ lots: [lot('b', 9), lot('credits.purchase/cs', 5, { granted: 35 })], used: 30, reversed: 15 }));
  const ordered = after(bought, 'refund.reverse', { client: -15, used: -10, issued: 25 }, { correction: sold });
  assert.deepEqual(ordered, accountWith({ lots: [lot('b', 9), lot('credits.purchase/cs', 5, { granted: 35 })], used: 20, reversed: 25 }));
  assert.deepEqual(after(ordered, 'refund.fail', { client: 15, used: 10, issued: -25 }, { correction: sold }), bought);
});

test('orders.cancel C4 SX2: credits that return join a lot by the rules of their transfer', () => {
  const lots = Array.from({ length: 100 }, (_, index) => lot(`r${index}`, 1, { kind: 'allocated' }));
  const before = accountWith({ lots, used: 30, reversed: 20 });
  const back = (rules: number) => [
    after(before, 'refund.fail', { client: 20, issued: -20 }, { correction: sold, rules }).lots.length,
    after(before, 'order.refund', { client: 20, used: -20 }, { correction, rules }).lots.length,
    after(before, 'credits.purchase', { client: 20, issued: -20 }, { rules }).lots.length,
  ];
  assert.deepEqual(back(2), [101, 101, 101]);
  const alike = accountWith({ lots: lots.with(99, lot('bought', 1)), used: 30, reversed: 20 });
  assert.equal(after(alike, 'refund.fail', { client: 20, issued: -20 }, { correction: sold, rules: 1 }).lots.length, 100);
  assert.equal(after(alike, 'order.refund', { client: 20, used: -20 }, { correction, rules: 1 }).lots.length, 100);
  assert.equal(after(alike, 'credits.purchase', { client: 20, issued: -20 }, { rules: 1 }).lots.length, 100);
});

test('webhooks.stripe C19: a dispute freezes its purchase; lost, it takes the frozen credits, and won, it frees them', () => {
  const frozen = after(bought, 'dispute.freeze', { client: -12, held: 12 }, { correction: sold });
  const lots = [lot('b', 9), lot('credits.purchase/cs', 8, { granted: 50, held: 12 })];
  const holds = [{ id: 'dispute/x', lots: [{ id: 'credits.purchase/cs', millis: 12 }] }];
  assert.deepEqual(frozen, accountWith({ lots, holds, used: 30 }));
  const lost = after(frozen, 'dispute.resolve', { client: 0, held: -12, issued: 12 }, { correction: sold });
  assert.deepEqual(lost, accountWith({ lots: [lot('b', 9), lot('credits.purchase/cs', 8, { granted: 38 })], used: 30, reversed: 12 }));
  assert.deepEqual(after(frozen, 'dispute.resolve', { client: 12, held: -12 }, { correction: sold }), bought);
});

test('webhooks.stripe RL17: free credits leave their lot and come back to it, also if it is gone, and pay no debt', () => {
  const told = { correction: { orderId: 'ord_x', lot: 'f' } };
  const left = after(some, 'free.return', { client: -4, minutes: 4 }, told);
  assert.deepEqual(left, accountWith({ lots: [lot('a', 50), free('f', 6)], used: 30, reversed: 4 }));
  const gone = after(some, 'free.return', { client: -10, minutes: 10 }, told);
  assert.deepEqual(gone, accountWith({ lots: [lot('a', 50)], used: 30, reversed: 10 }));
  assert.deepEqual(after(left, 'free.return', { client: 4, minutes: -4 }, told), some);
  assert.deepEqual(after(gone, 'free.return', { client: 10, minutes: -10 }, told), some);
  const owing = accountWith({ lots: [], used: 30, reversed: 9, debt: 5 });
  const given = after(owing, 'free.return', { client: 9, minutes: -9 }, told);
  assert.deepEqual(given, accountWith({ lots: [free('f', 9)], used: 30, debt: 5 }));
});

test('the ledger I4: a transfer that nothing is known of, or that does not say what it corrects, changes nothing', () => {
  const told = (kind: string, about?: Movement['correction']) => () =>
    after(bought, kind, { client: 1, issued: -1 }, { correction: about });
  assert.throws(told('credits.vanish'), { message: 'nothing is known of credits.vanish' });
  for (const about of [undefined, correction]) assert.throws(told('refund.fail', about), { message: 'refund.fail corrects no purchase' });
  for (const about of [undefined, sold]) assert.throws(told('order.refund', about), { message: 'order.refund corrects no order' });
  for (const about of [undefined, sold]) assert.throws(told('free.return', about), { message: 'free.return corrects no grant' });
});

test('the ledger I4: a client gets what its own leg says, or the transfer is not written', () => {
  assert.throws(() => after(some, 'call.hold', { client: -14, held: 15 }), /call\.hold moves something else on client\.a/);
  const others = { kind: 'usage.record', cause: 'x', legs: [], account: 'minutes.test.0', rules: 2 };
  assert.deepEqual(stateAfter({ available: 5 }, others), { available: 5 }, 'minutes that are not moved stay');
});

test('the ledger I4: the legs of one transfer are summed over all accounts that begin alike', () => {
  const legs = [
    { account: 'client.a', amount: -15 },
    { account: 'used.test.0', amount: 10 },
    { account: 'used.test.1', amount: 5 },
  ];
  const used = clientAfter(some, { kind: 'usage.record', cause: 'x', legs, account: 'client.a', rules: 2 });
  assert.equal(used.available, 45);
});

test('webhooks.stripe SX18 C4: a purchase is corrected in its own lot while that is open, else in the one it joined', () => {
  const [own, joined] = [lot('credits.purchase/cs', 1), lot('joined', 1)];
  const correct = { ...sold, joined: 'joined' };
  assert.equal(lotOf({ lots: [lot('other', 1), joined] }, correct), 'joined');
  assert.equal(lotOf({ lots: [own, joined] }, correct), 'credits.purchase/cs');
  assert.equal(lotOf({ lots: [lot('other', 1)] }, correct), 'credits.purchase/cs');
  assert.equal(lotOf({ lots: [joined] }, sold), 'credits.purchase/cs');
});
