import { type Html, html } from '../pages/html.ts';
import type { PhoneMessage } from '../phone/phone.ts';
import { nameOf } from '../retell/bases.ts';
import type { Base, RetellAccount } from '../retell/objects.ts';
import { newest } from '../retell/versions.ts';
import type { TrunkControl } from '../trunk/control.ts';
import { type Behaviour, behaviours, type Reached } from '../trunk/trunk.ts';
import type { Bundle, IncomingNumber, TwilioAccount } from '../twilio/objects.ts';
import type { World } from '../world.ts';
import { action, keyRow, moment, section, short } from './parts.ts';

const shownMost = 20;

/** Renders the phone company with its phones, the voice provider and the trunk. */
export const outsideEvents = (world: World, trunk: TrunkControl): Html[] => [
  section('Phones', world.phoneMessages.slice(0, shownMost).map(phoneCard), 'No phone has rung yet. Codes for numbers show up here.'),
  section('SIP trunk', [trunkCard(trunk)], ''),
  section('Numbers', world.twilio.map(numbersCard), 'No Twilio account yet. Make one with POST /sandbox/twilio/accounts and a name.'),
  section('Knowledge', world.retell.map(knowledgeCard), 'No Retell account yet. Make one with POST /sandbox/retell/accounts and a name.'),
];

const phoneCard = ({
  id,
  at,
  to,
  from,
  channel,
  text,
  code,
}: PhoneMessage): Html => html`<li class="card" data-phone="${id}"><div class="about">
  <h3>${to} <span class="state">${channel === 'call' ? 'call' : 'message'}</span> ${code && html`<code data-code>${code}</code>`}</h3>
  <p>${text}</p>
  <p class="facts">${moment(new Date(at))} · from ${from}</p></div>
</li>`;

const words: Record<Behaviour, string> = {
  password: 'Asks for the password',
  'proxy-password': 'Asks as a proxy',
  open: 'Lets everybody in',
  forbidden: 'Lets nobody in',
  silent: 'Says nothing',
  unavailable: 'Out of order',
};

function trunkCard(trunk: TrunkControl): Html {
  const { behaviour, username, password } = trunk.state();
  const calls = trunk.calls().slice(0, 5);
  return html`<li class="card" data-trunk><div class="about">
  <h3>trunk.test <span class="state">${words[behaviour].toLowerCase()}</span></h3>
  <p class="facts">User <code>${username}</code>, password <code>${password}</code></p>
  ${calls.length > 0 && html`<ul class="returns">${calls.map(callRow)}</ul>`}</div>
  <p class="actions">${behaviours
    .filter((one) => one !== behaviour)
    .map((one) => action(`trunk-${one}`, words[one], '/sandbox/trunk', { behaviour: one }))}</p>
</li>`;
}

const callRow = ({ method, to, transport, status }: Reached): Html =>
  html`<li><span>${method}</span> <span class="url">${to}</span> <span class="codes">${transport}, ${status ?? 'no answer'}</span></li>`;

const numbersCard = (account: TwilioAccount): Html => html`<li class="card" data-twilio="${account.sid}"><div class="about">
  <h3>${account.friendlyName} ${account.status !== 'active' && html`<span class="state failed">${account.status}</span>`}</h3>
  <dl>${[keyRow('Account SID', account.sid), keyRow('Auth token', account.authToken)]}</dl>
  <ul class="returns">${Object.values(account.numbers).map(numberRow)}${Object.values(account.bundles).map(bundleRow)}</ul></div>
  <p class="actions">${
    account.status === 'active'
      ? action('twilio-suspend', 'Suspend', `/sandbox/twilio/accounts/${account.sid}/status`, { status: 'suspended' })
      : action('twilio-resume', 'Resume', `/sandbox/twilio/accounts/${account.sid}/status`, { status: 'active' })
  }</p>
</li>`;

const numberRow = ({ phoneNumber, friendlyName }: IncomingNumber): Html =>
  html`<li data-number="${phoneNumber}"><span>${phoneNumber}</span> <span class="codes">${friendlyName}</span></li>`;

const bundleRow = ({ sid, country, type, status }: Bundle): Html => html`<li data-bundle="${sid}">
  <span>Papers for ${country} ${type}</span> <span class="state">${status}</span>
  <span class="actions">${[
    status !== 'twilio-approved' && action('bundle-approve', 'Approve', `/sandbox/twilio/bundles/${sid}`, { status: 'twilio-approved' }),
    status !== 'twilio-rejected' && action('bundle-reject', 'Reject', `/sandbox/twilio/bundles/${sid}`, { status: 'twilio-rejected' }),
  ].filter((one) => one !== false)}</span></li>`;

const knowledgeCard = (account: RetellAccount): Html => html`<li class="card" data-retell="${account.name}"><div class="about">
  <h3>${account.name}</h3>
  <dl>${keyRow('API key', account.apiKey)}</dl>
  <p class="facts">Agents: ${Object.values(account.agents)
    .map(({ versions }) => {
      const { agent_name: name, version, is_published: isPublished } = newest(versions);
      return `${name} V${version}${isPublished ? '' : ' (draft)'}`;
    })
    .join(', ')}</p>
  <ul class="returns">${Object.values(account.bases).reverse().slice(0, shownMost).map(baseRow)}</ul></div>
</li>`;

const stateClass: Record<Base['status'], string> = {
  complete: 'succeeded',
  error: 'failed',
  in_progress: 'waiting',
  refreshing_in_progress: 'waiting',
};

const baseRow = ({ knowledge_base_id: id, knowledge_base_name: name, status, sources, work }: Base): Html => html`<li data-base="${id}">
  <span>${short(name)}</span> <span class="state ${stateClass[status]}">${status.replaceAll('_', ' ')}</span>
  <span class="codes">${sources.map(nameOf).join(', ')}</span>
  <span class="actions">${
    work && [
      action('base-complete', 'It is read', `/sandbox/retell/bases/${id}/finish`, { outcome: 'complete' }),
      action('base-error', 'It fails', `/sandbox/retell/bases/${id}/finish`, { outcome: 'error' }),
    ]
  }</span></li>`;
