import type { Checkout } from './checkout.ts';
import type { Kit } from './kit.ts';
import { Refused } from './refused.ts';
import { store } from './slots.ts';

/** Names the place where the page remembers the purchase that it waits for, over a reload. */
export const purchaseSlot = ({ key }: { key: string }): string => `wl:${key}:purchase`;

/**
 * The purchase of a kit. What buying takes is loaded with the first: most pages are left without it.
 * @throws Refused where it cannot be loaded, which the page shows
 */
export async function buyingOf(kit: Kit): Promise<Checkout> {
  const { loadCheckout } = await kit.loadDeferred();
  const { CreditCheckout } = await loadCheckout().catch(() => {
    const refused = new Refused('network');
    kit.refuse(refused);
    throw refused;
  });
  kit.checkout ??= new CreditCheckout(kit);
  return kit.checkout;
}

/** Goes on with a purchase where the page was left, or where the payment page came back to. */
export async function resumePurchase(kit: Kit): Promise<void> {
  const { purchase, canceled } = kit.fragment;
  if (purchase || canceled || store?.getItem(purchaseSlot(kit))) (await buyingOf(kit)).resume(kit.fragment);
}

/** Follows another tab of the page: somebody signed in or out there, or came back from the payment page. */
export function heardFromTab(kit: Kit, said: string | { canceled?: string; returned?: string }): void {
  if (said === 'signed-out') void kit.leave();
  else if (typeof said === 'string') void kit.load();
  else kit.checkout?.heardFromTab(said);
}
