import { createContext } from '@lit/context';
import type { Input, OperationName, Output } from '../../api/contract/index.ts';
import { applyBrand } from './brand.ts';
import { Checkout } from './checkout.ts';
import { Client } from './client.ts';
import { tellDeveloper } from './developer.ts';
import { announce, type Balance, type WlEvents } from './events.ts';
import { readFragment, type Told } from './fragment.ts';
import { Live, type LiveEvent } from './live.ts';
import { Refused } from './refused.ts';
import { Session, type TokenSource } from './session.ts';
import type { Strings } from './strings.ts';

export const kitContext = createContext<Kit>('wl-kit');

type Bootstrap = Output<'bootstrap.read'>;
type SignedIn = Output<'accounts.signIn'>;

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
  readonly checkout: Checkout;
  readonly tabs: BroadcastChannel | undefined;
  /** Brand, plan and packages, from the first answer on. */
  data: Pick<Bootstrap, 'mode' | 'brand' | 'signUp' | 'freeMillis' | 'packages'> | undefined;
  account: Bootstrap['account'] = null;
  balance: Balance | null = null;
  /** Why there is nothing to show, or nothing new. */
  refused: Refused | undefined;
  strings: Strings;
  /** What the page's address said: a confirmed e-mail, a new password, a purchase. */
  told: Told = {};
  confirmed: Output<'accounts.verifyEmail'> | Refused | undefined;
  readonly #client: Client;
  readonly #live: Live;
  readonly #watchers = new Set<() => void>();
  #turn = 0;

  constructor({ api, key, root = document.documentElement, session, strings = {} }: KitOptions) {
    this.key = key;
    this.root = root;
    this.strings = strings;
    this.session = new Session(key, `${api}/v1/sessions.refresh`, async (proof) => (await this.#client.call('sessions.refresh', proof)).session);
    this.session.source = session;
    this.#client = new Client(api, key, this.session);
    this.checkout = new Checkout(this);
    this.tabs = globalThis.BroadcastChannel && new BroadcastChannel(`wl:${key}`);
    this.#live = new Live({
      open: (signal) => this.#client.send('live.stream', { after: this.balance?.seq ?? 0 }, { signal }),
      heard: (event) => this.#heard(event),
      poll: () => this.readBalance(),
    });
  }

  /** Everything the page needs, in one request. */
  async start(): Promise<void> {
    if (!/^wlp_(test|live)_./.test(this.key)) return this.#refuse(new Refused('key.refused'), wrongKey(this.key));
    this.told = readFragment();
    if (this.tabs) this.tabs.onmessage = ({ data }) => this.#heardFromTab(data);
    addEventListener('online', () => this.refused && this.load());
    addEventListener('offline', () => this.#refuse(new Refused('network', '', { retry: true })));
    const { verify, purchase, canceled } = this.told;
    await Promise.all([this.load(), verify ? this.#verify(verify) : undefined]);
    if (this.account) {
      this.checkout.resume(purchase, canceled);
      if (verify && !(this.confirmed instanceof Refused)) {
        this.account = { ...this.account, emailVerified: true };
        await this.readBalance().catch(() => {});
      }
    }
    if (this.data) this.announce('wl-ready', { mode: this.data.mode, signedIn: !!this.account });
  }

  /** Reads everything again: the way out of a failed start, and after another tab signed in. */
  async load(): Promise<void> {
    const turn = ++this.#turn;
    this.refused = undefined;
    this.changed();
    const slow = setTimeout(() => turn === this.#turn && this.#refuse(new Refused('network', '', { retry: true })), PATIENCE_MS);
    try {
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
      if (turn === this.#turn) this.#refuse(error as Refused, refusedPage(error as Refused, this.key));
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
      if (code === 'session.missing' || code === 'proof.refused') await this.#forget();
      if (code !== 'network') this.announce('wl-refused', { code, message, operation: name });
      throw error;
    }
  }

  async signUp(input: Omit<Input<'accounts.signUp'>, 'publicKey'>): Promise<void> {
    await this.#signIn(await this.call('accounts.signUp', { ...input, publicKey: await this.session.publicKey() }), 'wl-signed-up');
  }

  async signIn(input: Omit<Input<'accounts.signIn'>, 'publicKey'>): Promise<void> {
    await this.#signIn(await this.call('accounts.signIn', { ...input, publicKey: await this.session.publicKey() }), 'wl-signed-in');
  }

  async signOut(): Promise<void> {
    // Signing out works without a connection; the session then ends by itself.
    await this.#client.call('sessions.end', {}).catch(() => {});
    this.tabs?.postMessage('signed-out');
    await this.#forget();
  }

  /** For an agency with a log-in of its own. Set before the script runs, it costs no request of its own. */
  async useSession(source: TokenSource | undefined): Promise<void> {
    this.session.source = source;
    await this.load();
  }

  async readBalance(): Promise<void> {
    this.#update(await this.call('credits.balance', {}));
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

  async #signIn({ account, session, balance }: SignedIn, event: 'wl-signed-up' | 'wl-signed-in'): Promise<void> {
    await this.session.take(session);
    this.confirmed = undefined;
    this.#meet(account, balance);
    this.announce(event, { clientId: account.clientId, memberId: account.memberId });
    this.tabs?.postMessage('signed-in');
  }

  #meet(account: Bootstrap['account'], balance: Balance | null): void {
    this.account = account;
    if (account && balance) {
      this.#update(balance);
      this.#live.start();
    } else this.#live.end();
    this.changed();
  }

  async #forget(): Promise<void> {
    const was = this.account;
    this.#live.end();
    this.account = null;
    this.balance = null;
    this.checkout.forget();
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
    if (purchaseId && kind !== 'hello') void this.checkout.settle(purchaseId).catch(() => {});
  }

  #heardFromTab(said: string | { canceled?: string; returned?: string }): void {
    if (said === 'signed-out') void this.#forget();
    else if (typeof said === 'string') void this.load();
    else this.checkout.heardFromTab(said);
  }

  async #verify(token: string): Promise<void> {
    try {
      this.confirmed = await this.#client.call('accounts.verifyEmail', { token });
      const { email, grantedMillis } = this.confirmed;
      this.announce('wl-email-verified', { email, credits: grantedMillis });
    } catch (error) {
      this.confirmed = error as Refused;
    }
  }

  #refuse(refused: Refused, forDeveloper?: string): void {
    this.refused = refused;
    if (forDeveloper) tellDeveloper(forDeveloper);
    this.changed();
  }
}

/** What to tell the developer of a page that the API turned away. */
function refusedPage({ code }: Refused, key: string): string | undefined {
  if (code === 'origin.refused')
    return `The widgets are refused on ${location.origin}: this origin is not on the agency's list, or the key ${key.slice(0, 12)}… is wrong. Add the origin under "origins" in the agency's settings (agency.update).`;
  return code === 'key.refused' ? wrongKey(key) : undefined;
}

function wrongKey(key: string): string {
  if (key.startsWith('wls_')) return 'data-key holds a secret key (wls_…). It belongs on a server only: replace it now, and use the publishable key (wlp_…) here.';
  if (/^(pk|sk|rk)_/.test(key)) return "data-key holds a key of Stripe's. The publishable key of the widgets starts with wlp_test_ or wlp_live_.";
  return 'data-key must be a publishable key that starts with wlp_test_ or wlp_live_.';
}
