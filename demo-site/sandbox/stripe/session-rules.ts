import { nowSeconds } from '../ids.ts';
import type { Requests } from '../schemas/requests.ts';
import type { World } from '../world.ts';
import type { LineItem } from './objects.ts';
import { invalid, missing } from './refusals.ts';

type Given = Requests['POST /v1/checkout/sessions'];

/** Refuses sessions that break Stripe's documented rules for one-time payments, beyond the types. */
export function checkSession(world: World, given: Given): void {
  if (given.mode === undefined) throw missing('mode');
  if (given.mode !== 'payment') throw invalid(`The sandbox only knows payment mode, not ${given.mode}.`, 'mode');
  if (given.ui_mode === 'embedded_page') checkEmbedded(given);
  else if (given.ui_mode === undefined || given.ui_mode === 'hosted_page') checkHosted(given);
  else throw invalid(`The sandbox knows the hosted page and the embedded one, not ${given.ui_mode}.`, 'ui_mode');
  if ((given.client_reference_id?.length ?? 0) > 200) {
    throw invalid('Invalid string: must be at most 200 characters', 'client_reference_id', 'parameter_invalid_string');
  }
  if (given.customer_email !== undefined && !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(given.customer_email)) {
    throw invalid(`Invalid email address: ${given.customer_email}`, 'customer_email', 'email_invalid');
  }
  checkExpiry(world, given.expires_at);
}

function checkHosted(given: Given): void {
  if (!given.success_url) throw missing('success_url');
  checkUrl(given.success_url, 'success_url');
  if (given.cancel_url !== undefined) checkUrl(given.cancel_url, 'cancel_url');
  for (const name of ['return_url', 'redirect_on_completion'] as const) {
    if (given[name] !== undefined) throw invalid(`\`${name}\` can only be used when \`ui_mode\` is \`embedded_page\`.`, name);
  }
}

function checkEmbedded(given: Given): void {
  for (const name of ['success_url', 'cancel_url'] as const) {
    if (given[name] !== undefined) throw invalid(`\`${name}\` can not be used when \`ui_mode\` is \`embedded_page\`.`, name);
  }
  if (given.redirect_on_completion === 'never') {
    if (given.return_url !== undefined)
      throw invalid('`return_url` can not be used when `redirect_on_completion` is `never`.', 'return_url');
    return;
  }
  if (!given.return_url) throw missing('return_url');
  checkUrl(given.return_url, 'return_url');
}

export function checkUrl(text: string, param: string): void {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return;
  throw invalid('Not a valid URL', param, 'url_invalid');
}

function checkExpiry(world: World, at: number | undefined): void {
  if (at === undefined) return;
  const seconds = at - nowSeconds(world);
  // Stripe's clock and the caller's may differ a little, which Stripe allows for.
  if (seconds < 30 * 60 - 60)
    throw invalid('The `expires_at` timestamp must be at least 30 minutes from Checkout Session creation.', 'expires_at');
  if (seconds > 24 * 3600 + 60)
    throw invalid('The `expires_at` timestamp must be less than 24 hours from Checkout Session creation.', 'expires_at');
}

/** @returns the total in the currency's smallest unit, within Stripe's limits */
export function totalOf(items: LineItem[]): number {
  const total = items.reduce((sum, item) => sum + item.amount_total, 0);
  if (total > 99_999_999)
    throw invalid('The Checkout Session total amount must be no more than 99999999.', 'line_items', 'amount_too_large');
  if (total > 0 && total < 50) {
    const [item] = items;
    throw invalid(
      `The Checkout Session's total amount due must add up to at least 0.50 ${item?.currency}`,
      'line_items',
      'amount_too_small',
    );
  }
  return total;
}
