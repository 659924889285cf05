import { type CSSResultGroup, html, LitElement, nothing, type PropertyDeclarations, type PropertyValues, type TemplateResult } from 'lit';
import { tokens } from '../../themes/tokens.ts';
import { asking, requestKit } from '../kit/context.ts';
import { giveHint } from '../kit/hint.ts';
import type { Kit } from '../kit/kit.ts';
import type { Refused } from '../kit/refused.ts';
import { firstViewStrings } from '../strings/en/first-view.ts';
import { textsIn } from '../strings/given.ts';
import { fillText, formatCredits, formatExactly, formatPrice, languageOf, type StringKey, type Strings } from '../strings/strings.ts';
import { climbFrom, standsOnDark, webAddress } from './brand.ts';
import { base } from './element.styles.ts';
import { icons } from './icons.ts';
import { nextTask } from './next-task.ts';
import { picture } from './picture.ts';
import { settings } from './settings.styles.ts';

/** Reads JSON; what is none stays the text that it is. */
function parseStrings(text: string | null): unknown {
  try {
    return JSON.parse(text ?? 'null');
  } catch {
    return text;
  }
}

interface Shown<Value> {
  value: (value: Value) => unknown;
  skeleton: unknown;
  /** Shown where there is no value. */
  none?: () => unknown;
  /** True for the way in of clients, which says itself what is said to visitors only. */
  signIn?: boolean;
}

/**
 * The base of every element. An element shows one of three things: what the page wrote between its tags, the value,
 * or one sentence with a way out.
 *
 * @csspart frame - Everything inside the element.
 * @csspart skeleton - What keeps the room until the value is known.
 * @csspart slow - That the value takes longer than usual.
 * @csspart logo - The agency's logo.
 * @csspart error - What is wrong, in one sentence.
 * @csspart offline - That there is no connection, above what was known last.
 * @csspart closed - What the agency says while its widgets are off, or for clients only.
 * @csspart retry - The way out of both.
 */
export class WlElement extends LitElement {
  static override styles: CSSResultGroup = [tokens, base, settings];
  /** Attributes, said once per class: what a decorator needs besides would weigh more than an element. */
  static override properties: PropertyDeclarations = { strings: { converter: parseStrings }, logo: { type: Boolean } };

  /** Lists the values of an attribute, by its name, the usual first. A page that says anything else gets the usual. */
  static choices: Readonly<Record<string, readonly string[]>> = {};

  /** Our English texts of this element; what is deferred brings its own. */
  static texts: Strings = firstViewStrings;

  readonly #internals = this.attachInternals();
  #unfollow: (() => void) | undefined;
  #reported = false;
  #shown = false;
  /** The looks of the page that were judged, as the kit counts them. */
  #judged: number | undefined;

  /** Texts of this element alone, by their keys; as an attribute in JSON. */
  strings: Strings = {};
  #texts: Strings = {};
  /** Shows the agency's logo on top. */
  logo = false;

  /** The kit of the nearest root that has one. */
  kit: Kit | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    // A clone, as routers keep of a page that was left: what its original wrote into the page is dead in it.
    if (!this.hasUpdated) for (const child of this.querySelectorAll(':scope > [data-wl]')) child.remove();
    asking.add(this.#ask);
    this.#ask();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#judged = undefined;
    asking.delete(this.#ask);
    this.#unfollow?.();
  }

  readonly #ask = () =>
    requestKit(this, (kit) => {
      this.#unfollow?.();
      this.#unfollow = kit.watch(() => this.requestUpdate());
      this.kit = kit;
      this.requestUpdate();
    });

  /** Light or dark, as what the element stands on, and whether it follows another. Asked only when that may have changed: it makes the browser compute styles. */
  protected judge(): void {
    const frame = this.renderRoot.querySelector('.frame');
    this.#mark('dark', !!frame && standsOnDark(this, frame));
    this.#mark('below', standsBelow(this));
  }

  #mark(state: string, isSo: boolean): void {
    this.#internals.states[isSo ? 'add' : 'delete'](state);
  }

  /** Renders each element in a task of its own once the page's data is there, so that the visitor never waits for all of them. */
  protected override async scheduleUpdate(): Promise<void> {
    const isFirst = !this.#shown && !!this.kit?.data;
    this.#shown ||= isFirst;
    // One that comes later must not be empty until then.
    if (isFirst && this.hasUpdated) await nextTask();
    await super.scheduleUpdate();
  }

  protected override update(changed: PropertyValues): void {
    const render = () => super.update(changed);
    const { deferred } = this.kit ?? {};
    if (deferred) deferred.renderSafely(this.renderRoot as ShadowRoot, render);
    else render();
  }

  protected override updated(_changed: PropertyValues): void {
    if (this.#judged !== (this.kit?.looks ?? 0)) {
      this.#judged = this.kit?.looks ?? 0;
      this.judge();
    }
    if (this.#reported || this.kit?.data?.mode !== 'test') return;
    this.#reported = true;
    giveHint(({ inspectElement }) => inspectElement(this));
  }

  /** One of the three states. `skeleton` has the shape of the value, so that nothing moves when it arrives. */
  protected show<Value>(value: Value | null | undefined, { value: render, skeleton, none, signIn }: Shown<Value>): TemplateResult {
    const { data, refused } = this.kit ?? {};
    const known = value !== null && value !== undefined;
    const content = () => {
      if (data?.notice && !(data.clientsOnly && signIn))
        return html`${this.#heading()}<p class="card notice warning" part="closed" role="status">${data.notice}</p>`;
      if (known) return html`${this.#heading()}${refused ? this.#offline() : nothing}${render(value)}`;
      if (refused) return this.sentence(refused);
      if (data && none) return html`${this.#heading()}<div class="row">${picture(this.kit, 'door')}${none()}</div>`;
      return html`<slot><div class="stack" part="skeleton" role="status" aria-label=${this.say('loading')}>${skeleton}${this.kit?.isSlow ? html`<p class="muted" part="slow">${this.say('slow')}</p>` : nothing}</div></slot>`;
    };
    return html`<div class="frame stack" part="frame" aria-busy=${String(!known && !data && !refused)} @transitionend=${() => this.judge()}>${content()}</div>`;
  }

  /** One sentence that says what is wrong, and the way out where there is one. */
  sentence(refused: Refused): TemplateResult {
    return html`<div class="card notice danger row" part="error" role="alert">
      ${refused.code === 'network' && this.kit?.deferred ? picture(this.kit, 'plug') : icons.alert}
      <div class="row grow"><p class="grow">${this.explain(refused)}</p> ${refused.retry ? this.#retry() : nothing}</div>
    </div>`;
  }

  #offline(): TemplateResult {
    return html`<div class="row muted" part="offline" role="status">${icons.alert}<span class="grow">${this.say('offline')}</span>${this.#retry()}</div>`;
  }

  #retry(): TemplateResult {
    return html`<button part="retry" @click=${() => this.kit?.load()}>${this.say('retry')}</button>`;
  }

  #heading(): unknown {
    const brand = this.kit?.data?.brand;
    const logo = this.logo && webAddress(brand?.logoUrl);
    return logo ? html`<img class="logo" part="logo" src=${logo} alt=${brand?.companyName ?? ''} />` : nothing;
  }

  /** A text in the page's words, else in the language of the page, else in English. */
  say(key: StringKey, values?: Record<string, unknown>): string {
    const own = this.#own(key);
    return fillText(own ?? this.#english(key) ?? '', values, this.language, own ? this.language : 'en');
  }

  /** Why something was refused: the page's own words for the code, else a translation, else the API's sentence, else ours. */
  explain({ code, message, values }: { code: string; message: string; values?: Record<string, unknown> | undefined }): string {
    const key = code as StringKey; // where it is none, nothing is found
    const ours = code === 'key.refused' ? 'origin.refused' : key;
    const own = this.#own(key) ?? this.#own(ours);
    return own ? fillText(own, values, this.language) : (this.#english(ours) ?? message);
  }

  #own(key: StringKey): string | undefined {
    const { kit, language } = this;
    return this.#texts[key] ?? kit?.strings[key] ?? kit?.deferred?.translationOf(kit, language)?.[key];
  }

  #english(key: StringKey): string | undefined {
    return (this.constructor as typeof WlElement).texts[key] ?? this.kit?.texts[key];
  }

  /** The nearest language that the page declares. */
  language: string | undefined;

  /** Puts right, once and at one place, whatever the page hands in as an attribute or a property. */
  protected override willUpdate(changed: PropertyValues): void {
    this.language = languageOf([...climbFrom(this)].find(({ lang }) => lang)?.lang ?? '');
    if (changed.has('strings')) this.#texts = textsIn(this.strings);
    for (const [name, known] of Object.entries((this.constructor as typeof WlElement).choices)) {
      if (changed.has(name) && !known.includes(this[name as never])) {
        this.reportValue(name, `one of ${known.join(', ')}`);
        Object.assign(this, { [name]: known[0] });
      }
    }
  }

  /** Tells the developer of a value that an attribute cannot have; one that is not there needs no word. */
  protected reportValue(name: string, known: string): void {
    const given: unknown = this[name as never];
    if (given != null) giveHint(({ explainValue }) => explainValue(this.localName, name, given, known));
  }

  credits(millis: number): string {
    return formatCredits(millis, this.language);
  }

  /** The same to the thousandth. */
  exactly(millis: number): string {
    return formatExactly(millis, this.language);
  }

  price(cents: number, currency: string): string {
    return formatPrice(cents, currency, this.language);
  }
}

/**
 * Tells whether an element follows another of ours in the normal flow of the page, where nothing but a margin keeps them apart. One whose
 * code has not arrived is inline.
 */
function standsBelow(element: Element): boolean {
  const { previousElementSibling: before, parentElement: parent } = element;
  const flows = (one: Element | null) => !!one && /^(block|inline)$/.test(getComputedStyle(one).display);
  return !!before?.localName.startsWith('wl-') && [before, element, parent].every(flows);
}

/** Two script tags, or two versions of one, must not define a tag twice. The page's first request leaves before the first element wakes up. */
export async function defineElement(tag: string, element: CustomElementConstructor): Promise<void> {
  await nextTask();
  if (!customElements.get(tag)) customElements.define(tag, element);
}
