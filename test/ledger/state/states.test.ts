import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  chargeHold,
  freeze,
  receiveCredits,
  receiveHeld,
  releaseHold,
  returnCredits,
  returnParts,
  takeBack,
  takeFromUse,
  unfreeze,
} from '../../../api/ledger/state/debts.ts';
import { countHolds, heldFor, holdFor, isHeld, orderedFor, promisedIn } from '../../../api/ledger/state/holds.ts';
import { draw } from '../../../api/ledger/state/lots.ts';
import { assertSound, emptyState, meterOf } from '../../../api/ledger/state/states.ts';
import type { ClientState, Lot } from '../../../api/models/transfer.ts';

const ACCOUNT = 'client.a';
const lot = (id: string, granted: number, isFree = false): Lot => ({
  id,
  kind: isFree ? 'free' : 'purchased',
  granted,
  remaining: granted,
  held: 0,
  prepaid: isFree,
  expiresAt: null,
});

/** Steps on an account, as a program that never asks for more than there is. */
const step = fc.record({
  what: fc.constantFrom('buy', 'give', 'hold', 'hold paid', 'charge', 'release', 'freeze', 'unfreeze', 'take back', 'buy for an order'),
  name: fc.constantFrom('a', 'b'),
  part: fc.integer({ min: 0, max: 100 }).map((percent) => percent / 100),
  millis: fc.integer({ min: 1, max: 100 }),
});
type Step = typeof step extends fc.Arbitrary<infer One> ? One : never;

const spendable = ({ lots }: ClientState, from: (one: Lot) => boolean = () => true) =>
  lots.filter(from).reduce((sum, { remaining }) => sum + remaining, 0);
const heldUnder = (state: ClientState, name: string) =>
  (state.holds?.find(({ id }) => id === name)?.lots ?? []).reduce((sum, { millis }) => sum + millis, 0);
const partOf = (part: number, whole: number) => Math.floor(part * whole);

function play(state: ClientState, { what, name, part, millis }: Step, index: number): ClientState {
  const [call, order, dispute] = [heldFor(name), orderedFor(name), `dispute/${name}`];
  const own = state.lots.find(({ id }) => id === `bought-${name}`);
  if (what === 'buy') return own ? state : receiveCredits(state, lot(`bought-${name}`, millis));
  if (what === 'give') return receiveCredits(state, lot(`free-${index}`, millis, true));
  if (what === 'buy for an order') return isHeld(state, order) ? state : receiveHeld(state, lot(`order-${index}`, millis), order);
  if (what === 'hold') return isHeld(state, call) ? state : holdFor(state, call, partOf(part, spendable(state)));
  const isPaid = ({ prepaid }: Lot) => !prepaid;
  if (what === 'hold paid') return isHeld(state, order) ? state : holdFor(state, order, partOf(part, spendable(state, isPaid)), isPaid);
  if (what === 'charge')
    return isHeld(state, call) ? chargeHold(state, call, Math.max(1, partOf(part, heldUnder(state, call)))).state : state;
  if (what === 'release') return releaseHold(state, part < 0.5 ? call : order);
  if (what === 'freeze') return own && !isHeld(state, dispute) ? freeze(state, name, own.id, partOf(part, own.remaining)) : state;
  if (what === 'unfreeze') return unfreeze(state, name);
  return takeBack(state, `bought-${name}`, own ? Math.max(1, partOf(part, own.granted)) : millis); // also of what is used up
}

const account: fc.Arbitrary<ClientState> = fc
  .array(step, { maxLength: 24, size: 'max' })
  .map((steps) => steps.reduce<ClientState>(play, emptyState(ACCOUNT) as ClientState));
const totals = ({ available, held, used, assigned, reversed = 0, debt = 0 }: ClientState) => ({
  available,
  held,
  used,
  assigned,
  reversed,
  debt,
});
const check = (...parts: Parameters<typeof fc.property<[ClientState, number]>>) => fc.assert(fc.property(...parts), { numRuns: 200 });
const amount = fc.integer({ min: 1, max: 120 });

test('the ledger I4: whatever happens to an account, it adds up, and the meter shows its lots', () => {
  check(account, amount, (state) => {
    assertSound(ACCOUNT, state);
    const assigned = state.lots.reduce((sum, { granted }) => sum + granted, 0);
    const { available, held } = state;
    assert.deepEqual(meterOf(state), { available, held, used: assigned - available - held, assigned });
    assert.equal(
      countHolds(state, 'call/') + countHolds(state, 'order/'),
      (state.holds ?? []).filter(({ id }) => !id.startsWith('dispute/')).length,
    );
  });
});

test('credits.recharge C19: what comes in pays what is owed first, though never by free credits', () => {
  check(account, amount, (state, granted) => {
    const before = totals(state);
    for (const isFree of [false, true]) {
      const paid = isFree ? 0 : Math.min(before.debt, granted);
      const after = receiveCredits(state, lot('new', granted, isFree));
      const expected = {
        ...before,
        available: before.available + granted - paid,
        assigned: before.assigned + granted,
        debt: before.debt - paid,
      };
      assert.deepEqual(totals(after), expected);
      assert.equal(after.lots.find(({ id }) => id === 'new')?.remaining, granted - paid);
      assertSound(ACCOUNT, after);
    }
    const held = receiveHeld(state, lot('new', granted), 'order/new');
    assert.deepEqual(totals(held), { ...before, held: before.held + granted, assigned: before.assigned + granted });
    assert.deepEqual(held.holds?.at(-1), { id: 'order/new', lots: [{ id: 'new', millis: granted }] });
  });
});

test('webhooks.stripe C19: credits are taken back from their lot, its freezes and paid lots; the rest is owed', () => {
  check(account, amount, (state, millis) => {
    for (const { id } of state.lots.filter(({ prepaid }) => !prepaid)) {
      const isOwn = (one: Lot) => one.id === id;
      const frozenIn = (state.holds ?? []).filter((hold) => hold.id.startsWith('dispute/')).flatMap(({ lots }) => lots);
      const own = Math.min(millis, spendable(state, isOwn));
      const frozen = Math.min(
        millis - own,
        frozenIn.filter((part) => part.id === id).reduce((sum, part) => sum + part.millis, 0),
      );
      const others = Math.min(
        millis - own - frozen,
        spendable(state, (one) => !isOwn(one) && !one.prepaid),
      );
      const before = totals(state);
      const after = takeBack(state, id, millis);
      assert.deepEqual(totals(after), {
        ...before,
        available: before.available - own - others,
        held: before.held - frozen,
        reversed: before.reversed + millis,
        debt: before.debt + millis - own - frozen - others,
      });
      assert.equal(
        spendable(after, ({ prepaid }) => prepaid),
        spendable(state, ({ prepaid }) => prepaid),
        'nobody paid for free credits',
      );
      const grantedIn = (one: ClientState) => one.lots.reduce((sum, { granted, remaining, held }) => sum + granted - remaining - held, 0);
      assert.ok(grantedIn(after) <= grantedIn(state), 'what is taken back was never used');
      assertSound(ACCOUNT, after);
    }
  });
});

test('webhooks.stripe C19: credits whose payment stays after all come back, less what is owed, as the same lot', () => {
  check(account, amount, (state, millis) => {
    const before = totals(state);
    const back = Math.min(millis, before.reversed);
    if (back === 0) return;
    for (const id of ['bought-a', 'bought-new']) {
      const paid = Math.min(before.debt, back);
      const after = returnCredits(state, id, back);
      assert.deepEqual(totals(after), {
        ...before,
        available: before.available + back - paid,
        reversed: before.reversed - back,
        debt: before.debt - paid,
      });
      const [was, is] = [state, after].map(({ lots }) => lots.find((one) => one.id === id));
      assert.equal((is?.remaining ?? 0) - (was?.remaining ?? 0), back - paid);
      assert.equal((is?.granted ?? 0) - (was?.granted ?? 0), back - paid);
      if (!was && is) assert.deepEqual({ ...is, granted: 0, remaining: 0 }, { ...lot(id, 0) });
      assertSound(ACCOUNT, after);
    }
  });
});

test('webhooks.stripe C19: what an order used is taken back out of its use, and given to it again', () => {
  check(account, amount, (state, millis) => {
    const before = totals(state);
    const less = Math.min(millis, before.used);
    const after = takeFromUse(state, less);
    assert.deepEqual(totals(after), { ...before, used: before.used - less, reversed: before.reversed + less });
    assert.deepEqual(totals(takeFromUse(after, -less)), before);
  });
});

test('webhooks.stripe C19: a freeze that ends gives back exactly what it set aside, less what is owed', () => {
  check(account, amount, (state, millis) => {
    const own = state.lots.find(({ prepaid, remaining }) => !prepaid && remaining > 0);
    if (!own) return;
    const part = Math.min(millis, own.remaining);
    const frozen = freeze(state, 'new', own.id, part);
    const before = totals(state);
    assert.deepEqual(totals(frozen), { ...before, available: before.available - part, held: before.held + part });
    assert.deepEqual(totals(unfreeze(frozen, 'new')), before);
    assert.deepEqual(unfreeze(frozen, 'new').lots, state.lots);
    assert.equal(unfreeze(state, 'unknown'), state);
    assert.equal(freeze(state, 'new', own.id, 0), state);
  });
});

test('calls.end C10: a hold is set aside as it would be used, and what is not used of it comes back to its lots', () => {
  check(account, amount, (state, millis) => {
    const part = Math.min(millis, state.available);
    if (part === 0) return;
    const before = totals(state);
    const held = holdFor(state, 'call/new', part);
    assert.deepEqual(totals(held), { ...before, available: before.available - part, held: before.held + part });
    const drawn = draw(state.lots, part).taken;
    assert.deepEqual(
      held.holds?.find(({ id }) => id === 'call/new')?.lots,
      drawn.map(({ lot: { id }, millis: taken }) => ({ id, millis: taken })),
    );
    const paid = drawn.reduce((sum, taken) => (taken.lot.prepaid ? sum : sum + taken.millis), 0);
    assert.equal(promisedIn(held, 'call/new'), paid);
    assert.deepEqual(
      { isHeldNow: isHeld(held, 'call/new'), wasHeld: isHeld(state, 'call/new'), promised: promisedIn(state, 'call/new') },
      { isHeldNow: true, wasHeld: false, promised: 0 },
    );
    const released = releaseHold(held, 'call/new');
    const owed = Math.min(before.debt, paid);
    assert.deepEqual(totals(released), { ...before, available: before.available - owed, debt: before.debt - owed });
    for (const used of [1, part]) {
      const { state: after } = chargeHold(held, 'call/new', used);
      const sums = totals(after);
      assert.deepEqual(
        { used: sums.used, held: sums.held, assigned: sums.assigned },
        { used: before.used + used, held: before.held, assigned: before.assigned },
      );
      assert.equal(before.debt - sums.debt, before.available - used - sums.available, 'what comes back pays what is owed');
      assert.equal(isHeld(after, 'call/new'), false);
      assertSound(ACCOUNT, after);
    }
  });
});

test('orders.cancel: what an order used comes back to the lots it came from, also where these are used up by now', () => {
  check(account, amount, (state, millis) => {
    const part = Math.min(millis, state.available);
    if (part === 0) return;
    const { lots, taken } = draw(state.lots, part);
    const used = { ...state, available: state.available - part, used: state.used + part, lots };
    const parts = taken.map(({ lot: { id, kind, prepaid, expiresAt }, millis: one }) => ({ id, kind, prepaid, expiresAt, millis: one }));
    const owed = Math.min(
      state.debt ?? 0,
      parts.reduce((sum, one) => (one.prepaid ? sum : sum + one.millis), 0),
    );
    const after = returnParts(used, parts);
    const before = totals(state);
    assert.deepEqual(totals(after), { ...before, available: before.available - owed, debt: before.debt - owed });
    if (owed === 0)
      for (const one of state.lots) assert.equal(after.lots.find(({ id }) => id === one.id)?.remaining, one.remaining, one.id);
    assertSound(ACCOUNT, after);
  });
});

test('the ledger I4: a state that does not add up is a bug, and stops what would write it', () => {
  const sound: ClientState = {
    available: 60,
    held: 40,
    used: 10,
    assigned: 100,
    reversed: 5,
    debt: 15,
    lots: [{ ...lot('x', 100), remaining: 60, held: 40 }],
    holds: [{ id: 'call/c', lots: [{ id: 'x', millis: 40 }] }],
  };
  assertSound(ACCOUNT, sound);
  const [own] = sound.lots as [Lot];
  const wrong: Partial<ClientState>[] = [
    { used: 10.5 },
    { available: 61 },
    { used: 11 },
    { debt: 14 },
    { available: 61, assigned: 101 },
    { held: 41, assigned: 101 },
    { used: -5, assigned: 85 },
    { lots: [{ ...own, remaining: 61 }] },
    { lots: [{ ...own, granted: 99 }] },
    { lots: [{ ...own, remaining: 101, held: -1 }], available: 101, held: -1 },
    { lots: [own, { ...lot('y', 1), remaining: -1, held: 1 }] },
    { holds: [] },
    { holds: [{ id: 'call/c', lots: [{ id: 'x', millis: 39 }] }] },
    { holds: [{ id: 'call/c', lots: [{ id: 'y', millis: 40 }] }] },
    { holds: [...(sound.holds ?? []), { id: 'call/d', lots: [{ id: 'x', millis: 0 }] }] },
    { holds: [...(sound.holds ?? []), { id: 'call/d', lots: [{ id: 'y', millis: 1 }] }] },
    { used: 9.5, reversed: 5.5 },
    {
      lots: [
        { ...own, remaining: 61, granted: 101 },
        { ...lot('y', 5), remaining: -1 },
      ],
    },
    {
      lots: [
        { ...own, held: 41, granted: 101 },
        { ...lot('y', 5), remaining: 0, held: -1 },
      ],
    },
    {
      lots: [
        { ...own, remaining: 50, held: 30 },
        { ...lot('y', 20), remaining: 10, held: 10 },
      ],
    },
  ];
  for (const change of wrong)
    assert.throws(() => assertSound(ACCOUNT, { ...sound, ...change }), assert.AssertionError, JSON.stringify(change));
  const parts = [10, 30].map((millis) => ({ id: `call/${millis}`, lots: [{ id: 'x', millis }] }));
  assertSound(ACCOUNT, { ...sound, holds: parts });
  assertSound('purchase.p.test.0', { refundedCents: 1, lostCents: 0, reversed: 2, reversedFeeCents: 3 });
  assertSound('minutes.test.0', { available: -5 });
  assert.throws(() => assertSound('minutes.test.0', { available: -0.5 }), assert.AssertionError);
  assert.throws(
    () => assertSound('purchase.p.test.0', { refundedCents: -1, lostCents: 0, reversed: 0, reversedFeeCents: 0 }),
    assert.AssertionError,
  );
});
