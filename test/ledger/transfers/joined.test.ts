import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { audit } from '../../../api/domain/audit/audit.ts';
import { clearingOf, clientOf, feesOf, platformFees, purchaseOf, revenueOf } from '../../../api/ledger/accounts.ts';
import { contentHash, linkHash } from '../../../api/ledger/chain.ts';
import { type Leg, legs } from '../../../api/ledger/legs.ts';
import { promiseTo } from '../../../api/ledger/state/changes.ts';
import { lotOf } from '../../../api/ledger/state/effects.ts';
import { disputedMillis, untouched } from '../../../api/ledger/state/returns.ts';
import { assertSound, emptyState, stateAfter } from '../../../api/ledger/state/states.ts';
import { readBalance, rechargeCredits } from '../../../api/ledger/transfers/grants.ts';
import { chargeLegs } from '../../../api/ledger/transfers/holds.ts';
import { correctionLegs, freezePurchase, loseFreeze, releaseFreeze, reversePurchase } from '../../../api/ledger/transfers/returns.ts';
import { readHead } from '../../../api/models/entry.ts';
import { insertPurchase, noteSession } from '../../../api/models/purchase.ts';
import type { ClientScope } from '../../../api/models/scope.ts';
import {
  appendTransfers,
  type ClientState,
  type PurchaseCorrection,
  type PurchaseReturns,
  prefixOf,
  slotOf,
} from '../../../api/models/transfer.ts';
import { openEngine } from '../../support/engine.ts';
import { newClient, somebody } from '../people.ts';

const engine = await openEngine();
after(() => engine.close());

const sold = { credits: 20_000, priceCents: 800 };
const JOINED = 3;
const facts = fc.record({
  used: fc.nat(80_000),
  steps: fc.array(
    fc.record({
      what: fc.constantFrom('refund', 'won', 'lost'),
      purchase: fc.nat(JOINED),
      cents: fc.integer({ min: 1, max: 800 }),
      at: fc.nat(10),
    }),
    { maxLength: 5 },
  ),
});

/** A client with a hundred open lots who then buys more, under the given rules. */
class Account {
  readonly scope = newClient();
  readonly #joined: string | undefined;
  state = emptyState(clientOf(this.scope)) as ClientState;
  readonly #purchases = new Map<number, PurchaseReturns>();

  constructor(rules: number) {
    this.#buy(0, rules);
    for (let index = 1; index < 100; index += 1)
      this.#move('credits.recharge', `r${index}`, legs(...promiseTo(this.scope, this.state, 10)), rules);
    for (let index = 1; index <= JOINED; index += 1) this.#buy(index, rules);
    this.#joined = rules < 2 ? 'credits.purchase/cs_0' : undefined;
  }

  #buy = (index: number, rules: number) =>
    this.#move('credits.purchase', `cs_${index}`, legs(...promiseTo(this.scope, this.state, sold.credits)), rules);

  #move(kind: string, cause: string, moved: Leg[], rules = 2, correction?: PurchaseCorrection): void {
    const account = clientOf(this.scope);
    this.state = stateAfter(this.state, { kind, cause, correction, legs: moved, account, rules }) as ClientState; // of a client's account
    assertSound(account, this.state);
  }

  use = (millis: number) => this.#move('usage.record', 'call', chargeLegs(this.scope, this.state, millis));

  /** @returns the frozen amount, and the amount due: the credits left in their lot, at most the disputed ones */
  correct(kind: string, cause: string, index: number, told: Partial<PurchaseCorrection>): { frozen: number; due: number } {
    const correction = { ...sold, sessionId: `cs_${index}`, ...(index > 0 && this.#joined && { joined: this.#joined }), ...told };
    const [account, before] = [purchaseOf(this.scope, `pur_${index}`), this.#purchases.get(index) ?? untouched];
    const left = this.state.lots.find(({ id }) => id === lotOf(this.state, correction))?.remaining ?? 0;
    const { held } = this.state;
    const about = { client: this.state, purchase: [account, before] as [typeof account, PurchaseReturns] };
    const moved = correctionLegs(this.scope, { kind, cause, correction, currency: 'EUR' }, about);
    this.#move(kind, cause, moved, 2, correction);
    const facts = { kind, cause, correction, legs: moved, account, rules: 2 };
    this.#purchases.set(index, stateAfter(before, facts) as PurchaseReturns); // of a purchase
    return { frozen: this.state.held - held, due: Math.min(left, disputedMillis(before, correction)) };
  }

  figures() {
    const { available, held, used, assigned, reversed = 0, debt = 0 } = this.state;
    return { available, held, used, assigned, reversed, debt, purchases: [...this.#purchases].toSorted(([a], [b]) => a - b) };
  }
}

test('webhooks.stripe SX18 F14: purchases joined by former rules are disputed and refunded like others, in any order', () => {
  const run = (rules: number, { used, steps }: typeof facts extends fc.Arbitrary<infer Facts> ? Facts : never) => {
    const account = new Account(rules);
    account.use(used);
    const refunded = new Map<number, number>();
    const ends: { at: number; end: () => void }[] = [];
    for (const [index, { what, purchase, cents, at }] of steps.entries()) {
      if (what === 'refund') {
        const refundedCents = Math.min(800, (refunded.get(purchase) ?? 0) + cents);
        refunded.set(purchase, refundedCents);
        account.correct('refund.reverse', `re_${index}`, purchase, { refundedCents });
        continue;
      }
      const { frozen, due } = account.correct('dispute.freeze', `dp_${index}`, purchase, { disputedCents: cents });
      assert.equal(frozen, due);
      const how = what === 'lost' ? { disputedCents: cents } : {};
      ends.push({ at, end: () => account.correct('dispute.resolve', `dp_${index}`, purchase, how) });
    }
    for (const { end } of ends.toSorted((a, b) => a.at - b.at)) end();
    return account.figures();
  };
  fc.assert(
    fc.property(facts, (all) => assert.deepEqual(run(1, all), run(2, all))),
    { numRuns: 80 },
  );
});

/** Buys 20 credits for 8.00 under the former rules. */
async function buyAsBefore(client: ClientScope, name: string) {
  const [kind, purchaseId, sessionId, account] = ['credits.purchase', `pur_${name}`, `cs_${name}`, clientOf(client)];
  const offer = { _id: purchaseId, memberId: 'mem_1', item: { priceId: 'price_1' }, name: '20 credits', ...sold, currency: 'EUR' } as const;
  await insertPurchase(client, { ...offer, createdAt: somebody.at, checkAt: somebody.at });
  await noteSession(client, purchaseId, { id: sessionId, url: null });
  const head = (await readHead(client, account)) ?? assert.fail('a client without entries');
  const moved = legs(
    ...promiseTo(client, head.after as ClientState, sold.credits), // of a client's account
    [clearingOf(client, 'EUR'), 800],
    [revenueOf(client, 'EUR'), -800],
    [feesOf(client, 'EUR'), 16],
    [platformFees(client, 'EUR'), -16],
  );
  const [_id, seq] = [`${prefixOf(client)}${kind}/${sessionId}`, head.seq + 1];
  const state = stateAfter(head.after, { kind, cause: sessionId, legs: moved, account, rules: 1 });
  const postings = moved.map((leg) => {
    if (leg.account !== account) return leg;
    const { amount } = leg;
    return { ...leg, seq, after: state, hash: linkHash(head.hash, { _id, kind, at: somebody.at, account, amount, seq, after: state }) };
  });
  const { agencyId, world } = client;
  const input = contentHash({ client: account, purchaseId, millis: sold.credits, priceCents: 800, currency: 'EUR' });
  const transfer = {
    _id,
    agencyId,
    world,
    kind,
    ...somebody,
    writtenAt: new Date(),
    input,
    purchaseId,
    slots: [slotOf(account, seq)],
    postings,
  };
  assert.deepEqual(await appendTransfers([transfer]), { written: 1 });
  return { purchaseId, sessionId, ...somebody };
}

test('webhooks.stripe SX18: a dispute of a joined purchase freezes the rest of the shared lot, and the audit agrees', async () => {
  const client = newClient();
  await rechargeCredits(client, { requestId: 'r0', millis: 10, ...somebody });
  const first = await buyAsBefore(client, 'first');
  for (let index = 1; index < 99; index += 1) await rechargeCredits(client, { requestId: `r${index}`, millis: 10, ...somebody });
  const joined = await buyAsBefore(client, 'joined');
  const lot = `credits.purchase/${first.sessionId}`;
  const figures = async () => {
    const { available, held, debt = 0 } = await readBalance(client, { meter: { lowPermille: 250, criticalPermille: 100 }, waiting: 0 });
    return { available, held, debt };
  };
  const { state } = await freezePurchase(client, { ...joined, cause: 'dp_1', disputedCents: 400 });
  assert.deepEqual(state.holds, [{ id: 'dispute/dp_1', lots: [{ id: lot, millis: 10_000 }] }]);
  assert.deepEqual(await figures(), { available: 30_990, held: 10_000, debt: 0 });
  await releaseFreeze(client, { ...joined, cause: 'dp_1' });
  await freezePurchase(client, { ...joined, cause: 'dp_2', disputedCents: 800 });
  await reversePurchase(client, { ...first, cause: 're_1', refundedCents: 800 });
  assert.deepEqual(await figures(), { available: 990, held: 20_000, debt: 0 }, 'a refund of the other leaves what is disputed');
  await loseFreeze(client, { ...joined, cause: 'dp_2', disputedCents: 800 });
  assert.deepEqual(await figures(), { available: 990, held: 0, debt: 0 });
  const report = await audit();
  assert.equal(report.violations, 0, JSON.stringify(report.checks.filter(({ ok }) => !ok)));
});
