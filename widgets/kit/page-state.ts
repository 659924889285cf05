import type { Output } from '../../api/contract/index.ts';
import { textsIn } from '../strings/given.ts';
import type { Strings } from '../strings/strings.ts';
import type { Checkout } from './checkout.ts';
import { announceEvent, type Balance, type WlEvents } from './events.ts';
import type { Fragment } from './fragment.ts';
import type { Refused } from './refused.ts';

type Bootstrap = Output<'bootstrap.read'>;

/** The data of a page, and its listeners. */
export class PageState {
  readonly root: HTMLElement;
  /** Brand, plan and packages, from the first answer on. */
  data: Pick<Bootstrap, 'mode' | 'brand' | 'signUp' | 'freeMillis' | 'packages' | 'notice' | 'clientsOnly' | 'entitlements'> | undefined;
  account: Bootstrap['account'] = null;
  balance: Balance | null = null;
  /** Why there is nothing to show, or nothing new. */
  refused: Refused | undefined;
  #strings: Strings = {};
  /** The message in the page's address: a new password, a purchase. */
  fragment: Fragment = {};
  /** The outcome of a link that confirms an e-mail. */
  confirmed: Output<'accounts.verifyEmail'> | Refused | undefined;
  /** How often the page may have changed its looks since it was opened. */
  looks = 0;
  /** The purchase that goes on, once there was one. */
  checkout: Checkout | undefined;
  readonly #watchers = new Set<() => void>();

  constructor(root: HTMLElement, strings: Strings) {
    this.root = root;
    this.strings = strings;
  }

  get strings(): Strings {
    return this.#strings;
  }

  set strings(given: unknown) {
    this.#strings = textsIn(given);
  }

  /** Calls back on every change. Returns the function that ends it. */
  watch(changed: () => void): () => void {
    this.#watchers.add(changed);
    return () => this.#watchers.delete(changed);
  }

  changed(): void {
    for (const watcher of this.#watchers) watcher();
  }

  announce<Name extends keyof WlEvents>(name: Name, detail: WlEvents[Name]): void {
    announceEvent(this.root, name, detail);
  }

  /** A newer balance; an older one changes nothing. */
  update(balance: Balance): void {
    const before = this.balance;
    if (before && before.seq > balance.seq) return;
    this.balance = balance;
    this.changed();
    if (before?.seq !== balance.seq || before.available !== balance.available) this.announce('wl-balance-changed', balance);
  }
}
