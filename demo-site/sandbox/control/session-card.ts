import { type Html, html } from '../pages/html.ts';
import { money } from '../pages/money.ts';
import { chargeFor } from '../stripe/control-returns.ts';
import { isOpen, standingDispute } from '../stripe/disputes.ts';
import type { Charge, Dispute, Refund, Session } from '../stripe/objects.ts';
import { waitingIntent } from '../stripe/payments.ts';
import { merchantOf, type Vault, type World } from '../world.ts';
import { action, mode, short } from './parts.ts';

/** Renders a Checkout session with the next steps of customer, bank and agency. */
export function sessionCard(world: World, vault: Vault, session: Session): Html {
  const state = stateOf(vault, session);
  const charge = chargeFor(vault, session);
  const email = session.customer_email ?? session.customer_details?.email ?? 'no e-mail';
  return html`<li class="card" data-session="${session.id}" data-state="${state}"><div class="about">
  <h3>${money(session.amount_total, session.currency)} ${chip(state)} ${charge && [...returned(vault, charge)]}</h3>
  <p class="facts">${merchantOf(world, vault)} · ${email} · ${mode(vault)} · <code>${short(session.id)}</code></p>
  ${charge && returnsOf(vault, charge)}</div>
  <p class="actions">${actions(vault, session, charge)}</p>
</li>`;
}

function stateOf(vault: Vault, session: Session): string {
  const status = vault.paymentIntents[session.payment_intent ?? '']?.status ?? '';
  const particular = { requires_payment_method: 'refused by the bank', requires_capture: 'held, not taken', canceled: 'let go' };
  if (Object.hasOwn(particular, status)) return particular[status as keyof typeof particular];
  if (waitingIntent(vault, session)) return 'waiting for the bank';
  return String(session.status === 'complete' ? session.payment_status : session.status);
}

const chip = (state: string): Html => html`<span class="state ${state.split(' ')[0]}">${state.replaceAll('_', ' ')}</span>`;

function* returned(vault: Vault, charge: Charge): Generator<Html> {
  if (charge.refunded) yield chip('refunded');
  else if (charge.amount_refunded > 0) yield chip(`refunded ${money(charge.amount_refunded, charge.currency)}`);
  if (standingDispute(vault, charge)) yield chip('disputed');
}

function actions(vault: Vault, { id, status, url }: Session, charge: Charge | undefined): Html[] {
  const at = `/sandbox/sessions/${id}`;
  const list: Html[] = [];
  if (url) list.push(html`<a class="button" href="/c/pay/${id}" data-action="open">Open the page</a>`);
  if (status === 'open') {
    list.push(
      action('pay', 'Pay by card', `${at}/pay`),
      action('pay-delayed', 'Pay by bank debit', `${at}/pay`, { payment: 'delayed' }),
      action('expire', 'Expire', `${at}/expire`),
    );
  }
  if (vault.sessions[id] && waitingIntent(vault, vault.sessions[id])) {
    list.push(
      action('bank-confirms', 'Bank confirms', `${at}/settle`, { outcome: 'succeeded' }),
      action('bank-refuses', 'Bank refuses', `${at}/settle`, { outcome: 'failed' }),
    );
  }
  return charge?.captured ? [...list, ...givingBack(vault, charge, at)] : list;
}

function givingBack(vault: Vault, charge: Charge, at: string): Html[] {
  const left = charge.amount - charge.amount_refunded;
  const isRefundable = left > 0 && !standingDispute(vault, charge);
  return [
    ...(isRefundable ? [action('refund', charge.amount_refunded > 0 ? 'Refund the rest' : 'Refund', `${at}/refund`)] : []),
    ...(isRefundable && left > 1 ? [action('refund-half', 'Refund half', `${at}/refund`, { amount: Math.floor(left / 2) })] : []),
    ...(charge.disputed ? [] : [action('dispute', 'Dispute', `${at}/dispute`)]),
  ];
}

function returnsOf(vault: Vault, charge: Charge): Html | false {
  const refunds = Object.values(vault.refunds).filter((refund) => refund.charge === charge.id);
  const disputes = Object.values(vault.disputes).filter((dispute) => dispute.charge === charge.id);
  if (refunds.length + disputes.length === 0) return false;
  return html`<ul class="returns">${refunds.map(refundRow)}${disputes.map(disputeRow)}</ul>`;
}

const refundRow = ({ id, amount, currency, status }: Refund): Html => html`<li data-refund="${id}">
  <span>Refund ${money(amount, currency)}</span> ${chip(String(status))}
  <span class="actions">${status === 'pending' && action('refund-arrives', 'It arrives', `/sandbox/refunds/${id}/settle`)}
    ${status !== 'failed' && action('refund-fails', 'It fails', `/sandbox/refunds/${id}/fail`)}</span></li>`;

const disputeRow = (dispute: Dispute): Html => html`<li data-dispute="${dispute.id}">
  <span>Dispute ${money(dispute.amount, dispute.currency)}</span> ${chip(dispute.status)}
  <span class="actions">${
    isOpen(dispute) && [
      action('dispute-won', 'Agency wins', `/sandbox/disputes/${dispute.id}/close`, { outcome: 'won' }),
      action('dispute-lost', 'Agency loses', `/sandbox/disputes/${dispute.id}/close`, { outcome: 'lost' }),
    ]
  }</span></li>`;
