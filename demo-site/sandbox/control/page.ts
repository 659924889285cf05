import { type Html, html, page } from '../pages/html.ts';
import { money } from '../pages/money.ts';
import type { Delivery, Event, Session } from '../stripe/objects.ts';
import { waitingIntent } from '../stripe/payments.ts';
import { type Account, merchantOf, type Vault, type World } from '../world.ts';

const shownMost = 50;

/** What a developer sees at `/`: accounts, sessions, events, and buttons that play the customer, the bank and the network. */
export function controlPage(world: World, paused: boolean): string {
  const newest = <T>(of: (vault: Vault) => Record<string, T>) =>
    world.vaults.flatMap((vault) => Object.values(of(vault)).map((one) => ({ vault, one })));
  const byTime = (a: { one: { created: number } }, b: { one: { created: number } }) => b.one.created - a.one.created;
  const sessions = newest((vault) => vault.sessions)
    .reverse()
    .sort(byTime)
    .slice(0, shownMost);
  const events = newest((vault) => vault.events)
    .reverse()
    .sort(byTime)
    .slice(0, shownMost);
  const body = html`<main class="control" id="world">
  <header>
    <h1>Sandbox</h1>
    <p>The outside world in small. Stripe, its Checkout page and a mail server answer here in their own wire format, so that everything runs without
      internet and without accounts. Nothing here moves money.</p>
    <nav><a class="button" href="/mail">Inbox <span class="count">${world.mails.length}</span></a></nav>
  </header>
  ${section('Stripe accounts', world.accounts.map(accountCard), 'No account yet. Make one with POST /sandbox/accounts and a name.')}
  ${section(
    'Checkout sessions',
    sessions.map(({ vault, one }) => sessionCard(world, vault, one)),
    'No session yet. One appears when somebody buys.',
  )}
  ${section(
    'Events and deliveries',
    events.map(({ vault, one }) => eventCard(vault, one)),
    'No event yet.',
    pauseButton(paused),
  )}
</main>`;
  return page({ title: 'Sandbox', name: 'control', script: true, body });
}

const section = (title: string, cards: Html[], nothing: string, action?: Html): Html => html`<section aria-label="${title}">
  <div class="heading"><h2>${title}</h2>${action}</div>
  ${cards.length ? html`<ul class="cards">${cards}</ul>` : html`<p class="nothing">${nothing}</p>`}
</section>`;

/** A button that posts to the control API and shows the page anew. */
const action = (name: string, label: string, path: string, body: object = {}): Html =>
  html`<button type="button" data-action="${name}" data-path="${path}" data-body="${JSON.stringify(body)}">${label}</button>`;

const pauseButton = (paused: boolean): Html =>
  paused
    ? action('resume-deliveries', 'Resume deliveries', '/sandbox/deliveries/resume')
    : action('pause-deliveries', 'Pause deliveries', '/sandbox/deliveries/pause');

const accountCard = (account: Account): Html => html`<li class="card" data-account="${account.id}">
  <h3>${account.name}</h3>
  <dl>${[
    keyRow('Publishable, test', account.publishableKey),
    keyRow('Secret, test', account.secretKey),
    keyRow('Publishable, live', account.livePublishableKey),
    keyRow('Secret, live', account.liveSecretKey),
  ]}</dl>
</li>`;

const keyRow = (label: string, key: string): Html => html`<div><dt>${label}</dt>
  <dd><code>${key.slice(0, 8)}…${key.slice(-4)}</code> <button type="button" data-copy="${key}" aria-label="Copy ${label}">Copy</button></dd></div>`;

function sessionCard(world: World, vault: Vault, session: Session): Html {
  const { id, status, payment_status: paid } = session;
  const waits = waitingIntent(vault, session) !== undefined;
  const failed = vault.paymentIntents[session.payment_intent ?? '']?.status === 'requires_payment_method';
  const state = failed ? 'refused by the bank' : waits ? 'waiting for the bank' : status === 'complete' ? paid : status;
  const at = `/sandbox/sessions/${id}`;
  return html`<li class="card" data-session="${id}" data-state="${state}">
  <h3>${money(session.amount_total, session.currency)} <span class="state ${String(state).split(' ')[0]}">${String(state).replaceAll('_', ' ')}</span></h3>
  <p class="facts">${merchantOf(world, vault)} · ${session.customer_email ?? session.customer_details?.email ?? 'no e-mail'} · ${mode(vault)} · <code>${short(id)}</code></p>
  <p class="actions">
    ${session.url && html`<a class="button" href="/c/pay/${id}" data-action="open">Open the page</a>`}
    ${
      status === 'open' && [
        action('pay', 'Pay by card', `${at}/pay`),
        action('pay-delayed', 'Pay by bank debit', `${at}/pay`, { payment: 'delayed' }),
        action('expire', 'Expire', `${at}/expire`),
      ]
    }
    ${
      waits && [
        action('bank-confirms', 'Bank confirms', `${at}/settle`, { outcome: 'succeeded' }),
        action('bank-refuses', 'Bank refuses', `${at}/settle`, { outcome: 'failed' }),
      ]
    }
  </p>
</li>`;
}

const mode = (vault: Vault): string => (vault.livemode ? 'live' : 'test');

const short = (id: string): string => (id.length > 24 ? `${id.slice(0, 12)}…${id.slice(-6)}` : id);

function eventCard(vault: Vault, event: Event): Html {
  const deliveries = Object.values(vault.deliveries).filter((delivery) => delivery.eventId === event.id);
  return html`<li class="card" data-event="${event.id}">
  <h3 class="type">${event.type}</h3>
  <p class="facts">${clock(event.created * 1000)} · ${mode(vault)} · <code>${short(event.id)}</code> about <code>${short(event.data.object.id)}</code></p>
  ${deliveries.length ? html`<ul class="deliveries">${deliveries.map(deliveryRow)}</ul>` : html`<p class="facts">No endpoint asked for it.</p>`}
  <p class="actions">${deliveries.length > 0 && action('resend', 'Resend', `/sandbox/events/${event.id}/deliver`)}
    ${deliveries.some(({ state }) => state === 'waiting') && action('drop', 'Lose it', `/sandbox/events/${event.id}/drop`)}</p>
</li>`;
}

const deliveryRow = (delivery: Delivery): Html => html`<li><span class="state ${delivery.state}">${delivery.state}</span>
  <span class="url">${delivery.url}</span>
  <span class="codes">${delivery.attempts.length ? delivery.attempts.map(({ status, error }) => status ?? error).join(', ') : 'not tried yet'}</span></li>`;

const clock = (millis: number): string => `${new Date(millis).toISOString().slice(11, 19)} UTC`;
