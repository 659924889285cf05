import assert from 'node:assert/strict';
import { audit } from '../../../api/domain/audit/audit.ts';
import { fulfilments } from '../../../api/domain/fulfilments.ts';
import { handleStripeEvent } from '../../../api/domain/payments/events.ts';
import type { PaymentAccount } from '../../../api/domain/payments/find.ts';
import { readStanding } from '../../../api/ledger/standing.ts';
import { readReturns } from '../../../api/ledger/transfers/returns.ts';
import { insertPurchase, readPurchase } from '../../../api/models/purchase.ts';
import type { ClientScope } from '../../../api/models/scope.ts';
import type { CheckoutSession, Payment, Payments } from '../../../api/ports/index.ts';
import { openEngine } from '../../support/engine.ts';

const engine = await openEngine();

const agency = { agencyId: 'agn_orders', world: 'test.0' } as const;
const settings = {
  accountId: undefined,
  publishableKey: 'pk',
  secretKey: 'sk',
  productId: 'prod',
  priceId: 'price',
  packageId: null,
  webhookSecret: 'whsec',
};
const accounts: PaymentAccount[] = [{ mode: 'test', scope: agency, settings }];

/** Events at Stripe in their order there; each is delivered at any time after. */
const events = [
  'checkout.session.completed',
  'checkout.session.async_payment_succeeded',
  'refund.created',
  'refund.updated',
  'charge.dispute.created',
  'charge.dispute.closed',
] as const;

/** Stripe's final state of one purchase: paid by a bank debit, 25 % refunded, the rest disputed, and lost or won. */
function stripeOf(id: string, outcome: 'won' | 'lost'): Payments {
  const metadata = { wl_agency: agency.agencyId, wl_world: agency.world, wl_purchase: id };
  const session = {
    ...{ id: `cs_${id}`, url: null, status: 'complete', paymentStatus: 'paid', paymentFailed: false, livemode: false, expiresAt: null },
    ...{ amountTotalCents: 4000, currency: 'eur', clientReferenceId: id, metadata, paymentIntentId: `pi_${id}` },
  } as CheckoutSession;
  const disputes = [{ id: `du_${id}`, state: outcome, amountCents: 3000 }];
  const payment: Payment = { id: `pi_${id}`, livemode: false, metadata, refundedCents: 1000, disputes };
  const stored = {
    readCheckout: async () => session,
    findCheckoutOf: async () => session,
    readPayment: async () => payment,
    verifyEvent: (body: Buffer) => {
      const type = body.toString();
      return { id: `evt_${type}`, type, livemode: false, objectId: `cs_${id}`, paymentId: `pi_${id}` };
    },
  };
  return stored as Partial<Payments> as Payments; // nothing else is asked of it
}

const log = { info: () => {}, error: (about: object, sentence: string) => assert.fail(`${sentence} ${JSON.stringify(about)}`) };

/**
 * Runs a purchase whose events come in this order.
 * @returns its final state
 */
async function live(id: string, order: readonly string[], outcome: 'won' | 'lost') {
  const scope: ClientScope = { ...agency, clientId: `cli_${id}`, subject: `sub_${id}` };
  const offer = { name: '100 credits', credits: 100_000, priceCents: 4000, currency: 'EUR', item: { priceId: 'price' } } as const;
  await insertPurchase(scope, { ...offer, _id: id, memberId: 'mem_1', createdAt: new Date() });
  const deps = { now: () => new Date(), payments: stripeOf(id, outcome), fulfilments, log, reached: () => {} };
  for (const type of order) assert.equal(await handleStripeEvent(accounts, Buffer.from(type), 'signed', deps), 'settled');
  const { state } = (await readPurchase(scope, id)) ?? assert.fail('it is gone');
  const { available, held, debt = 0, assigned } = (await readStanding(scope)).state;
  const { version: _version, ...returns } = await readReturns(scope, id);
  return { state, available, held, debt, assigned, ...returns };
}

const permutations = <T>(items: readonly T[]): T[][] =>
  items.length === 0 ? [[]] : items.flatMap((item, at) => permutations(items.toSpliced(at, 1)).map((rest) => [item, ...rest]));

/** The same numbers in every run, so that a failure can be repeated. */
let seed = 20_260_101;
const below = (limit: number): number => {
  seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
  return seed % limit;
};

/** Runs in a process of its own, because the test runner tracks every promise, and there are a million. */
const orders = permutations(events).map((order) => order.toSpliced(below(7), 0, events[below(6)] ?? events[0]));
const ends = { won: new Set<string>(), lost: new Set<string>() };
for (let start = 0; start < orders.length; start += 120) {
  const batch = orders.slice(start, start + 120).map(async (order, index) => {
    const outcome = index % 2 === 0 ? 'won' : 'lost';
    ends[outcome].add(JSON.stringify(await live(`pur_${start + index}`, order, outcome)));
  });
  await Promise.all(batch);
}
const parse = (texts: Set<string>): unknown[] => [...texts].map((text) => JSON.parse(text));
const { violations } = await audit();
process.stdout.write(JSON.stringify({ orders: orders.length, won: parse(ends.won), lost: parse(ends.lost), violations }));
await engine.close();
