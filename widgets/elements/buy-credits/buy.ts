import { buyingOf } from '../../kit/buying.ts';
import type { WantedCredits } from '../../kit/checkout.ts';
import type { Kit } from '../../kit/kit.ts';
import type { WlElement } from '../../ui/element.ts';
import { amountOf } from './rates.ts';

type Packages = NonNullable<Kit['data']>['packages'];

/** The part of its element that a purchase needs. */
interface Host extends WlElement {
  readonly mode: 'tab' | 'redirect' | 'embedded';
  amountProblem: string;
}

/** Buys the package that is chosen, or the amount that was typed, once that is within its range. */
export async function buyCredits(host: Host, kit: Kit, packages: Packages, chosen: string | undefined): Promise<void> {
  const wanted = wantedOf(host, packages, chosen);
  if (!wanted) return;
  const tab = host.mode === 'tab' ? window.open('', '_blank') : null;
  try {
    await (await buyingOf(kit)).buy(wanted, host.mode === 'embedded' ? host : tab);
  } catch {
    tab?.close(); // the page says that there is no connection
  }
}

function wantedOf(host: Host, { packages, custom }: Packages, chosen: string | undefined): WantedCredits | undefined {
  const offer = packages.find(({ id }) => id === chosen);
  if (offer) return { packageId: offer.id, creditsMillis: offer.credits, priceCents: offer.priceCents, currency: offer.currency };
  if (!custom) return undefined;
  const field = host.renderRoot.querySelector<HTMLInputElement>('[part=amount]');
  const amountMillis = amountOf(field?.value ?? '', custom);
  if (amountMillis) return { amountMillis, centsPer100Credits: custom.centsPer100Credits, currency: custom.currency };
  host.amountProblem = host.say('buy.range', { min: custom.minMillis / 1000, max: custom.maxMillis / 1000 });
  host.requestUpdate();
  field?.focus();
  return undefined;
}

/** Leads to the page's own sign-up. */
export function enterSignUp(signUp: HTMLElement & { open?(): void }): void {
  if (signUp.open) signUp.open();
  else {
    signUp.scrollIntoView({ block: 'center' });
    signUp.querySelector('input')?.focus({ preventScroll: true });
  }
}

declare module '../../kit/kit.ts' {
  interface Deferred {
    buyCredits: typeof buyCredits;
    enterSignUp: typeof enterSignUp;
  }
}
