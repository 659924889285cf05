import type { Output } from '../../api/contract/index.ts';
import type { Checkout, CheckoutPhase, Purchase, WantedCredits } from '../kit/checkout.ts';
import { store } from '../kit/client.ts';
import { type Fragment, pageAddress } from '../kit/fragment.ts';
import type { Kit } from '../kit/kit.ts';
import type { Refused } from '../kit/refused.ts';
import { openPaymentPage } from './payment-page.ts';

const LOOK_MS = { min: 3_000, max: 15_000 };

/** Buying, from the click to the credits. The payment page opens in a tab of its own, so that this page keeps what was typed into it. */
export class CreditCheckout implements Checkout {
  readonly #kit: Kit;
  readonly #slot: string;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #looking: string | undefined;
  #unmount: (() => void) | undefined;
  phase: CheckoutPhase = 'idle';
  purchase: Checkout['purchase'];
  refused: Refused | undefined;

  constructor(kit: Kit) {
    this.#kit = kit;
    this.#slot = `wl:${kit.key}:purchase`;
  }

  async buy(wanted: WantedCredits, at: Window | HTMLElement | null): Promise<void> {
    const [tab, element] = at instanceof HTMLElement ? [null, at] : [at, undefined];
    this.#show('starting');
    try {
      const input = { ...wanted, returnUrl: pageAddress(this.#kit), ...(element && { ui: 'embedded' as const }) };
      const started = await this.#kit.attempt('credits.checkout', input);
      const { purchaseId, sessionId, credits } = started;
      const checkoutUrl = started.checkoutUrl ?? ''; // only a form inside the page has none
      store?.setItem(this.#slot, purchaseId);
      this.#kit.announce('wl-checkout-opened', { purchaseId, sessionId, credits });
      this.purchase = { purchaseId, checkoutUrl, credits, balanceAfter: null };
      if (element) await this.#payHere(element, started).catch(() => this.buy(wanted, null));
      else if (openPaymentPage(checkoutUrl, tab)) {
        void claim(purchaseId);
        this.watch(purchaseId);
      }
    } catch (error) {
      tab?.close();
      this.refused = error as Refused;
      this.#show('idle', this.refused);
      if (this.refused.code === 'quote.changed') void this.#kit.load(); // so that the new price is there
    }
  }

  async #payHere(element: HTMLElement, { purchaseId, stripeKey, checkoutSecret }: Output<'credits.checkout'>): Promise<void> {
    if (!stripeKey || !checkoutSecret) throw new Error('The session is not one for a page.');
    const { mountPayment } = await import('./embedded.ts');
    const done = () => this.watch(purchaseId);
    this.#unmount = await mountPayment(element, { stripeKey, checkoutSecret, done });
    void claim(purchaseId);
    this.#show('paying');
  }

  resume({ purchase: returned, canceled }: Fragment): void {
    const left = store?.getItem(this.#slot) ?? undefined;
    if (canceled) {
      this.forget();
      this.#show('canceled');
      this.#kit.tabs?.postMessage({ canceled });
    } else if (returned ?? left) this.watch((returned ?? left) as string);
    if (returned) this.#kit.tabs?.postMessage({ returned });
  }

  heardFromTab({ canceled, returned }: { canceled?: string; returned?: string }): void {
    const mine = this.purchase?.purchaseId;
    if (mine && mine === canceled && this.phase === 'waiting') {
      this.forget();
      this.#show('canceled');
    } else if (mine && mine === returned) this.watch(mine);
  }

  /** Looks after a purchase until it is settled. The live stream calls it too, so the answer is usually there at once. */
  watch(purchaseId: string): void {
    if (this.purchase?.purchaseId !== purchaseId) this.purchase = undefined;
    this.#looking = purchaseId;
    if (this.phase !== 'processing') this.#show('waiting');
    void this.#look(purchaseId, LOOK_MS.min);
  }

  forget(): void {
    clearTimeout(this.#timer);
    this.#looking = undefined;
    this.purchase = undefined;
    store?.removeItem(this.#slot);
    this.#show('idle');
  }

  async settle(purchaseId: string): Promise<void> {
    if (purchaseId === this.#looking) return this.#look(purchaseId, LOOK_MS.min);
    const purchase = await this.#kit.read('purchases.read', { purchaseId });
    // What is on show may change after it was settled: a check ends well, a payment goes back.
    if (purchaseId === this.purchase?.purchaseId) return this.#meet(purchase);
    await this.#announce(purchase);
  }

  async #look(purchaseId: string, pause: number): Promise<void> {
    clearTimeout(this.#timer);
    const next = Math.min(pause * 1.3, LOOK_MS.max);
    try {
      const purchase = document.hidden ? undefined : await this.#kit.read('purchases.read', { purchaseId });
      if (this.#looking !== purchaseId) return;
      if (purchase) this.#meet(purchase);
    } catch (error) {
      if (!(error as Refused).retry) return this.forget();
    }
    if (this.#looking !== purchaseId) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#look(purchaseId, next), next);
  }

  #meet(purchase: Purchase): void {
    this.purchase = purchase;
    this.#show(purchase.state === 'open' ? 'waiting' : purchase.state);
    if (purchase.state === 'open' || purchase.state === 'processing') return;
    this.#looking = undefined;
    store?.removeItem(this.#slot);
    if (purchase.state === 'paid') void this.#announce(purchase);
  }

  async #announce({ purchaseId, sessionId, state, credits, balanceAfter }: Purchase): Promise<void> {
    if (state !== 'paid' || !(await claim(purchaseId)) || !firstTime(purchaseId)) return;
    const after = balanceAfter ?? this.#kit.balance?.available ?? credits;
    this.#kit.announce('wl-credits-bought', { sessionId: sessionId ?? '', credits, balanceAfter: after });
  }

  #show(phase: CheckoutPhase, refused?: Refused): void {
    if (phase !== 'paying') {
      this.#unmount?.();
      this.#unmount = undefined;
    }
    this.phase = phase;
    this.refused = refused;
    this.#kit.changed();
  }
}

/**
 * Of all tabs of the page that learn of a purchase, the one that started it tells the page; where it is closed, whoever is left.
 * The lock is held until the tab goes away.
 */
const claims = new Map<string, Promise<boolean>>();
function claim(purchaseId: string): Promise<boolean> {
  const known = claims.get(purchaseId);
  if (known) return known;
  const claimed = new Promise<boolean>((resolve) => {
    if (!navigator.locks) return resolve(true);
    void navigator.locks.request(`wl:${purchaseId}`, { ifAvailable: true }, (lock) => {
      resolve(!!lock);
      return lock ? new Promise(() => {}) : undefined;
    });
  });
  claims.set(purchaseId, claimed);
  return claimed;
}

const ANNOUNCED = 'wl:announced';
const announced = new Set<string>();

/** Remembers the last purchases that were announced, also over reloads and in other tabs. */
function firstTime(purchaseId: string): boolean {
  let before: string[] = [];
  try {
    before = JSON.parse(localStorage.getItem(ANNOUNCED) ?? '[]') as string[];
    localStorage.setItem(ANNOUNCED, JSON.stringify([purchaseId, ...before].slice(0, 20)));
  } catch {
    // A page without storage: what this page remembers has to do.
  }
  const first = !announced.has(purchaseId) && !before.includes(purchaseId);
  announced.add(purchaseId);
  return first;
}
