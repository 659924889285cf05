import { provideKit } from './context.ts';
import { Kit, type KitOptions } from './kit.ts';
import type { TokenSource } from './session.ts';
import type { Strings } from './strings.ts';

/** What a page can say to the widgets, and ask of them: `window.wl`. */
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

  /** Texts by their keys, for all elements. */
  set strings(strings: Strings) {
    this.#kit.strings = strings;
    this.#kit.changed();
  }

  /** Who is signed in, or null. */
  get account() {
    return this.#kit.account;
  }

  /** What the client has, in milli-credits, or null. */
  get balance() {
    return this.#kit.balance;
  }

  /** Ends the session, here and in the other tabs of the page. */
  async signOut(): Promise<void> {
    await (await this.#kit.after()).signOut(this.#kit);
  }
}

declare global {
  interface Window {
    wl?: Wl | { session?: TokenSource; strings?: Strings };
  }
}

/** Starts one kit for everything inside `root`; the first of a page is also `window.wl`. The page's first request leaves here. */
export function start(options: KitOptions): Kit {
  const given = window.wl;
  const own = given instanceof Wl ? {} : { ...given };
  const kit = new Kit({ ...own, ...options });
  provideKit(kit.root, kit);
  if (!(given instanceof Wl)) window.wl = new Wl(kit);
  void kit.start();
  return kit;
}

/** Starts what a script tag asks for: its address says where the API is, `data-key` whose page this is. */
export function startFromScript(address: string): void {
  const script = [...document.querySelectorAll<HTMLScriptElement>('script[data-key]')].find(({ src }) => src === address);
  // Pasted twice, under another address or version: the first one has started already.
  if (window.wl instanceof Object && 'signOut' in window.wl) return;
  start({ api: new URL(address).origin, key: script?.dataset.key ?? '' });
}
