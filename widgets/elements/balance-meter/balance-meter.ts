import { html, nothing } from 'lit';
import type { Balance } from '../../kit/events.ts';
import { defineElement, WlElement } from '../../ui/element.ts';
import { balanceMeterStyles } from './balance-meter.styles.ts';

/**
 * How many credits the client has left, as a bar that changes color when they run low, and the same in words. Follows every change.
 *
 * @slot - Shown until the balance is known.
 * @slot low - Shown only while credits are low and the visitor may buy, e.g. a link to buy more.
 * @slot signed-out - Shown where nobody is signed in, e.g. a link to sign in.
 * @csspart sentence - What is left, in words.
 * @csspart bar - The bar.
 * @csspart figures - `available | used | assigned`.
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
      skeleton: html`<div class="bone bones"></div>`,
      none: () => html`<p class="muted" part="signed-out"><slot name="signed-out">${this.say('meter.signedOut')}</slot></p>`,
      value: (balance) => this.#meter(balance),
    });
  }

  #meter({ seq, available, used, assigned, level, waiting, debt }: Balance) {
    const values = { available: available / 1000, assigned: assigned / 1000 };
    const tone = level === 'empty' && assigned ? 'critical' : level;
    return html`<div class="stack ${tone}">
      <p class="sentence ${tone === 'low' || tone === 'critical' ? 'toned' : ''}" part="sentence" role="status">
        ${this.say(level === 'empty' && !seq ? 'meter.none' : `meter.${level}`, values)}
      </p>
      <progress
        part="bar"
        class="bar ${level}"
        max=${Math.max(assigned, 1)}
        .value=${Math.max(available, 0)}
        aria-label=${this.label || this.say('meter.label')}
        aria-valuetext=${this.say('meter.value', values)}
      ></progress>
      <p part="figures" class="figures">
        <data data-label=${this.say('meter.available')}>${this.credits(available)}</data><span> | </span>
        <data data-label=${this.say('meter.used')}>${this.credits(used)}</data><span> | </span>
        <data data-label=${this.say('meter.assigned')}>${this.credits(assigned)}</data>
      </p>
      ${waiting > 0 ? html`<p part="waiting" class="muted">${this.say(this.kit?.account?.emailVerified ? 'meter.later' : 'meter.waiting', { credits: waiting / 1000 })}</p>` : nothing}
      ${debt ? html`<p class="card notice warning" part="debt">${this.say('meter.debt', { credits: debt / 1000 })}</p>` : nothing}
      <slot name="low" ?hidden=${level === 'enough' || !this.kit?.session.may('credits:buy')}></slot>
    </div>`;
  }
}
defineElement('wl-balance-meter', WlBalanceMeter);

declare global {
  interface HTMLElementTagNameMap {
    'wl-balance-meter': WlBalanceMeter;
  }
}
