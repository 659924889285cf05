import { html, nothing, type PropertyValues } from 'lit';
import type { Kit } from '../../kit/kit.ts';
import { blockedView } from '../../payment/funds-view.ts';
import { knowledgeStrings } from '../../strings/en/knowledge-upload.ts';
import { paymentStrings } from '../../strings/en/payment.ts';
import { controls } from '../../ui/controls.styles.ts';
import { defineElement, WlElement } from '../../ui/element.ts';
import { keepFocus } from '../../ui/keep-focus.ts';
import { tabs } from '../../ui/tabs.ts';
import { fileView, textView, urlView } from './add-view.ts';
import { knowledgeUploadStyles } from './knowledge-upload.styles.ts';
import { quoteView } from './quote-view.ts';
import { SourcesStore } from './sources-store.ts';
import { sourcesView } from './sources-view.ts';

const ways = ['file', 'text', 'url'] as const;
type Way = (typeof ways)[number];
type Usage = { used: number; most: number | null };

/**
 * Shows what the client's agents know: files, texts and web pages, each with its state. Additions are quoted to the milli-credit before
 * anything is sent; an upload that is cut goes on where it was.
 *
 * @slot - Shown until the sources are known.
 * @slot signed-out - Shown where nobody is signed in, e.g. a link to sign in.
 * @csspart heading - The heading.
 * @csspart ways - The choice between files, text and web page.
 * @csspart way - One of them.
 * @csspart drop - Where files are dropped.
 * @csspart form - The forms for text and address.
 * @csspart field - A field.
 * @csspart quote - What is about to be added, and its price.
 * @csspart item - One piece of it.
 * @csspart total - The price of all.
 * @csspart upgrade - The way to a larger plan.
 * @csspart wall - What stands there while credits are short.
 * @csspart sources - The sources.
 * @csspart source - One of them.
 * @csspart state - How it stands.
 * @csspart progress - How much of it has arrived.
 * @csspart sure - The question before something is deleted.
 * @csspart usage - How much of the limits is used.
 * @csspart button-primary - The button that adds.
 * @csspart button-secondary - Other buttons.
 * @csspart button-danger - The button that deletes.
 * @csspart empty - What stands there while there is nothing.
 */
export class WlKnowledgeUpload extends WlElement {
  static override styles = [WlElement.styles, controls, knowledgeUploadStyles];
  static override texts = { ...WlElement.texts, ...paymentStrings, ...knowledgeStrings };
  static override properties = { heading: {} };

  /** Replaces the heading. */
  heading = '';

  /** The source that another file was chosen for. */
  wrongFile: string | undefined;
  /** The source whose deletion is being confirmed. */
  deleting: string | undefined;
  #store: SourcesStore | undefined;
  #asked: string | undefined;
  #data: Kit['data'];
  #way: Way = 'file';
  #seq: number | undefined;

  constructor() {
    super();
    keepFocus(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#store?.rest();
  }

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed);
    const { kit } = this;
    const clientId = kit?.account?.clientId;
    // The way out of a refusal reads the page's data anew.
    const isAnew = kit?.data !== this.#data && !!this.#store?.refusedAt('read');
    this.#data = kit?.data;
    if (isAnew) void this.#store?.read();
    if (!kit) return;
    if (clientId !== this.#asked) {
      this.#asked = clientId;
      this.#store?.rest();
      this.#store = clientId ? new SourcesStore(kit, () => this.requestUpdate()) : undefined;
      void this.#store?.read();
    }
    // Credits came or went: what waits for them may go on.
    const { seq } = kit.balance ?? {};
    if (seq !== this.#seq && this.#seq !== undefined && this.#store?.quote) void this.#store.requote();
    this.#seq = seq;
  }

  override render() {
    const bones = html`<div class="bone"></div><div class="bone line"></div>`;
    const heading = html`<h2 part="heading">${this.heading || this.say('knowledge.heading')}</h2>`;
    return this.show(this.kit?.account, {
      skeleton: bones,
      none: () => html`<p class="muted" part="empty"><slot name="signed-out">${this.say('knowledge.signedOut')}</slot></p>`,
      value: () => html`${heading}${this.#body(bones)}`,
    });
  }

  #body(bones: unknown) {
    const store = this.#store;
    const refused = store?.refusedAt('read');
    if (refused) return this.sentence(refused);
    if (!store?.list) return html`<slot>${bones}</slot>`;
    const { sources, count, storageBytes, free, blocked } = store.list;
    return html`
      ${this.mayWrite ? (blocked ? blockedView(this, blocked) : this.#adding(store)) : nothing} ${quoteView(this, store)} ${sourcesView(this, store, sources, this.mayWrite && !blocked)}
      <dl class="usage" part="usage">
        ${this.#usage('sources', count)} ${this.#usage('storage', storageBytes, (bytes) => this.size(bytes))} ${this.#usage('freeUsed', free)}
      </dl>
    `;
  }

  #adding(store: SourcesStore) {
    const views = { file: fileView, text: textView, url: urlView };
    const chosen = this.#way;
    const choice = { label: this.say('knowledge.ways'), ways, chosen, word: (way: Way) => this.say(`knowledge.way.${way}`) };
    return tabs(this, { ...choice, choose: (way) => this.#turn(way) }, views[chosen](this, store));
  }

  #usage(name: 'sources' | 'storage' | 'freeUsed', { used, most }: Usage, say = (amount: number): string | number => amount) {
    if (!most) return nothing;
    const text = this.say('knowledge.count', { used: say(used), most: say(most) });
    return html`<div><dt>${this.say(`knowledge.${name}`)}</dt><dd>${text}<progress max=${most} .value=${used} aria-label=${this.say(`knowledge.${name}`)}></progress></dd></div>`;
  }

  #turn(way: Way): void {
    this.#way = way;
    this.#store?.forget();
    this.requestUpdate();
  }

  /** True if this session may change anything. */
  get mayWrite(): boolean {
    return this.kit?.session.may('knowledge:write') ?? false;
  }

  askDelete(sourceId: string | undefined): void {
    this.deleting = sourceId === this.deleting ? undefined : sourceId;
    this.requestUpdate();
  }

  /** Bytes as people read them. */
  size(bytes: number): string {
    const [amount, unit] = bytes < 1_000_000 ? [bytes && Math.max(bytes / 1000, 0.1), 'kilobyte'] : [bytes / 1_000_000, 'megabyte'];
    return new Intl.NumberFormat(this.language, { style: 'unit', unit, unitDisplay: 'short', maximumFractionDigits: 1 }).format(amount);
  }

  date(instant: string): string {
    return new Intl.DateTimeFormat(this.language, { dateStyle: 'medium' }).format(new Date(instant));
  }
}
defineElement('wl-knowledge-upload', WlKnowledgeUpload);

declare global {
  interface HTMLElementTagNameMap {
    'wl-knowledge-upload': WlKnowledgeUpload;
  }
}
