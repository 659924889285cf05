import { purchaseSlot } from '../kit/buying.ts';
import type { Checkout, CheckoutPhase, Purchase, WantedCredits } from '../kit/checkout.ts';
import type { Fragment } from '../kit/fragment.ts';
import type { Kit } from '../kit/kit.ts';
import { pageAddress } from '../kit/page-address.ts';
import type { Refused } from '../kit/refused.ts';
import { keepInSlot, store } from '../kit/slots.ts';
import { purchaseStrings } from '../strings/en/purchase.ts';
import type { WlElement } from '../ui/element.ts';
import { purchaseView } from './purchase-view.ts';
import { PaymentRun, type PayPlace } from './run.ts';

/** Buying credits, from the click to the credits. One run for a page: it outlives a reload, and other tabs and the stream tell it more. */
export class CreditCheckout extends PaymentRun implements Checkout {
  readonly #kit: Kit;
  /** The purchase that is looked after. */
  #watched: string | undefined;
  #isCanceled = false;
  purchase: (NonNullable<Checkout['purchase']> & Pick<Purchase, 'state'>) | undefined;

  constructor(kit: Kit) {
    super({ min: 3_000, max: 15_000 });
    this.#kit = kit;
    Object.assign(kit.texts, purchaseStrings);
  }

  get phase(): CheckoutPhase {
    if (this.isBeginning) return 'starting';
    if (this.isPayingHere) return 'paying';
    if (this.#isCanceled) return 'canceled';
    const { state = this.#watched && 'open' } = this.purchase ?? {};
    return state === 'open' ? 'waiting' : state || 'idle';
  }

  view(host: WlElement, available: number) {
    return purchaseView(host, this, available);
  }

  async buy(wanted: WantedCredits, at: PayPlace): Promise<void> {
    const begun = await this.begin(async (ui) => {
      const started = await this.#kit.attempt('credits.checkout', { ...wanted, returnUrl: pageAddress(this.#kit), ...ui });
      const { purchaseId, sessionId, credits } = started;
      keepInSlot(purchaseSlot(this.#kit), purchaseId);
      this.#kit.announce('wl-checkout-opened', { purchaseId, sessionId, credits });
      return { ...started, state: 'open' as const };
    }, at);
    if (begun) {
      const { purchaseId } = begun;
      this.purchase = { ...begun, balanceAfter: null };
      void claim(purchaseId);
      this.#watch(purchaseId);
    } else if (this.refused?.code === 'quote.changed') void this.#kit.load(); // so that the new price is there
  }

  resume({ purchase: returned, canceled }: Fragment): void {
    const left = store?.getItem(purchaseSlot(this.#kit)) ?? undefined;
    if (canceled) {
      this.#cancel();
      void this.#close(canceled);
      this.#kit.tabs?.postMessage({ canceled });
    } else if (returned ?? left) this.#watch((returned ?? left) as string);
    if (returned) this.#kit.tabs?.postMessage({ returned });
  }

  heardFromTab({ canceled, returned }: { canceled?: string; returned?: string }): void {
    const mine = this.purchase?.purchaseId;
    if (mine && mine === canceled && this.phase === 'waiting') this.#cancel();
    else if (mine && mine === returned) this.#watch(mine);
  }

  /** The live stream calls it, so the answer is usually there at once. */
  async settle(purchaseId: string): Promise<void> {
    if (purchaseId === this.#watched) return this.poller.now();
    const purchase = await this.#kit.read('purchases.read', { purchaseId });
    // The outcome may change after it was settled: a bank's check ends well, a payment goes back.
    if (purchaseId === this.purchase?.purchaseId) this.#meet(purchase);
    else await this.#announce(purchase);
  }

  async cancel(): Promise<void> {
    const purchaseId = this.#watched ?? this.purchase?.purchaseId;
    if (!purchaseId) return this.forget();
    this.takeOut();
    this.changed();
    const purchase = await this.#close(purchaseId);
    if (purchase?.state === 'expired') this.forget();
  }

  override forget(): void {
    this.#watched = undefined;
    this.#isCanceled = false;
    this.purchase = undefined;
    store?.removeItem(purchaseSlot(this.#kit));
    super.forget();
  }

  protected changed(): void {
    this.#kit.changed();
  }

  protected async look(): Promise<boolean> {
    const purchaseId = this.#watched as string; // it polls what is watched
    const purchase = await this.#kit.read('purchases.read', { purchaseId });
    return purchaseId !== this.#watched || this.#meet(purchase);
  }

  protected override drop({ purchaseId }: Parameters<PaymentRun['drop']>[0] & { purchaseId?: string }): Promise<unknown> {
    return purchaseId ? this.#kit.call('purchases.cancel', { purchaseId }) : Promise.resolve();
  }

  /** Closes the page of a purchase. One that was paid by then goes on. */
  async #close(purchaseId: string): Promise<Purchase | undefined> {
    try {
      const purchase = await this.#kit.call('purchases.cancel', { purchaseId });
      if (purchase.state !== 'expired') {
        this.#watch(purchaseId);
        this.#meet(purchase);
      }
      return purchase;
    } catch (error) {
      this.refused = error as Refused;
      this.changed();
      return undefined;
    }
  }

  #cancel(): void {
    this.forget();
    this.#isCanceled = true;
    this.changed();
  }

  /** Looks after a purchase until it is settled; while it is paid inside this page, the form says when. */
  #watch(purchaseId: string): void {
    if (this.purchase?.purchaseId !== purchaseId) this.purchase = undefined;
    this.#watched = purchaseId;
    this.#isCanceled = false;
    this.changed();
    if (this.isPayingHere) this.poller.start();
    else void this.poller.now();
  }

  /** @returns whether it goes on */
  #meet(purchase: Purchase): boolean {
    this.purchase = purchase;
    const goesOn = purchase.state === 'open' || purchase.state === 'processing';
    if (!goesOn) {
      this.#watched = undefined;
      this.takeOut();
      store?.removeItem(purchaseSlot(this.#kit));
      void this.#announce(purchase);
    }
    this.changed();
    return goesOn;
  }

  async #announce({ purchaseId, sessionId, state, credits, balanceAfter }: Purchase): Promise<void> {
    if (state !== 'paid' || !(await claim(purchaseId)) || !firstTime(purchaseId)) return;
    const after = balanceAfter ?? this.#kit.balance?.available ?? credits;
    this.#kit.announce('wl-credits-bought', { sessionId: sessionId ?? '', credits, balanceAfter: after });
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
    const locked = navigator.locks.request(`wl:${purchaseId}`, { ifAvailable: true }, (lock) => {
      resolve(!!lock);
      return lock ? new Promise(() => {}) : undefined;
    });
    // A frame without an origin has no locks.
    locked.catch(() => resolve(true));
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
