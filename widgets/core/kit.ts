import type { Input, OperationName, Output } from '../../api/contract/index.ts';
import { applyBrand } from './brand.ts';
import type { Checkout } from './checkout.ts';
import { Client } from './client.ts';
import { announce, type Balance, type WlEvents } from './events.ts';
import { readFragment, type Told } from './fragment.ts';
import type { Live, LiveEvent } from './live.ts';
import { Refused } from './refused.ts';
import { Session, type TokenSource } from './session.ts';
import { type Strings, strings } from './strings.ts';

type Bootstrap = Output<'bootstrap.read'>;
type After = typeof import('../after.ts');

export interface KitOptions {
  /** Where the API is, e.g. `https://api.example`. */
  api: string;
  /** The publishable key of the agency, `wlp_test_…` or `wlp_live_…`. */
  key: string;
  /** Where events start and the brand's colors are set; the whole document unless said. */
  root?: HTMLElement;
  session?: TokenSource;
  strings?: Strings;
}

/** A request may take longer than this; the visitor gets a way out all the same. */
const PATIENCE_MS = 2_500;

/** What all elements of a page share: session, brand, data and one stream. Elements read it and ask; only the kit changes it. */
export class Kit {
  readonly key: string;
  readonly root: HTMLElement;
  readonly session: Session;
  readonly tabs: BroadcastChannel | undefined;
  /** Brand, plan and packages, from the first answer on. */
  data: Pick<Bootstrap, 'mode' | 'brand' | 'signUp' | 'freeMillis' | 'packages'> | undefined;
  account: Bootstrap['account'] = null;
  balance: Balance | null = null;
  /** Why there is nothing to show, or nothing new. */
  refused: Refused | undefined;
  strings: Strings;
  /** What the page's address said: a new password, a purchase. */
  told: Told = {};
  /** What became of a link that confirms an e-mail. */
  confirmed: Output<'accounts.verifyEmail'> | Refused | undefined;
  /** The purchase that goes on, once there was one. */
  checkout: Checkout | undefined;
  /** What `after` loaded, once it is there. */
  later: After | undefined;
  readonly #client: Client;
  readonly #closed = new AbortController();
  readonly #watchers = new Set<() => void>();
  #live: Live | undefined;
  #after: Promise<After> | undefined;
  #turn = 0;

  constructor({ api, key, root = document.documentElement, session, strings: own = {} }: KitOptions) {
    this.key = key;
    this.root = root;
    this.strings = own;
    this.session = new Session(
      key,
      `${api}/v1/sessions.refresh`,
      async (proof) => (await this.#client.call('sessions.refresh', proof)).session,
    );
    this.session.source = session;
    this.#client = new Client(api, key, this.session);
    this.tabs = globalThis.BroadcastChannel && new BroadcastChannel(`wl:${key}`);
  }

  /** Everything the page needs, in one request. */
  async start(): Promise<void> {
    this.told = readFragment();
    const { signal } = this.#closed;
    addEventListener('online', () => this.refused && this.load(), { signal });
    addEventListener('offline', () => this.#refuse(new Refused('network')), { signal });
    const { verify, purchase, canceled } = this.told;
    await Promise.all([this.load(), verify && this.after().then((after) => after.confirmEmail(this, verify))]);
    if (this.tabs) this.tabs.onmessage = ({ data }) => this.#heardFromTab(data);
    if (!this.data) return;
    this.announce('wl-ready', { mode: this.data.mode, signedIn: !!this.account });
    if (this.account) {
      if (verify && !(this.confirmed instanceof Refused)) {
        this.account = { ...this.account, emailVerified: true };
        void this.readBalance();
      }
      void this.buying().then((checkout) => checkout.resume(purchase, canceled));
    }
  }

  /** Reads everything again: the way out of a failed start, and after another tab signed in. */
  async load(): Promise<void> {
    const turn = ++this.#turn;
    this.refused = undefined;
    this.changed();
    // Asked for at the same time, so that nothing waits for it twice.
    this.after().catch((error) => this.#refuse(error));
    const slow = setTimeout(() => turn === this.#turn && this.#refuse(new Refused('network')), PATIENCE_MS);
    try {
      if (!/^wlp_(test|live)_./.test(this.key)) throw new Refused('key.refused');
      const input = await this.session.forBootstrap(this.#client.address('bootstrap.read'));
      const { session, account, balance, ...data } = await this.#client.call('bootstrap.read', input);
      if (turn !== this.#turn) return;
      if (session) await this.session.take(session);
      else if (input.refresh) await this.session.wipe();
      this.refused = undefined;
      this.data = data;
      applyBrand(this.root, data.brand);
      this.#meet(account, balance);
    } catch (error) {
      if (turn === this.#turn) this.#refuse(error as Refused);
    } finally {
      clearTimeout(slow);
    }
  }

  /** The way of all elements to the API. A refusal is announced to the page; the end of a session signs out. */
  async call<Name extends OperationName>(name: Name, input: Input<Name>): Promise<Output<Name>> {
    try {
      const output = await this.#client.call(name, input);
      if (this.data) this.refused = undefined;
      return output;
    } catch (error) {
      const { code, message } = error as Refused;
      if (code === 'network') this.#refuse(error as Refused);
      else this.announce('wl-refused', { code, message, operation: name });
      if (code === 'session.missing' || code === 'proof.refused') await this.leave();
      throw error;
    }
  }

  async readBalance(): Promise<void> {
    this.#update(await this.call('credits.balance', {}));
  }

  /** What comes after the first view, loaded once. */
  after(): Promise<After> {
    this.#after ??= import('../after.ts').then(
      (after) => {
        Object.assign(strings, after.laterStrings);
        this.later = after;
        this.changed();
        return after;
      },
      () => {
        this.#after = undefined;
        throw new Refused('network');
      },
    );
    return this.#after;
  }

  async buying(): Promise<Checkout> {
    const { Checkout } = await this.after();
    this.checkout ??= new Checkout(this);
    return this.checkout;
  }

  /** Ends everything that runs, for a root that leaves its page for good. */
  close(): void {
    this.#closed.abort();
    this.#live?.end();
    this.checkout?.forget();
    this.tabs?.close();
  }

  announce<Name extends keyof WlEvents>(name: Name, detail: WlEvents[Name]): void {
    announce(this.root, name, detail);
  }

  /** Calls back on every change. Returns the function that ends it. */
  watch(changed: () => void): () => void {
    this.#watchers.add(changed);
    return () => this.#watchers.delete(changed);
  }

  changed(): void {
    for (const watcher of this.#watchers) watcher();
  }

  /** Somebody signed up or in: from here on everything is theirs. */
  async enter({ account, session, balance }: Output<'accounts.signIn'>): Promise<void> {
    await this.session.take(session);
    this.confirmed = undefined;
    this.#meet(account, balance);
    this.tabs?.postMessage('signed-in');
  }

  #meet(account: Bootstrap['account'], balance: Balance | null): void {
    this.account = account;
    if (balance) this.#update(balance);
    this.changed();
    void this.#follow();
  }

  /** Opens or ends the stream, as somebody is signed in or not. */
  async #follow(): Promise<void> {
    if (!this.account) return this.#live?.end();
    const { Live } = await this.after();
    this.#live ??= new Live({
      open: (signal) => this.#client.send('live.stream', { after: this.balance?.seq ?? 0 }, { signal }),
      heard: (event) => this.#heard(event),
      poll: () => this.readBalance(),
    });
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

  #update(balance: Balance): void {
    const before = this.balance;
    if (before && before.seq > balance.seq) return;
    this.balance = balance;
    this.changed();
    if (before?.seq !== balance.seq || before.available !== balance.available) this.announce('wl-balance-changed', balance);
  }

  #heard({ balance, purchaseId, kind }: LiveEvent): void {
    // Credits that waited have come: the e-mail was confirmed, in whichever tab or browser.
    if (this.account && this.balance?.waiting && !balance.waiting) this.account = { ...this.account, emailVerified: true };
    this.#update(balance);
    if (purchaseId && kind !== 'hello') void this.buying().then((checkout) => checkout.settle(purchaseId));
  }

  #heardFromTab(said: string | { canceled?: string; returned?: string }): void {
    if (said === 'signed-out') void this.leave();
    else if (typeof said === 'string') void this.load();
    else this.checkout?.heardFromTab(said);
  }

  #refuse(refused: Refused): void {
    this.refused = refused;
    this.changed();
    if (!refused.retry) this.after().then(({ explainRefusal }) => explainRefusal(refused, this.key));
  }
}
