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
    wl?: Wl | { session?: TokenSource; strings?: Strings };
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
  if (!(given instanceof Wl)) window.wl = kit.root.wl;
  void kit.start();
  // The first format of a page takes longer than an element, so it is made while the answer is on its way.
  setTimeout(() => formatCredits(0, languageOf(document.documentElement.lang)));
  return kit;
}

/**
 * Starts what the script tags of this address ask for: the address says where the API is, `data-key` whose page this is, and `data-root`
 * (a selector) which part of it, where several agencies share a page. A script runs once, however many tags name it.
 */
export function startFromScripts(address: string, load: () => Promise<{ deferred: Deferred }>): void {
  const tags = [...document.querySelectorAll<HTMLScriptElement>('script[data-key]')].filter(({ src }) => src === address);
  for (const { key = '', root: selector } of tags.length ? tags.map(({ dataset }) => dataset) : ([{}] as DOMStringMap[])) {
    const root = selector ? document.querySelector<HTMLElement>(selector) : document.documentElement;
    // Pasted twice, under another address or version: the first one has started already.
    if (root && !root.wl) startKit({ api: new URL(address).origin, key, root }, load);
    else if (!root && selector) giveHint(({ explainRoot }) => explainRoot(selector));
  }
}
