import type { Asker, Payments } from '../../ports/index.ts';
import { tryAtStripe } from './answers.ts';
import { checkoutCalls, type Looks } from './checkouts.ts';
import { type AskFor, createAccounts } from './clients.ts';
import { verifyEvent } from './events.ts';
import { createLooks } from './looks.ts';
import { listDisputes, listRefunds, readPayment } from './returns.ts';
import { accountSettings } from './settings.ts';

/**
 * Implements the port with Stripe's SDK.
 * @param apiUrl a sandbox's address; the real Stripe by default
 */
export function createPayments({ apiUrl }: { apiUrl?: string | undefined } = {}): Payments {
  const accounts = createAccounts(apiUrl);
  const looks: Looks = createLooks();

  const askedBy = (asker: Asker): Payments => {
    const askFor: AskFor = (access, signal = asker.signal) => accounts(access, { ...asker, signal });
    return { for: askedBy, ...accountSettings(askFor), ...checkoutCalls(askFor, asker, looks), ...payments(askFor), verifyEvent };
  };
  return askedBy({ who: '', purpose: 'money' });
}

/** Calls about the payments behind the pages. */
const payments = (
  askFor: AskFor,
): Pick<Payments, 'capturePayment' | 'cancelPayment' | 'refundPayment' | 'readPayment' | 'listRefunds' | 'listDisputes'> => ({
  async capturePayment(access, paymentId) {
    // Without an idempotency key: a payment is captured once anyway, and a failure would be kept under the key.
    await tryAtStripe(
      askFor(access)('capturePayment', (stripe) => stripe.paymentIntents.capture(paymentId)),
      'payment_intent',
    );
  },
  async cancelPayment(access, paymentId) {
    await tryAtStripe(
      askFor(access)('cancelPayment', (stripe) => stripe.paymentIntents.cancel(paymentId)),
      'payment_intent',
    );
  },
  async refundPayment(access, paymentId) {
    // Without an amount it gives back what is left, so that it happens once; without a key, as above.
    await tryAtStripe(
      askFor(access)('refundPayment', (stripe) => stripe.refunds.create({ payment_intent: paymentId })),
      'refund',
    );
  },
  readPayment: (access, paymentId) => readPayment(askFor(access), paymentId),
  listRefunds: (access, period) => listRefunds(askFor(access), period),
  listDisputes: (access, period) => listDisputes(askFor(access), period),
});
