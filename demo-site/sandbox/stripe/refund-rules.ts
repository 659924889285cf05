import { money } from '../pages/money.ts';
import type { Vault } from '../world.ts';
import { standingDispute } from './disputes.ts';
import type { Charge } from './objects.ts';
import { invalid, StripeRefusal } from './refusals.ts';

/** Refuses refunds that Stripe's documentation calls impossible. */
export function checkRefund(vault: Vault, charge: Charge, amount: number): void {
  if (!charge.captured) {
    throw new StripeRefusal(
      400,
      `This uncaptured Charge was created by a PaymentIntent (${charge.payment_intent}). You must cancel the PaymentIntent to reverse ` +
        'the authorization instead of refunding the Charge directly.',
    );
  }
  const left = charge.amount - charge.amount_refunded;
  if (standingDispute(vault, charge)) {
    throw new StripeRefusal(400, `Charge ${charge.id} has been charged back; cannot issue a refund.`, { code: 'charge_disputed' });
  }
  if (left === 0) {
    throw new StripeRefusal(400, `Charge ${charge.id} has already been refunded.`, { code: 'charge_already_refunded' });
  }
  if (amount < 1) throw invalid('Invalid positive integer', 'amount', 'parameter_invalid_integer');
  if (amount > left) {
    const what = charge.amount_refunded > 0 ? 'unrefunded amount on charge' : 'charge amount';
    const [asked, most] = [money(amount, charge.currency), money(left, charge.currency)];
    throw invalid(`Refund amount (${asked}) is greater than ${what} (${most})`, 'amount');
  }
}
