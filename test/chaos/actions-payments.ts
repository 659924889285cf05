import type { Action, Person } from './person.ts';

type Stripe = Person['sandbox']['stripe'];

/**
 * Opens a checkout page.
 * @returns its session
 */
async function checkout(person: Person): Promise<{ sessionId: string; purchaseId: string } | undefined> {
  const { body: offer } = await person.ask('credits.packages', {});
  const { status, body } = await person.ask('credits.checkout', {
    packageId: offer.packages[0]?.id ?? '',
    returnUrl: person.returnUrl,
  });
  if (status !== 200) person.count(`checkout refused ${status}`);
  return status === 200 ? body : undefined;
}

/** Runs an event at Stripe after a checkout page was opened. */
const afterCheckout =
  (act: (stripe: Stripe, sessionId: string) => void): Action =>
  async (person) => {
    const opened = await checkout(person);
    if (!opened) return false;
    act(person.sandbox.stripe, opened.sessionId);
    if (person.dice() > 0.6) await person.ask('purchases.read', { purchaseId: opened.purchaseId });
    return true;
  };

/** Finds a payment of this person that is not fully returned; makes one if there is none. */
async function paidSession(person: Person): Promise<{ id: string; cents: number } | undefined> {
  const { stripe } = person.sandbox;
  const whole = stripe.sessions().filter(({ customer_email, payment_status, payment_intent }) => {
    if (customer_email !== person.email || payment_status !== 'paid') return false;
    const charge = stripe.charges().find((one) => one.payment_intent === payment_intent);
    return charge?.amount_refunded === 0 && !stripe.disputes().some((one) => one.payment_intent === payment_intent);
  });
  const found = person.pick(whole);
  if (found) return { id: found.id, cents: found.amount_total ?? 0 };
  const opened = await checkout(person);
  return opened && { id: opened.sessionId, cents: stripe.pay(opened.sessionId).amount_total ?? 0 };
}

/** Refunds or disputes a part or all of a payment of this person. */
const sendBack =
  (act: (stripe: Stripe, sessionId: string, someCents: number) => void): Action =>
  async (person) => {
    const paid = await paidSession(person);
    if (!paid) return false;
    act(person.sandbox.stripe, paid.id, Math.ceil(paid.cents * (0.1 + 0.5 * person.dice())));
    return true;
  };

export const paymentActions = {
  'credits bought': afterCheckout((stripe, id) => void stripe.pay(id)),
  'credits bought, the bank has not said': afterCheckout((stripe, id) => void stripe.pay(id, 'delayed')),
  'credits bought, the bank says yes': afterCheckout((stripe, id) => void stripe.settle(stripe.pay(id, 'delayed').id, 'succeeded')),
  'credits bought, the bank says no': afterCheckout((stripe, id) => void stripe.settle(stripe.pay(id, 'delayed').id, 'failed')),
  'page to pay on left': afterCheckout(() => {}),
  'page to pay on expired': afterCheckout((stripe, id) => void stripe.expire(id)),
  'refunded in part': sendBack((stripe, id, someCents) => void stripe.refund(id, someCents)),
  'refunded in full': sendBack((stripe, id) => void stripe.refund(id)),
  'refund failed': sendBack((stripe, id, someCents) => void stripe.failRefund(stripe.refund(id, someCents, 'pending').id)),
  disputed: sendBack((stripe, id) => void stripe.dispute(id)),
  'dispute won': sendBack((stripe, id) => void stripe.closeDispute(stripe.dispute(id).id, 'won')),
  'dispute lost': sendBack((stripe, id) => void stripe.closeDispute(stripe.dispute(id).id, 'lost')),

  async 'event three times at once'(person) {
    const { stripe } = person.sandbox;
    const event = person.pick(stripe.events());
    if (event) await stripe.deliver(event.id, 3);
    return event !== undefined;
  },
} satisfies Record<string, Action>;
