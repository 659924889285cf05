import type { ContextEvent } from '@lit/context';
import { html, nothing, type PropertyValues } from 'lit';
import { fundsFor } from '../../../api/rules/funds.ts';
import { kitContext, requestKit } from '../../kit/context.ts';
import { entitlementsOf } from '../../kit/entitlements.ts';
import { paymentStrings } from '../../strings/en/payment.ts';
import { defineElement, WlElement } from '../../ui/element.ts';
import { icon } from '../../ui/icons.ts';
import { gateStyles } from './gate.styles.ts';

/** Elements that are never behind the gate. */
const before = ['locked', 'signed-out'];

const lock = icon('M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3');

type Verdict = 'open' | 'unknown' | 'signedOut' | 'plan' | 'balance';

/**
 * Shows a part of the agency's own page to clients whose plan or balance allows it: `<wl-gate feature="knowledge">…</wl-gate>`. While it is
 * locked, nobody sees, reads or reaches its content, which stays where the page put it; inside of a `<template>` it is not in the page
 * either, and comes without a reload. What a page contains anybody can read in its source: a gate directs people, it keeps no secret. A
 * page that hides `wl-gate:not(:defined)` shows none of it before the script is there either.
 *
 * @slot - What is behind the gate.
 * @slot locked - Shown while it is locked, instead of our card.
 * @slot signed-out - Shown in our card where nobody is signed in, e.g. a link to sign in.
 * @csspart wall - The card that stands there while it is locked.
 * @csspart button-primary - The way to what opens it.
 */
export class WlGate extends WlElement {
  static override styles = [WlElement.styles, gateStyles];
  static override texts = { ...WlElement.texts, ...paymentStrings };
  static override properties = { feature: {}, plan: {}, balance: { type: Number } };

  /** A feature that the client's plan must include. */
  feature = '';
  /** A plan that the client must have, by id or name. */
  plan = '';
  /** How many credits the client must have. */
  balance = 0;

  /** Where the content of templates stands while the gate is open. */
  readonly #place = document.createElement('div');
  /** Elements behind the gate that wait for the page's data: while it is locked they ask for nothing. */
  readonly #waiting: ContextEvent<typeof kitContext>[] = [];
  #offer: 'plans' | 'buy-credits' | undefined;

  constructor() {
    super();
    this.#place.dataset.wl = '';
    this.addEventListener('context-request', (event) => {
      const path = event.composedPath() as Element[];
      const child = path[path.indexOf(this) - 1];
      const isBehind = child?.parentNode === this && !before.includes(child.slot);
      if (event.context !== kitContext || !isBehind || this.verdict === 'open') return;
      event.stopPropagation();
      this.#waiting.push(event as ContextEvent<typeof kitContext>);
    });
  }

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed);
    if (changed.has('balance') && !(this.balance >= 0)) {
      this.reportValue('balance', 'a number of credits');
      this.balance = 0;
    }
    if (this.verdict !== 'open') {
      this.#place.remove();
      return;
    }
    this.#offer = undefined;
    if (!this.#place.isConnected) {
      const templates = this.querySelectorAll<HTMLTemplateElement>(':scope > template');
      this.#place.replaceChildren(...[...templates].map(({ content }) => content.cloneNode(true)));
      if (templates.length > 0) this.append(this.#place);
    }
    for (const { contextTarget, callback } of this.#waiting.splice(0)) requestKit(contextTarget as HTMLElement, callback);
  }

  private get verdict(): Verdict {
    const { kit } = this;
    if (!kit?.data) return 'unknown';
    if (!kit.account) return 'signedOut';
    if (this.#missingMillis > 0) return 'balance';
    if (!this.feature && !this.plan) return 'open';
    const { now } = entitlementsOf(kit);
    if (!now) return 'unknown';
    const hasPlan = !this.plan || [now.planId, now.planName].includes(this.plan);
    return hasPlan && (!this.feature || now.features.includes(this.feature)) ? 'open' : 'plan';
  }

  /** How much is missing to the balance that it takes. */
  get #missingMillis(): number {
    return fundsFor(this.kit?.balance ?? { available: 0 }, 'calls', this.balance * 1000).missingMillis;
  }

  override render() {
    const { verdict, kit } = this;
    if (verdict === 'open') return html`<slot></slot>`;
    // As every element: neither signing in nor another plan would open it now.
    if (kit?.data?.notice) return this.show(null, { value: () => nothing, skeleton: nothing });
    if (verdict === 'unknown') {
      const refused = kit?.refused ?? (kit?.data && kit.account ? entitlementsOf(kit).refused : undefined);
      return refused
        ? html`<div class="frame">${this.sentence(refused)}</div>`
        : html`<div class="bone" role="status" aria-label=${this.say('loading')}></div>`;
    }
    return html`<slot name="locked"><div class="frame">${this.#wall(verdict)}</div></slot>`;
  }

  #wall(verdict: 'signedOut' | 'plan' | 'balance') {
    const way = { plan: 'plans', balance: 'buy-credits', signedOut: undefined } as const;
    const offer = way[verdict];
    const words = this.say(`gate.${verdict}`, { credits: this.balance, short: this.#missingMillis / 1000 });
    return html`<div class="card wall stack" part="wall">
      <p class="row">${lock}<span class="grow">${verdict === 'signedOut' ? html`<slot name="signed-out">${words}</slot>` : words}</span>
        ${offer && this.#offer !== offer ? html`<button class="primary" part="button-primary" @click=${() => this.#show(offer)}>${this.say(offer === 'plans' ? 'gate.plans' : 'gate.buy')}</button>` : nothing}
      </p>
      ${offer === 'plans' && this.#offer === offer ? html`<wl-plans .strings=${this.strings}></wl-plans>` : nothing}
      ${offer === 'buy-credits' && this.#offer === offer ? html`<wl-buy-credits .need=${this.#missingMillis} .strings=${this.strings}></wl-buy-credits>` : nothing}
    </div>`;
  }

  #show(offer: 'plans' | 'buy-credits'): void {
    this.#offer = offer;
    this.kit?.deferred?.loadElement(`wl-${offer}`).catch(() => {});
    this.requestUpdate();
  }
}
defineElement('wl-gate', WlGate);

declare global {
  interface HTMLElementTagNameMap {
    'wl-gate': WlGate;
  }
}
