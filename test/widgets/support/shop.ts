import { html } from 'lit';
import type { WlBuyCredits } from '../../../widgets/elements/buy-credits/buy-credits.ts';
import { purchase, signedIn } from './answers.ts';
import { open, type Page, settled } from './page.ts';

export const shop = html`<wl-buy-credits></wl-buy-credits>`;
export const started = {
  purchaseId: 'pur_1',
  sessionId: 'cs_1',
  checkoutUrl: 'https://pay.test/cs_1',
  checkoutSecret: null,
  stripeKey: null,
  credits: 500_000,
  priceCents: 3990,
  currency: 'EUR',
} as const;
const realOpen = window.open;
export const closeTabs = (): void => {
  window.open = realOpen;
};

/** The tab that a click opens, as far as the page touches it. */
export function tabs(): { opened: string[] } {
  const opened: string[] = [];
  window.open = () =>
    ({
      closed: false,
      opener: window,
      close: () => opened.push('closed'),
      location: { replace: (url: string) => opened.push(url) },
    }) as never;
  return { opened };
}

/** Clicks on buy; the payment then stands as the test says. */
export async function bought(state: Parameters<typeof purchase>[0], markup = shop): Promise<Page<WlBuyCredits> & { opened: string[] }> {
  const { opened } = tabs();
  localStorage.clear();
  const page = await open<WlBuyCredits>(markup, {
    'bootstrap.read': signedIn(),
    'credits.checkout': started,
    'purchases.read': purchase(state),
  });
  page.part('button-primary').click();
  for (let turn = 0; turn < 4; turn += 1) await settled(page.element);
  return { ...page, opened };
}
