import { html } from 'lit';
import { allTags, lazyElements } from '../elements.ts';
import { WlElement } from '../ui/element.ts';
import { fragmentOfOurs } from './kit.ts';
import { page } from './page-address.ts';
import { tryPatiently } from './patience.ts';
import { Refused } from './refused.ts';
import { findRoots } from './start.ts';

/** Stands in the place of an element whose code cannot be loaded. */
class Unloaded extends WlElement {
  again = () => {};

  override render() {
    return html`<div class="frame stack" part="frame">
      ${this.sentence(new Refused('unavailable', '', false))}
      <p><button part="retry" @click=${this.again}>${this.say('retry')}</button></p>
    </div>`;
  }
}
const UNLOADED = 'wl-unloaded';

/** The elements that are being loaded, or could not be. */
const asked = new Map<string, Promise<unknown>>();
const lost = new Set<string>();
const watched = new WeakSet<Node>();
const awaited = new Set<string>();

/**
 * Loads an element, which may stand in a tree where nobody looks for it.
 * @throws where it cannot be loaded after a few tries; until somebody asks for another one, it is not tried again
 */
export function loadElement(tag: string): Promise<unknown> {
  const load = lazyElements[tag as keyof typeof lazyElements];
  if (!load) return Promise.resolve();
  const loaded = asked.get(tag) ?? tryPatiently<unknown>(load).catch((error) => lose(tag, error));
  asked.set(tag, loaded);
  if (lost.has(tag)) showLost(tag);
  return loaded;
}

function lose(tag: string, error: unknown): never {
  lost.add(tag);
  showLost(tag);
  throw error;
}

/** Says in each element of a tag that it cannot be had, with a way to try again. What the page wrote into it stays in the page. */
function showLost(tag: string): void {
  const again = () => {
    lost.delete(tag);
    asked.delete(tag);
    const cleared = () => {
      for (const { shadowRoot } of findDeep(tag)) shadowRoot?.replaceChildren();
    };
    loadElement(tag).then(cleared, () => {});
  };
  if (!customElements.get(UNLOADED)) customElements.define(UNLOADED, Unloaded);
  for (const element of findDeep(tag)) {
    const root = element.shadowRoot ?? element.attachShadow({ mode: 'open' });
    if (!root.firstElementChild) root.append(Object.assign(document.createElement(UNLOADED), { again }));
  }
}

/** Finds the elements of a tag, also in open shadow trees. */
function findDeep(tag: string, tree: ParentNode = document): Element[] {
  return [...tree.querySelectorAll('*')].flatMap((element) => [
    ...(element.localName === tag ? [element] : []),
    ...(element.shadowRoot ? findDeep(tag, element.shadowRoot) : []),
  ]);
}

/** Takes over what a page that sets its own `window.wl = { session, strings }` after the script says there. */
function awaitSettings(): void {
  const { wl } = document.documentElement;
  const take = (late: unknown) => {
    for (const name of ['session', 'strings'] as const) if (wl && Object(late)[name]) wl[name] = Object(late)[name];
  };
  if (!wl) return;
  if (window.wl !== wl) take(window.wl);
  // A page that says `var wl` keeps its variable.
  if (!Reflect.defineProperty(window, 'wl', { configurable: true, get: () => wl, set: take })) Reflect.set(window, 'wl', wl);
}

const observer = new MutationObserver((changes) => {
  findRoots();
  for (const { addedNodes } of changes) for (const node of addedNodes) if (node instanceof Element) visit(node);
});

/** Loads what a tree holds of ours, and watches it and the open shadow trees in it. Those of ours load what they show. */
function visit(tree: Element | Document | ShadowRoot): void {
  if (!(tree instanceof Element) && !watched.has(tree)) {
    watched.add(tree);
    observer.observe(tree, { childList: true, subtree: true });
  }
  for (const element of tree instanceof Element ? [tree, ...tree.querySelectorAll('*')] : tree.querySelectorAll('*')) {
    const { localName, shadowRoot } = element;
    const isOurs = localName.startsWith('wl-');
    if (localName === 'wl-open' && !isTag(`wl-${element.getAttribute('for')}`)) explainLater(element);
    if (isOurs) loadElement(localName).catch(() => {});
    else if (shadowRoot && !watched.has(shadowRoot)) visit(shadowRoot);
    if (!localName.includes('-') || awaited.has(localName) || customElements.get(localName)) continue;
    awaited.add(localName);
    if (!isOurs) void customElements.whenDefined(localName).then(() => visit(document));
    else if (!isTag(localName)) explainLater(element);
  }
}

const isTag = (tag: string): boolean => (allTags() as string[]).includes(tag);

/** Says that a tag, or what one names, is none of ours. Loads the sentence by itself: `giveHint` would leave the first file if code that comes later shared it. */
const explainLater = (element: Element): void =>
  void import('./developer.ts').then(
    ({ explainTag }) => explainTag(element, allTags()),
    () => {},
  );

/** Looks out for elements, roots and settings that come later, and for links that lead here again. Once per page, whoever asks. */
export function awaitElements(): void {
  if (watched.has(document)) return;
  visit(document);
  findRoots(); // one may have come while this file was loaded
  awaitSettings();
  // A mailed link that is opened where its page is open already changes no more than what is behind the `#`: nothing would read it.
  page.addEventListener('hashchange', () => fragmentOfOurs.test(page.location.hash) && location.reload());
}
