import type { LineItem, Session } from '../stripe/objects.ts';
import type { TypedCard } from './card.ts';
import { type Html, html, page } from './html.ts';
import { money } from './money.ts';

interface Checkout {
  session: Session;
  items: LineItem[];
  merchant: string;
  /** The sandbox's time: the card that is filled in beforehand is good for some years from then. */
  now: Date;
  /** The entries of the last attempt, which stay. */
  entered?: Entered;
  /** The reason for which the last attempt failed. */
  problem?: Problem;
}

/** The fields that the form sends. */
export interface Entered extends TypedCard {
  method: 'card' | 'bank' | 'declined';
  email: string;
  account: string;
}

export interface Problem {
  sentence: string;
  field: 'email' | 'account' | keyof TypedCard;
}

const bankDebits: Record<string, { name: string; label: string; account: string }> = {
  eur: { name: 'SEPA direct debit', label: 'IBAN', account: 'DE89370400440532013000' },
  usd: { name: 'US bank account', label: 'Account number', account: '000123456789' },
  gbp: { name: 'Bacs direct debit', label: 'Account number', account: '00012345' },
};
const anyBank = { name: 'Bank debit', label: 'Account number', account: '000123456789' };

/** The hosted page of an open session. */
export function checkoutPage(checkout: Checkout): string {
  const { session, items, merchant } = checkout;
  const total = money(session.amount_total, session.currency);
  const body = html`<div class="checkout">
  <section class="order" aria-label="Your order">
    <header>
      ${session.cancel_url && html`<a class="back" href="${session.cancel_url}" data-action="cancel" aria-label="Back to ${merchant}">${arrow}</a>`}
      <span class="monogram" aria-hidden="true">${merchant.slice(0, 1)}</span>
      <strong class="merchant">${merchant}</strong>
      <span class="marker">Test payments</span>
    </header>
    <p class="what">Pay ${merchant}</p>
    <p class="total" data-total>${total}</p>
    <ul class="items">${items.map(itemRow)}</ul>
    <p class="sum"><span>Total due</span><span>${total}</span></p>
  </section>
  <main class="payment">${form(checkout, total)}</main>
</div>`;
  // A page in its own tab has no surrounding page to notify.
  return page({ title: `${merchant}: payment`, name: 'checkout', script: session.ui_mode === 'embedded_page', body });
}

const arrow = html`<svg viewBox="0 0 16 16" aria-hidden="true"><path d="M7 3 2 8l5 5M2.5 8H14" fill="none" stroke="currentColor" stroke-width="1.6" stroke-linecap="round" stroke-linejoin="round"/></svg>`;

const itemRow = (item: LineItem): Html => html`<li>
  <span class="item">${item.description || 'Item'}${item.quantity > 1 && html` <small>Quantity ${item.quantity}, ${money(item.price.unit_amount, item.currency)} each</small>`}</span>
  <span>${money(item.amount_total, item.currency)}</span>
</li>`;

function form({ session, now, entered, problem }: Checkout, total: string): Html {
  const bank = bankDebits[session.currency ?? ''] ?? anyBank;
  const fixed = session.customer_email;
  const typed = entered ?? { ...filledIn(now), account: bank.account };
  const field = fieldOf(typed, problem);
  const chosen = { isChosen: (one: Entered['method']) => one === typed.method };
  return html`<form method="post" autocomplete="off">
  <h1>Contact and payment</h1>
  ${problem && html`<p class="problem" id="problem" role="alert" data-problem>${problem.sentence}</p>`}
  ${fixed ? html`<label class="field">Email <input type="email" name="email" value="${fixed}" required readonly></label>` : field({ name: 'email', label: 'Email' })}
  <fieldset>
    <legend>Payment method</legend>
    <div class="methods">
    ${method({ value: 'card', name: 'Card', note: 'Paid at once', ...chosen, fields: cardFields(field) })}
    ${method({ value: 'bank', name: bank.name, note: 'The bank confirms later', ...chosen, fields: field({ name: 'account', label: bank.label, most: 40 }) })}
    ${method({ value: 'declined', name: 'A card that is declined', note: 'Shows what happens then', ...chosen })}
    </div>
  </fieldset>
  <button class="pay" type="submit" data-action="pay">${(session.amount_total ?? 0) > 0 ? `Pay ${total}` : 'Complete order'}</button>
  ${session.custom_text.submit && html`<p data-custom-text>${session.custom_text.submit.message}</p>`}
  ${session.cancel_url && html`<a class="cancel" href="${session.cancel_url}" data-action="back">Cancel and go back</a>`}
  <p class="note">This is a test: nothing is charged. Cards are those of Stripe's test mode: 4242 4242 4242 4242 pays, 4000 0000 0000 0002 is declined, 4000 0000 0000 9995 lacks funds.</p>
</form>`;
}

/** Fills the form in at first, so that a click on the button pays. */
const filledIn = (now: Date) => ({
  method: 'card' as const,
  email: 'customer@example.test',
  number: '4242 4242 4242 4242',
  expires: `12 / ${String(now.getUTCFullYear() + 5).slice(-2)}`,
  code: '123',
});

interface Field {
  name: Problem['field'];
  label: string;
  /** The longest that may be typed. */
  most?: number;
}

/** A field with what was typed into it. The one at fault says so, and points to the sentence. */
const fieldOf =
  (typed: Entered, problem: Problem | undefined) =>
  ({ name, label, most }: Field): Html => {
    const kind = name === 'email' ? html` type="email" required` : name === 'account' ? '' : html` inputmode="numeric"`;
    const fault = problem?.field === name && html` aria-invalid="true" aria-describedby="problem"`;
    return html`<label class="field">${label}
    <input name="${name}" value="${typed[name]}"${kind}${most && html` maxlength="${most}"`}${fault}></label>`;
  };

interface Method {
  value: Entered['method'];
  name: string;
  note: string;
  isChosen(value: Entered['method']): boolean;
  fields?: Html;
}

const method = ({ value, name, note, isChosen, fields }: Method): Html => html`<div class="method">
  <label><input type="radio" name="method" value="${value}" data-method="${value}"${isChosen(value) && html` checked`}>
    <span>${name}</span> <small>${note}</small></label>
  ${fields && html`<div class="details">${fields}</div>`}
</div>`;

const cardFields = (field: (one: Field) => Html): Html => html`${field({ name: 'number', label: 'Card number', most: 23 })}
  <div class="pair">
    ${field({ name: 'expires', label: 'Expires', most: 9 })}
    ${field({ name: 'code', label: 'Security code', most: 4 })}
  </div>`;

/** Renders the page of a finished session. */
export function closedPage(title: string, sentence: string, back?: string | null): string {
  const body = html`<main class="closed">
  <span class="marker">Test payments</span>
  <h1>${title}</h1>
  <p>${sentence}</p>
  ${back && html`<a class="pay" href="${back}" data-action="back">Back to the shop</a>`}
</main>`;
  return page({ title, name: 'checkout', body });
}
