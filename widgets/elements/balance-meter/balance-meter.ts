import { html, nothing } from 'lit';
import type { Balance } from '../../kit/events.ts';
import { defineElement, WlElement } from '../../ui/element.ts';
import { balanceMeterStyles } from './balance-meter.styles.ts';

/**
 * How many credits the client has left, as a bar that changes color when they run low, and the same in words. Follows every change.
 *
 * @slot - Shown until the balance is known.
 * @slot low - Shown only while credits are low and the visitor may buy; unless said, a button that leads to the `wl-buy-credits` of the page.
 * @slot signed-out - Shown where nobody is signed in, e.g. a link to sign in.
 * @csspart sentence - What is left, in words.
 * @csspart bar - The bar.
 * @csspart figures - `available | used | assigned`.
 * @csspart notice - What happens when credits are low or used up.
 * @csspart button-primary - The button that leads to buying.
 * @csspart free - How many of the credits are free and pay for calls only.
 * @csspart waiting - That free credits wait.
 * @csspart debt - What is owed, because a payment went back.
 * @csspart signed-out - The sentence where nobody is signed in.
 */
export class WlBalanceMeter extends WlElement {
  static override styles = [WlElement.styles, balanceMeterStyles];
  static override properties = { label: {} };

  /** The bar's name for screen readers. */
  label = '';

  override render() {
    return this.show(this.kit?.balance, {
      skeleton: html`<div class="bone"></div>`,
      none: () => html`<p class="muted" part="signed-out"><slot name="signed-out">${this.say('meter.signedOut')}</slot></p>`,
      value: (balance) => this.#meter(balance),
    });
  }

  #meter({ seq, available, used, assigned, level, callsOnly, waiting, debt }: Balance) {
    const values = { available: available / 1000, assigned: assigned / 1000 };
    const tone = level === 'empty' && assigned ? 'critical' : level;
    // The bar has a class because Chromium ends the tab where bars without one follow each other; `balance-meter.test` shows it.
    return html`<div class="stack ${tone}">
      <p class="sentence" part="sentence">
        ${this.say(`meter.${level === 'empty' && !seq ? 'none' : level}`, values)}
      </p>
      <progress
        part="bar"
        class=${level}
        max=${Math.max(assigned, 1)}
        .value=${Math.max(available, 0)}
        aria-label=${this.label || this.say('meter.label')}
        aria-valuetext=${this.say('meter.value', values)}
      ></progress>
      <p part="figures">
        ${this.#figure('available', available)}<span> | </span>${this.#figure('used', used)}<span> | </span>${this.#figure('assigned', assigned)}
      </p>
      ${callsOnly ? html`<p part="free" class="muted">${this.say('meter.free', { credits: callsOnly / 1000 })}</p>` : nothing}
      ${waiting ? html`<p part="waiting" class="muted">${this.say(`meter.${this.kit?.account?.emailVerified ? 'later' : 'waiting'}`, { credits: waiting / 1000 })}</p>` : nothing}
      ${this.kit?.deferred?.debtNotice(this, debt)}
      <p class="small" part="notice" role="status">${this.kit?.deferred?.lowNotice(this, level, seq)}</p>
      <slot name="low" ?hidden=${level === 'enough' || !this.kit?.session.may('credits:buy')}>${this.kit?.deferred?.wayToBuy(this)}</slot>
    </div>`;
  }

  #figure(name: 'available' | 'used' | 'assigned', millis: number) {
    return html`<data data-label=${this.say(`meter.${name}`)} title=${this.exactly(millis)}>${this.credits(millis)}</data>`;
  }
}
defineElement('wl-balance-meter', WlBalanceMeter);

declare global {
  interface HTMLElementTagNameMap {
    'wl-balance-meter': WlBalanceMeter;
  }
}
