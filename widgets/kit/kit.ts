import type { Input, OperationName, Output } from '../../api/contract/index.ts';
import type { Languages, Strings } from '../strings/strings.ts';
import { applyBrand } from '../ui/brand.ts';
import type { Checkout } from './checkout.ts';
import { type AttemptName, type CallName, Client, type ReadName, type Send } from './client.ts';
import type { Balance } from './events.ts';
import { giveHint } from './hint.ts';
import type { Live } from './live.ts';
import { PageState } from './page-state.ts';
import { Refused, refusalOf } from './refused.ts';
import { Session, type TokenSource } from './session.ts';

type Bootstrap = Output<'bootstrap.read'>;

export interface KitOptions {
  /** Where the API is, e.g. `https://api.example`. */
  api: string;
  /** The publishable key of the agency, `wlp_test_…` or `wlp_live_…`. */
  key: string;
  /** Where events start and the brand's colors are set; the whole document unless said. */
  root?: HTMLElement;
  session?: TokenSource;
  strings?: Strings;
  /** Languages besides those that we have. */
  languages?: Languages;
}

/**
 * The code that no first view needs. It arrives later, as one file, and is handed in because it needs the kit. The parts that elements look for stand
 * where it is made: each such part adds itself to this list.
 */
export interface Deferred {
  /** Loads the elements that the page holds, now and whenever it adds one. */
  awaitElements(): void;
  /** Loads one that is shown inside another. */
  loadElement(tag: string): Promise<unknown>;
  takeArrival(kit: Kit): Promise<void>;
  deferredStrings: Strings;
  /** Watches what happens to the page, until it is closed. */
  attendPage(kit: Kit, signal: AbortSignal): void;
  /** Loads what follows the stream: only who is signed in has one. */
  loadLive(): Promise<{ liveOf(kit: Kit): Live }>;
  /** Loads what buying takes: most pages are left without it. */
  loadCheckout(): Promise<{ CreditCheckout: new (kit: Kit) => Checkout }>;
  resumePurchase(kit: Kit): Promise<void>;
  signOut(kit: Kit): Promise<void>;
  /** Our texts in another language, once they are there. */
  translationOf(kit: Kit, language: string | undefined): Strings | undefined;
}

/** A mailed link or the payment page speaks to the page, which few visits know: what reads it comes later. */
export const fragmentOfOurs = /[#&?/]wl-[\w-]+=/;

/** After the first, a page says that it is still loading; after both, it offers a way out. The answer counts whenever it comes. */
const SLOW_MS = 2_500;
const PATIENCE_MS = 12_500;

/** Shared by all elements of a page: session, brand, data and one stream. Elements read it and ask; only the kit changes it. */
export class Kit extends PageState {
  readonly key: string;
  readonly session: Session;
  readonly languages: Languages | undefined;
  /** The other tabs of the page, where the browser lets them talk. */
  tabs: BroadcastChannel | undefined;
  /** Our texts that have come after the first view. */
  readonly texts: Strings = {};
  /** The deferred code, once it is there. */
  deferred: Deferred | undefined;
  /** True once the first answer takes longer than usual. */
  isSlow = false;
  readonly #client: Client;
  readonly #closed = new AbortController();
  #live: Live | undefined;
  readonly #load: () => Promise<{ deferred: Deferred }>;
  #loading: Promise<Deferred> | undefined;
  #turn = 0;

  /** @param load loads what no first view needs */
  constructor(
    { api, key, root = document.documentElement, session, strings = {}, languages }: KitOptions,
    load: () => Promise<{ deferred: Deferred }>,
  ) {
    super(root, strings);
    this.languages = languages;
    this.#load = load;
    this.key = key;
    this.session = new Session(
      key,
      `${api}/v1/sessions.refresh`,
      async (proof) => (await this.#client.call('sessions.refresh', proof)).session,
    );
    this.session.source = session;
    this.#client = new Client(api, key, this.session);
  }

  /** Everything the page needs, in one request. */
  async start(): Promise<void> {
    addEventListener('online', () => this.refused && this.load(), { signal: this.#closed.signal });
    await this.load();
  }

  /** Reads everything again: the way out of a failed start, and after another tab signed in. */
  async load(): Promise<void> {
    const turn = ++this.#turn;
    this.refused = undefined;
    this.changed();
    // Asked for at the same time, so that nothing waits for it twice.
    this.loadDeferred().catch((error) => this.refuse(error));
    let slow = setTimeout(() => {
      this.isSlow = true;
      this.changed();
      slow = setTimeout(() => turn === this.#turn && this.refuse(new Refused('network')), PATIENCE_MS);
    }, SLOW_MS);
    try {
      if (!/^wlp_(test|live)_./.test(this.key)) throw new Refused('key.refused');
      // Before anything is read, so that what is read is as it is after it. A frame that its page wrote itself knows the page's address as its base.
      if (this.fragment.verify || fragmentOfOurs.test(location.hash || document.baseURI))
        await (await this.loadDeferred()).takeArrival(this);
      const input = await this.session.forBootstrap(this.#client.address('bootstrap.read'));
      const { session, account, balance, ...data } = await this.#client.call('bootstrap.read', input);
      if (turn !== this.#turn) return;
      if (session) await this.session.take(session);
      // A page with a notice keeps its session, by which it is known at the next load.
      else if (input.refresh && !data.notice) {
        if (this.session.isTimeNew) return await this.load();
        await this.session.wipe();
      }
      this.refused = undefined;
      const first = !this.data;
      this.data = data;
      applyBrand(this.root, data.brand);
      this.meet(account, balance);
      if (!first) return;
      this.announce('wl-ready', { mode: data.mode, signedIn: !!account, clientId: account?.clientId ?? null });
      if (account) void this.loadDeferred().then(({ resumePurchase }) => resumePurchase(this));
    } catch (error) {
      if (turn === this.#turn) this.refuse(refusalOf(error));
    } finally {
      clearTimeout(slow);
    }
  }

  /** Reads something. */
  read<Name extends ReadName>(name: Name, input: Input<Name>): Promise<Output<Name>> {
    return this.#send(name, input, { method: 'GET' });
  }

  /** Does what may be asked for again, after a reload, too, and is done once. */
  attempt<Name extends AttemptName>(name: Name, input: Input<Name>): Promise<Output<Name>> {
    return this.#send(name, input, { isAttempt: true });
  }

  /** Does anything else. */
  call<Name extends CallName>(name: Name, input: Input<Name>, options?: Send): Promise<Output<Name>> {
    return this.#send(name, input, options);
  }

  /** The way of all elements to the API. A refusal is announced to the page; the end of a session signs out. */
  async #send<Name extends OperationName>(name: Name, input: Input<Name>, options?: Send): Promise<Output<Name>> {
    try {
      const output = await this.#client.call(name, input, options);
      if (this.data) this.refused = undefined;
      return output;
    } catch (error) {
      const { code, message } = error as Refused;
      if (code === 'network') this.refuse(error as Refused);
      else this.announce('wl-refused', { code, message, operation: name });
      if (code === 'session.missing' || code === 'proof.refused') await this.leave();
      throw error;
    }
  }

  openStream(signal: AbortSignal): Promise<Response> {
    return this.#client.send('live.stream', { after: this.balance?.seq ?? 0 }, { signal, method: 'GET' });
  }

  async readBalance(): Promise<void> {
    this.update(await this.read('credits.balance', {}));
  }

  /** Loads the deferred code, once. */
  loadDeferred(): Promise<Deferred> {
    this.#loading ??= this.#load().then(
      ({ deferred }) => {
        deferred.awaitElements();
        this.deferred = deferred;
        Object.assign(this.texts, deferred.deferredStrings);
        deferred.attendPage(this, this.#closed.signal);
        return deferred;
      },
      () => {
        this.#loading = undefined;
        throw new Refused('network');
      },
    );
    return this.#loading;
  }

  /** Ends everything that runs, for a root that leaves its page for good. */
  close(): void {
    this.#closed.abort();
    this.#live?.end();
  }

  /** Takes over who is signed in. */
  meet(account: Bootstrap['account'], balance: Balance | null): void {
    this.account = account;
    if (balance) this.update(balance);
    this.changed();
    void this.#follow();
  }

  /** Opens or ends the stream, as somebody is signed in or not. */
  async #follow(): Promise<void> {
    if (!this.account) return this.#live?.end();
    const { liveOf } = await (await this.loadDeferred()).loadLive();
    this.#live ??= liveOf(this);
    if (this.account) this.#live.start();
  }

  /** Nobody is signed in any longer. */
  async leave(): Promise<void> {
    const was = this.account;
    this.#live?.end();
    this.account = null;
    this.balance = null;
    this.checkout?.forget();
    await this.session.wipe();
    this.changed();
    if (was) this.announce('wl-signed-out', {});
  }

  /** Shows on all elements why there is nothing, or nothing new. */
  refuse(refused: Refused): void {
    this.refused = refused;
    this.changed();
    if (!refused.retry) giveHint(({ explainRefusal }) => explainRefusal(refused, this.key));
  }
}
