import { loadStripe } from '@stripe/stripe-js/pure';

/** A session to pay in the page itself. */
export interface PaymentForm {
  stripeKey: string;
  checkoutSecret: string;
  /** The payer is done; what came of it the API says. */
  done(): void;
}

/**
 * Shows Stripe's form in a light-DOM child of the element, in its slot `payment`: Stripe does not mount into shadow trees.
 * @returns the function that takes it away
 * @throws where the page or the network does not let Stripe's script in
 */
export async function mountPayment(element: HTMLElement, { stripeKey, checkoutSecret, done }: PaymentForm): Promise<() => void> {
  const stripe = await loadStripe(stripeKey);
  if (!stripe) throw new Error('Stripe did not load.');
  const form = await stripe.createEmbeddedCheckoutPage({ clientSecret: checkoutSecret, onComplete: done });
  const place = Object.assign(document.createElement('div'), { slot: 'payment' });
  place.dataset.wl = '';
  element.append(place);
  form.mount(place);
  return () => {
    form.destroy();
    place.remove();
  };
}
