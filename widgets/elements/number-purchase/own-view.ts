import { html, nothing } from 'lit';
import type { WlElement } from '../../ui/element.ts';
import { choiceField, refusalNotice, submitHandler, textField } from '../../ui/fields.ts';
import { icons } from '../../ui/icons.ts';
import type { ClientNumber, NumbersStore } from './numbers-store.ts';

const tones = { active: 'success', pending_verification: 'warning', past_due: 'danger', released: 'danger' } as const;

/** The part of its element that the list needs. */
interface Host extends WlElement {
  heading: string;
  readonly mayWrite: boolean;
  readonly releasing: string | undefined;
  readonly resentTo: string | undefined;
  askRelease(numberId: string | undefined): void;
  sendAnother(numberId: string): Promise<void>;
  date(instant: string): string;
}

/** The client's numbers, each with what can be done about it. */
export function ownView(host: Host, store: NumbersStore, numbers: ClientNumber[]) {
  if (numbers.length === 0) return html`<p class="muted" part="empty">${host.say('numbers.none')}</p>`;
  return html`<ul class="found" part="numbers" aria-label=${host.heading || host.say('numbers.heading')}>${numbers.map((one) => ownNumber(host, store, one))}</ul>`;
}

function ownNumber(host: Host, store: NumbersStore, one: ClientNumber) {
  const { id, display, label, way, state, monthlyMillis, paidUntil, trunk } = one;
  const facts = [
    host.say(`numbers.from.${way}`),
    monthlyMillis > 0 && host.say('numbers.priceMonthly', { monthly: monthlyMillis / 1000 }),
    paidUntil && host.say('numbers.paidUntil', { date: host.date(paidUntil) }),
  ].filter(Boolean);
  const busy = store.busy === id;
  return html`<li class="card own" part="number">
    <div class="row">
      <div class="grow">
        <p class="number">${display} ${label ? html`<span class="muted">${label}</span>` : nothing}</p>
        <p class="muted">${facts.join(' · ')}</p>
      </div>
      <span class="state ${tones[state]}" part="state">${host.say(`numbers.state.${state}`)}</span>
      ${trunk ? html`<button part="button-secondary" aria-disabled=${String(busy)} @click=${() => store.testTrunk(id)}>${host.say(busy ? 'numbers.testing' : 'numbers.test')}</button>` : nothing}
      ${host.mayWrite ? html`<button part="button-secondary" aria-expanded=${String(host.releasing === id)} @click=${() => host.askRelease(id)}>${host.say(isTheirs(one) ? 'numbers.remove' : 'numbers.release')}</button>` : nothing}
    </div>
    ${overdue(host, one)} ${answered(host, one)} ${state === 'pending_verification' ? codeForm(host, store, one) : agentChoice(host, store, one)} ${trial(store, id)}
    ${host.releasing === id ? releaseForm(host, store, one) : refusalNotice(host, store, id)}
  </li>`;
}

/** Tells whether a number stays with the client when it leaves the list: it came from elsewhere. */
const isTheirs = ({ way }: ClientNumber): boolean => way !== 'bought' && way !== 'inventory';

function answered(host: Host, { answeredBy }: ClientNumber) {
  if (answeredBy !== 'nobody' && answeredBy !== 'soon') return nothing;
  return html`<p class="muted" role="status">${host.say(`numbers.answered.${answeredBy}`)}</p>`;
}

function overdue(host: Host, { graceUntil, overdueMillis }: ClientNumber) {
  if (!graceUntil) return nothing;
  const words = { credits: overdueMillis / 1000, date: host.date(graceUntil) };
  return html`<p class="card notice danger row" role="alert">${icons.alert}<span class="grow">${host.say('numbers.pastDue', words)}</span></p>`;
}

function codeForm(host: Host, store: NumbersStore, { id, display }: ClientNumber) {
  const verify = ({ code }: { code: string }) => store.verify(id, code);
  return html`<form class="row end" novalidate @submit=${submitHandler(host, store, id, verify)}>
    <p class="muted all">${host.say('numbers.codeHint', { number: display })}</p>
    ${textField(store, id, { name: 'code', label: host.say('numbers.code'), missing: host.say('numbers.code.missing'), inputmode: 'numeric', autocomplete: 'one-time-code' })}
    <button class="primary" part="button-primary" aria-disabled=${String(store.busy === id)}>${host.say('numbers.verify')}</button>
    <button type="button" part="button-secondary" @click=${() => host.sendAnother(id)}>${host.say('numbers.resend')}</button>
    <span class="muted" role="status">${host.resentTo === id ? host.say('numbers.resent') : nothing}</span>
  </form>`;
}

function agentChoice(host: Host, store: NumbersStore, { id, agentId }: ClientNumber) {
  if (store.agents.length === 0 || !host.mayWrite) return nothing;
  const options = [['', host.say('numbers.noAgent')] as const, ...store.agents.map((agent) => [agent.id, agent.name] as const)];
  return choiceField('agent', host.say('numbers.agent'), options, agentId ?? '', (value) => void store.assign(id, value || null));
}

function trial(store: NumbersStore, id: string) {
  const said = store.trials.get(id);
  if (!said) return nothing;
  return html`<p class="card notice row ${said.result === 'ok' ? 'success' : 'danger'}" part="trial" role="status">${said.result === 'ok' ? icons.check : icons.alert}<span class="grow">${said.message}</span></p>`;
}

function releaseForm(host: Host, store: NumbersStore, one: ClientNumber) {
  const { id } = one;
  const release = async ({ lastDigits }: { lastDigits: string }) => {
    const isDone = await store.release(id, lastDigits);
    if (isDone) host.askRelease(undefined);
    return isDone;
  };
  return html`<form class="stack tight" part="release" novalidate @submit=${submitHandler(host, store, id, release)}>
    <p>${host.say(isTheirs(one) ? 'numbers.removeSure' : 'numbers.releaseSure')}</p>
    <div class="row end">
      ${textField(store, id, { name: 'lastDigits', label: host.say('numbers.lastDigits'), missing: host.say('numbers.lastDigits.missing'), inputmode: 'numeric' })}
      <button class="danger filled" part="button-danger" aria-disabled=${String(store.busy === id)}>${host.say(isTheirs(one) ? 'numbers.removeNow' : 'numbers.releaseNow')}</button>
      <button type="button" part="button-secondary" @click=${() => host.askRelease(undefined)}>${host.say('numbers.cancel')}</button>
    </div>
    ${refusalNotice(host, store, id)}
  </form>`;
}
