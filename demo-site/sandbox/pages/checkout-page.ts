import type { LineItem, Session } from '../stripe/objects.ts';
import { type Html, html, page } from './html.ts';
import { money } from './money.ts';

interface Checkout {
  session: Session;
  items: LineItem[];
  merchant: string;
  /** The address typed before. */
  email?: string | undefined;
  /** Why the last attempt failed. */
  problem?: string;
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

function form({ session, email, problem }: Checkout, total: string): Html {
  const bank = bankDebits[session.currency ?? ''] ?? anyBank;
  const fixed = session.customer_email;
  return html`<form method="post" autocomplete="off">
  <h1>Contact and payment</h1>
  ${problem && html`<p class="problem" role="alert" data-problem>${problem}</p>`}
  <label class="field">E-mail
    <input type="email" name="email" value="${fixed ?? email ?? 'customer@example.test'}" required${fixed ? html` readonly` : ''}>
  </label>
  <fieldset>
    <legend>Payment method</legend>
    <div class="methods">
    ${method({ value: 'card', name: 'Card', note: 'Paid at once', checked: true, fields: cardFields })}
    ${method({ value: 'bank', name: bank.name, note: 'The bank confirms later', fields: bankField(bank) })}
    ${method({ value: 'declined', name: 'A card that is declined', note: 'Shows what happens then' })}
    </div>
  </fieldset>
  <button class="pay" type="submit" data-action="pay">${(session.amount_total ?? 0) > 0 ? `Pay ${total}` : 'Complete order'}</button>
  ${session.custom_text.submit && html`<p data-custom-text>${session.custom_text.submit.message}</p>`}
  ${session.cancel_url && html`<a class="cancel" href="${session.cancel_url}" data-action="back">Cancel and go back</a>`}
  <p class="note">This is a test: nothing is charged, and any card number works.</p>
</form>`;
}

interface Method {
  value: 'card' | 'bank' | 'declined';
  name: string;
  note: string;
  checked?: boolean;
  fields?: Html;
}

const method = ({ value, name, note, checked, fields }: Method): Html => html`<div class="method">
  <label><input type="radio" name="method" value="${value}" data-method="${value}"${checked ? html` checked` : ''}>
    <span>${name}</span> <small>${note}</small></label>
  ${fields && html`<div class="details">${fields}</div>`}
</div>`;

const cardFields = html`<label class="field">Card number
    <input name="number" inputmode="numeric" value="4242 4242 4242 4242" maxlength="23"></label>
  <div class="pair">
    <label class="field">Expires <input name="expires" inputmode="numeric" value="12 / 34" maxlength="7"></label>
    <label class="field">Security code <input name="code" inputmode="numeric" value="123" maxlength="4"></label>
  </div>`;

const bankField = ({ label, account }: { label: string; account: string }): Html =>
  html`<label class="field">${label} <input name="account" value="${account}" maxlength="40"></label>`;

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
