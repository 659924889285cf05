import { formatCredits, languageOf, type Strings } from '../strings/strings.ts';
import { provideKit } from './context.ts';
import { giveHint } from './hint.ts';
import { type Deferred, Kit, type KitOptions } from './kit.ts';
import type { TokenSource } from './session.ts';

/** The widgets' interface for the page's own script: `window.wl`. */
export class Wl {
  readonly #kit: Kit;

  constructor(kit: Kit) {
    this.#kit = kit;
  }

  /** `wl.session = async () => token`, for an agency with a log-in of its own. Best set before the script: `window.wl = { session }`. */
  set session(source: TokenSource | undefined) {
    this.#kit.session.source = source;
    void this.#kit.load();
  }

  /** Texts by their keys, for all elements. `{credits credits|one: credit}` is a number and the words that go with it, by the plural forms of the page's language. */
  set strings(strings: Strings) {
    this.#kit.strings = strings;
    this.#kit.changed();
  }

  /** The account that is signed in, or null. */
  get account() {
    return this.#kit.account;
  }

  /** The client's balance in milli-credits, or null. */
  get balance() {
    return this.#kit.balance;
  }

  /** Ends the session, here and in the other tabs of the page. */
  async signOut(): Promise<void> {
    await (await this.#kit.loadDeferred()).signOut(this.#kit);
  }
}

declare global {
  interface HTMLElement {
    /** The widgets' own, on the root that a script tag started. */
    wl?: Wl;
  }
  interface Window {
    wl?: Wl | { session?: TokenSource; strings?: Strings; key?: string };
  }
}

/**
 * Starts one kit for everything inside `root`; the first of a page is also `window.wl`. The page's first request leaves here.
 * @param load loads what no first view needs
 */
export function startKit(options: KitOptions, load: () => Promise<{ deferred: Deferred }>): Kit {
  const given = window.wl;
  const own = given instanceof Wl ? {} : { ...given };
  const kit = new Kit({ ...own, ...options }, load);
  provideKit(kit.root, kit);
  kit.root.wl = new Wl(kit);
  if (!(given instanceof Wl)) Reflect.set(window, 'wl', kit.root.wl);
  void kit.start();
  // The first format of a page takes longer than an element, so it is made while the answer is on its way.
  setTimeout(() => formatCredits(0, languageOf(document.documentElement.lang)));
  return kit;
}

/** Looks for the roots of script tags again: the page may have been parsed further, or replaced by a router. */
export let findRoots = (): void => {};

/**
 * Starts what the script tags of this address ask for: the address says where the API is, `data-key` whose page this is, and `data-root`
 * (a selector) which part of it, where several agencies share a page. A script runs once, however many tags name it. Where a redirect or
 * a tag manager gave it another address, the only tag with a key is meant; where the key was taken off the tag, it is in the address
 * (`?key=`) or in `window.wl.key`.
 */
export function startFromScripts(address: string, load: () => Promise<{ deferred: Deferred }>): void {
  const { origin: api, searchParams } = new URL(address);
  // A page that is written anew has lost its tags.
  let known: DOMStringMap[] = [{}];
  findRoots = () => {
    const all = [...document.querySelectorAll<HTMLScriptElement>('script[data-key]')];
    const same = all.filter(({ src }) => src === address);
    const tags = same[0] || all[1] ? same : all;
    if (tags[0]) known = tags.map(({ dataset }) => dataset);
    for (const { key, root: selector } of known) {
      const root = selector ? findRoot(selector) : document.documentElement;
      const own = window.wl as { key?: unknown } | undefined;
      // Pasted twice, under another address or version: the first one has started already.
      if (root && !root.wl) startKit({ api, key: `${key || searchParams.get('key') || own?.key || ''}`.trim(), root }, load);
      else if (!root && selector && document.readyState !== 'loading') {
        giveHint(({ explainRoot }) => explainRoot(selector));
        load().then(
          ({ deferred }) => deferred.awaitElements(), // it may come later
          () => {},
        );
      }
    }
  };
  findRoots();
  document.addEventListener('DOMContentLoaded', () => findRoots());
}

function findRoot(selector: string): HTMLElement | null {
  try {
    return document.querySelector<HTMLElement>(selector);
  } catch {
    return null; // no selector
  }
}
