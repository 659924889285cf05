import type { ClockControl } from '../clock.ts';
import type { FaultControl } from '../faults/faults.ts';
import { type Html, html, page } from '../pages/html.ts';
import { finishDue } from '../retell/bases.ts';
import type { TrunkControl } from '../trunk/control.ts';
import type { Account, Vault, World } from '../world.ts';
import { clockAndFaults } from './clock-and-faults.ts';
import { eventCard } from './event-card.ts';
import { outsideEvents } from './outside-events.ts';
import { action, keyRow, section } from './parts.ts';
import { sessionCard } from './session-card.ts';

const shownMost = 50;

interface Shown {
  world: World;
  /** True while deliveries are paused. */
  paused: boolean;
  clock: ClockControl;
  faults: FaultControl;
  trunk: TrunkControl;
}

/** Renders the page at `/`: accounts, sessions, events, and buttons that act as customer, bank and network. */
export function controlPage({ world, paused, clock, faults, trunk }: Shown): string {
  finishDue(world);
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
    <p>The outside world in small. Stripe with its Checkout page, Twilio, Retell, a SIP trunk and a mail server answer here in their own wire
      format, so that everything runs without internet and without accounts. Nothing here moves money. <code>docs/quickstart.md</code> leads from
      here to the first sale of an agency of your own.</p>
    <nav><a class="button" href="/mail">Inbox <span class="count">${world.mails.length}</span></a>
      ${action('reset', 'Reset', '/sandbox/reset')}</nav>
  </header>
  ${section('Stripe accounts', [...world.accounts].reverse().map(accountCard), 'No account yet.', newAccount)}
  ${clockAndFaults(clock, faults)}
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
  ${outsideEvents(world, trunk)}
</main>`;
  return page({ title: 'Sandbox', name: 'control', script: true, body });
}

const pauseButton = (paused: boolean): Html =>
  paused
    ? action('resume-deliveries', 'Resume deliveries', '/sandbox/deliveries/resume')
    : action('pause-deliveries', 'Pause deliveries', '/sandbox/deliveries/pause');

/** Makes an account for any agency, as signing up at Stripe does. */
const newAccount = html`<form data-path="/sandbox/accounts">
  <input name="name" aria-label="Name of the new account" placeholder="My Agency" maxlength="200" required>
  <button data-action="new-account">New account</button>
</form>`;

const accountCard = (account: Account): Html => html`<li class="card" data-account="${account.id}">
  <h3>${account.name}</h3>
  <dl>${[
    keyRow('Publishable, test', account.publishableKey),
    keyRow('Secret, test', account.secretKey),
    keyRow('Publishable, live', account.livePublishableKey),
    keyRow('Secret, live', account.liveSecretKey),
  ]}</dl>
</li>`;
