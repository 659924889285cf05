import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { Refusal } from '../../api/contract/refusal.ts';
import { audit } from '../../api/domain/audit/audit.ts';
import { clientOf } from '../../api/ledger/accounts.ts';
import { readStanding, standingAfter } from '../../api/ledger/standing.ts';
import { settleCall } from '../../api/ledger/transfers/calls.ts';
import { allocateCredits, creditPurchase, grantFree, rechargeCredits } from '../../api/ledger/transfers/grants.ts';
import { expireHolds, holdCredits, voidHold } from '../../api/ledger/transfers/holds.ts';
import { holdForOrder, refundOrderHold, settleOrderHold, voidOrderHold } from '../../api/ledger/transfers/orders.ts';
import { freezePurchase, loseFreeze, reinstatePurchase, releaseFreeze, reversePurchase } from '../../api/ledger/transfers/returns.ts';
import { readEntries } from '../../api/models/entry.ts';
import { insertPurchase, noteSession } from '../../api/models/purchase.ts';
import type { ClientScope } from '../../api/models/scope.ts';
import { openEngine } from '../support/engine.ts';
import { runs } from '../support/runs.ts';
import { bySecond, newClient, noErrors, somebody } from './people.ts';

const engine = await openEngine();
after(() => engine.close());

const LIMIT_CENTS = 800;
const unlimited = { kind: 'unlimited' } as const;
const later = new Date(somebody.at.getTime() + 600_000);

/** Every action on a client's account. */
type Act = (client: ClientScope, about: { name: string; millis: number; cents: number }) => Promise<unknown>;
const soldAs = (name: string) => ({ sessionId: `cs_${name}`, purchaseId: `pur_${name}`, ...somebody });
const sale = { priceCents: LIMIT_CENTS, currency: 'EUR' } as const;

async function buy(client: ClientScope, name: string, isHeld: boolean): Promise<void> {
  const { sessionId, purchaseId } = soldAs(`${client.subject}-${name}`);
  const offer = { _id: purchaseId, memberId: 'mem_1', item: { priceId: 'price_1' }, name: '20 credits', credits: 20_000, ...sale };
  await insertPurchase(client, { ...offer, createdAt: somebody.at, checkAt: somebody.at });
  await noteSession(client, purchaseId, { id: sessionId, url: null });
  await creditPurchase(client, { paymentStatus: 'paid', sessionId, purchaseId, millis: 20_000, isHeld, ...sale, ...somebody });
}

const purchaseOf = ({ subject }: ClientScope, name: string) => soldAs(`${subject}-${name}`);
const orderOf = (client: ClientScope, name: string) => ({ key: `ord-${client.subject}-${name}`, ...somebody });
const heldPurchase = (client: ClientScope, name: string) => ({ key: purchaseOf(client, `order-${name}`).sessionId, ...somebody });

const acts = {
  free: (client, { millis }) => grantFree(client, { millis, cause: `${client.clientId}-${millis}`, ...somebody }),
  allocate: (client, { name, millis }) =>
    allocateCredits(client, { requestId: `${client.subject}-${name}`, millis, description: 'Some', ...somebody }),
  recharge: (client, { name, millis }) => rechargeCredits(client, { requestId: `${client.subject}-${name}`, millis, ...somebody }),
  buy: (client, { name }) => buy(client, name, false),
  'buy for an order': (client, { name }) => buy(client, `order-${name}`, true),
  start: (client, { name, millis }) =>
    holdCredits(client, { holdId: `${client.subject}-${name}`, millis, expiresAt: later, policy: unlimited, ...somebody }),
  record: (client, { name, millis }) =>
    settleCall(client, { callId: `${client.subject}-${name}`, seconds: Math.ceil(millis / 20), rounding: bySecond, ...somebody }),
  cancel: (client, { name }) => voidHold(client, { holdId: `${client.subject}-${name}`, ...somebody }),
  expire: () => expireHolds(new Date(later.getTime() + 1), noErrors),
  // The credits that may pay for an order are fixed when it is placed.
  'order held': (client, { name, millis }) => holdForOrder(client, { ...orderOf(client, name), millis, takesFree: name === 'b' }),
  'order settled': async (client, { name }) => {
    const { state } = await readStanding(client);
    const hold = state.holds?.find(({ id }) => id === `order/${orderOf(client, name).key}`);
    const millis = hold?.lots.reduce((sum, part) => sum + part.millis, 0) ?? 1;
    await settleOrderHold(client, { ...orderOf(client, name), millis });
  },
  'order void': (client, { name }) => voidOrderHold(client, orderOf(client, name)),
  'order refunded': (client, { name }) => refundOrderHold(client, orderOf(client, name)),
  'bought order settled': (client, { name }) => settleOrderHold(client, { ...heldPurchase(client, name), millis: 20_000 }),
  'bought order void': (client, { name }) => voidOrderHold(client, heldPurchase(client, name)),
  'bought order refunded': (client, { name }) =>
    assert.rejects(refundOrderHold(client, heldPurchase(client, name)), ({ code }: Refusal) => code === 'order.not_done'),
  refunded: (client, { name, cents }) =>
    reversePurchase(client, { ...purchaseOf(client, name), cause: `re_${cents}`, refundedCents: cents }),
  'refund failed': (client, { name, cents }) =>
    reinstatePurchase(client, { ...purchaseOf(client, name), cause: `rf_${cents}`, refundedCents: cents }),
  'bought order’s payment refunded': (client, { name, cents }) =>
    reversePurchase(client, { ...purchaseOf(client, `order-${name}`), cause: `re_order_${cents}`, refundedCents: cents }),
  disputed: (client, { name, cents }) => freezePurchase(client, { ...purchaseOf(client, name), cause: `dp_${name}`, disputedCents: cents }),
  'dispute won': (client, { name }) => releaseFreeze(client, { ...purchaseOf(client, name), cause: `dp_${name}` }),
  'dispute lost': (client, { name, cents }) =>
    loseFreeze(client, { ...purchaseOf(client, name), cause: `dp_${name}`, disputedCents: cents }),
} satisfies Record<string, Act>;

/** Actions that succeed only after certain others, and so are drawn more often. */
const conditional = ['start', 'cancel', 'order held', 'order settled', 'order refunded', 'bought order void'] as const;

const happening = fc.record({
  what: fc.constantFrom(...(Object.keys(acts) as (keyof typeof acts)[]), ...conditional, ...conditional),
  name: fc.constantFrom('a', 'b'),
  millis: fc.integer({ min: 1, max: 30_000 }),
  cents: fc.constantFrom(1, 300, 333, LIMIT_CENTS),
});

type Happening = typeof happening extends fc.Arbitrary<infer Value> ? Value : never;

const happened = (what: keyof typeof acts, name: 'a' | 'b' = 'a', cents: Happening['cents'] = 300): Happening => ({
  what,
  name,
  millis: 1000,
  cents,
});

/** A history in which each action succeeds, as chance does not reach each of them in every run. */
const whole: Happening[] = [
  ...(['free', 'allocate', 'recharge', 'buy', 'start', 'cancel'] as const).map((what) => happened(what)),
  ...(['start', 'record', 'expire', 'buy'] as const).map((what) => happened(what, 'b')),
  ...(['order held', 'order settled', 'order refunded'] as const).map((what) => happened(what)),
  ...(['order held', 'order void', 'bought order refunded'] as const).map((what) => happened(what, 'b')),
  ...(['buy for an order', 'bought order settled', 'bought order’s payment refunded'] as const).map((what) => happened(what)),
  ...(['buy for an order', 'bought order void', 'disputed', 'dispute lost'] as const).map((what) => happened(what, 'b')),
  ...(['refunded', 'refund failed', 'disputed', 'dispute won'] as const).map((what) =>
    happened(what, 'a', what === 'refunded' ? 333 : 300),
  ),
];

/** A history in which a client owes what it used, and gets credits of each kind while it does. */
const owing: Happening[] = [
  happened('buy'),
  { ...happened('record'), millis: 20_000 },
  happened('refunded', 'a', LIMIT_CENTS),
  ...(['free', 'allocate', 'recharge', 'buy'] as const).map((what) => happened(what, 'b')),
];

test('credits.statement SX2 I4: actions in any order succeed or are refused by name; no assertion stops them', {
  timeout: 300_000,
}, async () => {
  const met = new Set<string>();
  await fc.assert(
    fc.asyncProperty(fc.array(happening, { minLength: 20, maxLength: 70, size: 'max' }), async (all) => {
      const client = newClient();
      for (const { what, ...about } of all) {
        try {
          await acts[what](client, about);
          met.add(what);
        } catch (error) {
          if (!(error instanceof Refusal) && !isThere(error)) throw error;
        }
      }
      // Each entry has the state after it, so that one look shows all states that the account was in.
      for (const entry of await readEntries(client, clientOf(client), { limit: 1000 })) {
        const { state } = standingAfter(client, entry);
        const isPaidFor = state.lots.some(({ prepaid, remaining }) => !prepaid && remaining > 0);
        assert(!(state.debt && isPaidFor), 'nobody owes who has credits that were paid for');
      }
    }),
    { numRuns: runs(12), examples: [[whole], [owing]] },
  );
  assert.deepEqual(
    Object.keys(acts).filter((what) => !met.has(what)),
    [],
    'each of them came about',
  );
  const report = await audit();
  assert.equal(report.violations, 0, JSON.stringify(report.checks.filter(({ ok }) => !ok)));
});

/** The database refuses a second purchase under the same id; real purchases are inserted once. */
const isThere = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 11000;
