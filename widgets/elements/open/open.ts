import { html } from 'lit';
import { defineElement, WlElement } from '../../ui/element.ts';
import { icon } from '../../ui/icons.ts';
import { openStyles } from './open.styles.ts';

const cross = icon('M6 6l12 12M18 6L6 18');

/**
 * A button that opens another element in front of the page: `<wl-open for="buy-credits">Buy credits</wl-open>`.
 * The cross and Escape close it, and the keyboard is back on the button.
 *
 * @slot - What stands on the button.
 * @csspart button - The button.
 * @csspart dialog - What opens.
 * @csspart close - The cross that closes it.
 */
export class WlOpen extends WlElement {
  static override styles = [WlElement.styles, openStyles];
  static override properties = { for: {}, as: {} };

  /** The element that opens: its tag without `wl-`, e.g. `buy-credits`. */
  for = '';
  /** `modal` opens in the middle, `drawer` at the edge of the page. */
  as: 'modal' | 'drawer' = 'modal';

  #opened: HTMLElement | undefined;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.close();
  }

  /** Opens the element; it is made now and goes away when it closes, so that it costs nothing before. */
  async open(): Promise<void> {
    const tag = `wl-${this.for}`;
    // Where it cannot be loaded, a sentence stands in its place.
    await this.kit?.deferred?.loadElement(tag).catch(() => {});
    await this.updateComplete;
    if (this.#opened || !this.isConnected) return;
    const element = Object.assign(document.createElement(tag), { slot: 'opened', strings: this.strings });
    element.dataset.wl = '';
    // In the page, not in our own tree: what the page says of the element and its parts holds here as well.
    this.append(element);
    this.#opened = element;
    this.#dialog?.showModal();
    // Its first words, not the cross, are what somebody came for.
    this.#dialog?.focus();
  }

  close(): void {
    this.#dialog?.close();
    this.#gone();
  }

  get #dialog() {
    return this.renderRoot.querySelector?.('dialog');
  }

  #gone(): void {
    this.#opened?.remove();
    this.#opened = undefined;
  }

  override render() {
    const { account, session } = this.kit ?? {};
    const mayNot = this.for === 'buy-credits' && account && !session?.may('credits:buy');
    return html`<div class="frame" part="frame" @transitionend=${() => this.judge()}>
      <button id="opener" class="primary" part="button" aria-haspopup="dialog" ?hidden=${!!mayNot} @click=${() => this.open()}><slot></slot></button>
      <dialog part="dialog" class=${this.as} aria-labelledby="opener" tabindex="-1" @close=${() => this.#gone()}>
        <slot name="opened" @slotchange=${() => this.#opened?.isConnected === false && this.close()}></slot>
        <button class="cross" part="close" aria-label=${this.say('purchase.close')} @click=${() => this.close()}>${cross}</button>
      </dialog>
    </div>`;
  }
}
defineElement('wl-open', WlOpen);

declare global {
  interface HTMLElementTagNameMap {
    'wl-open': WlOpen;
  }
}
