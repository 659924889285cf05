import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { lotId } from '../../../api/ledger/state/effects.ts';
import { RULES } from '../../../api/ledger/state/lots.ts';
import { assertSound, emptyState, meterOf, stateAfter } from '../../../api/ledger/state/states.ts';
import type { ClientState } from '../../../api/models/transfer.ts';
import { runs } from '../../support/runs.ts';

const ACCOUNT = 'client.a';

/** Returns the account's state after a transfer whose legs are named by the beginnings of their accounts. */
function move(state: ClientState, kind: string, cause: string, legs: Record<string, number>, rules = RULES): ClientState {
  const moved = Object.entries(legs).map(([name, amount]) => ({ account: name === 'client' ? ACCOUNT : `${name}.test.0`, amount }));
  const after = stateAfter(state, { kind, cause, legs: moved, account: ACCOUNT, rules }) as ClientState; // of a client
  assertSound(ACCOUNT, after);
  return after;
}

const nothing = emptyState(ACCOUNT) as ClientState; // of a client
const give = (state: ClientState, cause: string, millis: number, rules?: number) =>
  move(state, 'credits.recharge', cause, { client: millis, issued: -millis }, rules);
const use = (state: ClientState, cause: string, millis: number, rules?: number) =>
  move(state, 'usage.record', cause, { client: -millis, used: millis }, rules);
const buyOrder = (state: ClientState, key: string, millis: number) =>
  move(state, 'credits.purchase', key, { client: 0, held: millis, issued: -millis });
const resolve = (state: ClientState, kind: string, cause: string, held: number, used: number) =>
  move(state, kind, cause, { client: held - used, held: -held, used });
const figures = (state: ClientState) => {
  const { available, used, assigned } = meterOf(state);
  return `${available} | ${used} | ${assigned}`;
};

test('credits.balance C2: used-up credits stay in the meter until new ones come', () => {
  const shown = [give(nothing, 'first', 100)];
  const then = (act: (state: ClientState) => ClientState) => shown.push(act(shown.at(-1) ?? nothing));
  then((state) => use(state, 'one', 30));
  then((state) => give(state, 'second', 50));
  then((state) => use(state, 'two', 75));
  then((state) => use(state, 'three', 45));
  then((state) => give(state, 'third', 100));
  assert.deepEqual(shown.map(figures), [
    '100 | 0 | 100',
    '70 | 30 | 100',
    '120 | 30 | 150',
    '45 | 105 | 150',
    '0 | 150 | 150',
    '100 | 0 | 100',
  ]);
});

test('credits.balance C2 C4: a state of rules 2 goes on by those of now, and entries of before replay unchanged', () => {
  const before = use(give(give(nothing, 'first', 100, 2), 'second', 50, 2), 'one', 105, 2);
  assert.equal(figures(before), '45 | 5 | 50', 'the used-up lot had left by use');
  const now = use(before, 'two', 45);
  assert.equal(figures(now), '0 | 50 | 50');
  const side = use(give(now, 'third', 10), 'three', 10, 2);
  assert.equal(figures(side), '0 | 0 | 0', 'an older process beside this one writes by its own rules');
});

test('credits.balance C2: credits that were bought for one order leave the meter with it', () => {
  const usedUp = use(give(nothing, 'first', 100), 'one', 100);
  const held = buyOrder(usedUp, 'cs_1', 8);
  assert.equal(figures(held), '0 | 100 | 108', 'eight are set aside');
  const done = resolve(held, 'order.resolve', 'cs_1', 8, 8);
  assert.equal(figures(done), '0 | 100 | 100');
  assert.equal(figures(resolve(held, 'order.resolve', 'cs_1', 8, 5)), '3 | 105 | 108', 'what is left of them can be spent');
  const many = Array.from({ length: 300 }, (_, index) => `cs_${index + 2}`).reduce(
    (state, key) => resolve(buyOrder(state, key, 8), 'order.resolve', key, 8, 8),
    done,
  );
  assert.deepEqual(
    many.lots.map(({ id }) => id),
    [lotId('credits.recharge', 'first')],
    'the account does not grow with each order',
  );
});

const step = fc.record({
  what: fc.constantFrom('give', 'use', 'use all', 'hold', 'resolve', 'void', 'buy an order', 'order', 'deliver'),
  share: fc.integer({ min: 1, max: 100 }),
  millis: fc.integer({ min: 1, max: 1000 }),
});
type Step = typeof step extends fc.Arbitrary<infer One> ? One : never;

test('credits.balance C2: Used never falls by use, Available = Assigned - Used - Held, and lifetime totals stay', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60, size: 'max' }), (steps) => {
      let state = nothing;
      const sums = { given: 0, used: 0 };
      for (const [index, one] of steps.entries()) {
        const before = meterOf(state);
        const played = play(state, one, index);
        state = played.state;
        sums.given += played.given;
        sums.used += played.used;
        const after = meterOf(state);
        assert.equal(after.available, after.assigned - after.used - after.held);
        const grown = after.used - before.used;
        const isOwn = one.what === 'deliver' && grown === 0; // the order used up what was bought for it
        if (one.what !== 'give') assert.ok(grown === played.used || isOwn, `${one.what} changed it by ${grown}`);
        const isUsedUp = state.lots.some(({ remaining, held }) => remaining + held === 0);
        if (one.what === 'give') assert.equal(isUsedUp, false, 'used-up lots leave');
        assert.ok(after.used <= sums.used, 'more than was ever used');
        assert.deepEqual({ assigned: state.assigned, used: state.used }, { assigned: sums.given, used: sums.used });
      }
    }),
    { numRuns: runs(300) },
  );
});

/** Plays one step that is possible, and tells what came and what was used, in milli-credits. */
function play(state: ClientState, { what, share, millis }: Step, index: number): { state: ClientState; given: number; used: number } {
  const part = Math.ceil((state.available * share) / 100);
  const moved = (after: ClientState, { given = 0, used = 0 } = {}) => ({ state: after, given, used });
  const none = moved(state);
  if (what === 'give') return moved(give(state, `g${index}`, millis), { given: millis });
  if (what === 'buy an order') return moved(buyOrder(state, `o${index}`, millis), { given: millis });
  const [open] = state.holds?.filter(({ id }) => id.startsWith(what === 'deliver' ? 'order/' : 'call/')) ?? [];
  if (what === 'resolve' || what === 'void' || what === 'deliver') {
    if (!open) return none;
    const held = open.lots.reduce((sum, one) => sum + one.millis, 0);
    const used = what === 'void' ? 0 : Math.ceil((held * share) / 100);
    const kind = what === 'deliver' ? 'order.resolve' : 'hold.resolve';
    return moved(resolve(state, kind, open.id.slice(open.id.indexOf('/') + 1), held, used), { used });
  }
  const amount = what === 'use all' ? state.available : part;
  if (amount === 0) return none;
  if (what === 'hold') return moved(move(state, 'call.hold', `c${index}`, { client: -amount, held: amount }));
  if (what === 'order') return moved(move(state, 'order.hold', `o${index}`, { client: -amount, held: amount }));
  return moved(use(state, `u${index}`, amount), { used: amount });
}
