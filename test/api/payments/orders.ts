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

const permutations = (items: readonly string[]): string[][] =>
  items.length === 0 ? [[]] : items.flatMap((item, at) => permutations(items.toSpliced(at, 1)).map((rest) => [item, ...rest]));

const below = (limit: number): number => Math.floor(Math.random() * limit);

/** Runs in a process of its own, because the test runner tracks every promise. Each run draws other orders, as many as it is told. */
const orders = permutations(events)
  .map((order) => ({ order, place: Math.random() }))
  .sort((a, b) => a.place - b.place)
  .slice(0, Number(process.argv[2]))
  .map(({ order }) => order.toSpliced(below(7), 0, order[below(6)] ?? ''));
/** Each end with the first order that led to it. */
const ends = { won: new Map<string, string[]>(), lost: new Map<string, string[]>() };
for (let start = 0; start < orders.length; start += 120) {
  const batch = orders.slice(start, start + 120).map(async (order, index) => {
    const outcome = index % 2 === 0 ? 'won' : 'lost';
    const end = JSON.stringify(await live(`pur_${start + index}`, order, outcome));
    if (!ends[outcome].has(end)) ends[outcome].set(end, order);
  });
  await Promise.all(batch);
}
const parse = (texts: Map<string, string[]>): unknown[] => [...texts.keys()].map((text) => JSON.parse(text));
const unlike = [ends.won, ends.lost].flatMap((same) => (same.size > 1 ? [...same.values()] : []));
const { violations } = await audit();
process.stdout.write(JSON.stringify({ won: parse(ends.won), lost: parse(ends.lost), unlike, violations }));
await engine.close();
