import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { clientOf, minutesOf, purchaseOf } from '../../../api/ledger/accounts.ts';
import { assertBalanced, type Leg, legs } from '../../../api/ledger/legs.ts';
import { promiseTo } from '../../../api/ledger/state/changes.ts';
import { RULES } from '../../../api/ledger/state/lots.ts';
import { returnsAfter, untouched, wentBackCents } from '../../../api/ledger/state/returns.ts';
import { assertSound, emptyState, stateAfter } from '../../../api/ledger/state/states.ts';
import { chargeLegs } from '../../../api/ledger/transfers/holds.ts';
import { correctionLegs } from '../../../api/ledger/transfers/returns.ts';
import type { ClientState, PurchaseCorrection, PurchaseReturns } from '../../../api/models/transfer.ts';
import { feeCents } from '../../../api/rules/money.ts';
import { newClient } from '../people.ts';

const amount = fc.integer({ min: 1, max: 1_000_000_000_000 });

/** Partial refunds that end in the whole, as growing totals. */
const refunds = fc.tuple(amount, fc.integer({ min: 50, max: 99_999_999 }), fc.array(fc.nat(99_999_999), { maxLength: 6 }));
const totals = (priceCents: number, cuts: number[]) => [...cuts.map((cut) => cut % (priceCents + 1)), priceCents].sort((a, b) => a - b);

type Rounding = (before: PurchaseReturns, correction: PurchaseCorrection) => PurchaseReturns;

/** Asserts that parts of any size return exactly the credits and the fee in total, and never more before. */
function holds(reverse: Rounding, [credits, priceCents, cuts]: [number, number, number[]]): void {
  const fee = feeCents(priceCents, 200);
  let state = untouched;
  for (const refundedCents of totals(priceCents, cuts)) {
    const before = state;
    state = reverse(state, { sessionId: 'cs', credits, priceCents, refundedCents });
    assert(state.reversed >= before.reversed && state.reversed <= credits && state.reversedFeeCents <= fee);
    assert(BigInt(state.reversed) * BigInt(priceCents) <= BigInt(credits) * BigInt(refundedCents), 'rounded down');
  }
  assert.deepEqual(
    { reversed: state.reversed, reversedFeeCents: state.reversedFeeCents, wentBackCents: wentBackCents(state, priceCents) },
    { reversed: credits, reversedFeeCents: fee, wentBackCents: priceCents },
  );
}

const cumulatively: Rounding = (before, correction) => returnsAfter(before, 'refund.reverse', correction);

test('credits.statement F13 P8: partial refunds up to the whole take back all credits and the fee, in 20,000 runs', () => {
  fc.assert(
    fc.property(refunds, (parts) => holds(cumulatively, parts)),
    { numRuns: 20_000 },
  );
  holds(cumulatively, [100_000, 84_274_175, [1]]);
});

test('credits.statement F13: the same property catches rounding each part by itself', () => {
  const partByPart: Rounding = (before, correction) => {
    const part = (correction.refundedCents ?? 0) - before.refundedCents;
    const alone = returnsAfter(untouched, 'refund.reverse', { ...correction, refundedCents: part });
    return {
      ...alone,
      refundedCents: before.refundedCents + part,
      reversed: before.reversed + alone.reversed,
      reversedFeeCents: before.reversedFeeCents + alone.reversedFeeCents,
    };
  };
  assert.throws(() => holds(partByPart, [100_000, 84_274_175, [1]]), 'the counter-example 84274175 = 1 + 84274174');
  assert(
    fc.check(
      fc.property(refunds, (parts) => holds(partByPart, parts)),
      { numRuns: 1000 },
    ).failed,
  );
});

const scope = newClient();
const [client, purchase, minutes] = [clientOf(scope), purchaseOf(scope, 'pur_1'), minutesOf(scope)];
const sold = { sessionId: 'cs_1', credits: 100_000, priceCents: 4000 };

/** A client's account with its debt and one purchase. Every step is balanced and sound. */
class Account {
  state = emptyState(client) as ClientState;
  purchase = untouched;

  #move(kind: string, cause: string, moved: readonly Leg[], correction?: PurchaseCorrection): void {
    assertBalanced(moved);
    const movement = { kind, cause, correction, legs: moved, rules: RULES };
    this.state = stateAfter(this.state, { ...movement, account: client }) as ClientState;
    if (correction) this.purchase = stateAfter(this.purchase, { ...movement, account: purchase }) as PurchaseReturns;
    assertSound(client, this.state);
    assertSound(purchase, this.purchase);
  }

  free = (millis: number) => this.#move('signup.grant', 'free', legs([client, millis], [minutes, -millis]));
  buy = (cause: string, millis: number) => this.#move('credits.purchase', cause, legs(...promiseTo(scope, this.state, millis)));
  call = (cause: string, millis: number) =>
    this.#move('usage.record', cause, chargeLegs(scope, this.state, Math.min(millis, this.state.available)));

  correct(kind: string, cause: string, told: Partial<PurchaseCorrection>): void {
    const correction = { ...sold, ...told };
    const before = { client: this.state, purchase: [purchase, this.purchase] as [typeof purchase, PurchaseReturns] };
    this.#move(kind, cause, correctionLegs(scope, { kind, cause, correction, currency: 'EUR' }, before), correction);
  }
}

/** Events of a purchase, each once, in any order. */
const facts = fc.record({
  used: fc.nat(140_000),
  refundCents: fc.array(fc.integer({ min: 1, max: 2000 }), { maxLength: 3 }),
  dispute: fc.constantFrom(undefined, 'won', 'lost'),
  disputedCents: fc.integer({ min: 1, max: 4000 }),
  order: fc.array(fc.nat(1000), { minLength: 12, maxLength: 12 }),
});

test('credits.statement F12 F14 I14: refunds, a dispute and a purchase end the same in any order, and steps add up', () => {
  const run = ({ used, refundCents, dispute, disputedCents }: Omit<Parameters<typeof outcome>[0], 'order'>, order: number[]) => {
    const account = new Account();
    account.free(10_000);
    account.buy('cs_1', 100_000);
    account.buy('cs_0', 30_000);
    if (used > 0) account.call('before', used);
    let [sum, isOver] = [0, false];
    const steps = [
      ...refundCents.map((cents, index) => () => {
        sum += cents;
        account.correct('refund.reverse', `re_${index}`, { refundedCents: sum });
      }),
      ...(dispute
        ? [
            () => account.correct('dispute.freeze', 'dp_1', { disputedCents: isOver ? 0 : disputedCents }),
            () => {
              isOver = true;
              account.correct('dispute.resolve', 'dp_1', dispute === 'lost' ? { disputedCents } : {});
            },
          ]
        : []),
      () => account.buy('cs_2', 50_000),
    ];
    const shuffled = steps.map((step, index) => ({ step, at: order[index] ?? 0 })).toSorted((a, b) => a.at - b.at);
    for (const { step } of shuffled) step();
    const { available, held, used: spent, assigned, reversed = 0, debt = 0 } = account.state;
    return { available, held, spent, assigned, reversed, debt, purchase: account.purchase };
  };
  const outcome = (all: { used: number; refundCents: number[]; dispute: string | undefined; disputedCents: number; order: number[] }) =>
    assert.deepEqual(run(all, all.order), run(all, []));
  fc.assert(fc.property(facts, outcome), { numRuns: 3000 });
});
