import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { assetsFolder, html, pagePolicy as ownPolicy, page } from './html.ts';

/** Any page may embed it. */
export const pagePolicy = ownPolicy.replace("frame-ancestors 'none'", 'frame-ancestors *');

/**
 * Renders the frame after the payment.
 * @param onTo where the surrounding page is redirected, if anywhere
 */
export function doneInFrame(onTo: string | undefined): string {
  const body = html`<main class="closed" data-complete data-on-to="${onTo ?? ''}">
  <span class="marker">Test payments</span>
  <h1>Thank you.</h1>
  <p>${onTo ? 'The shop goes on in a moment.' : 'Go on in the shop.'}</p>
</main>`;
  return page({ title: 'Paid', name: 'checkout', script: true, body });
}

/** A small version of the script that pages load from Stripe. It is loaded under another name, so it must know the sandbox's address. */
export const standIn = (url: string): string =>
  readFileSync(join(assetsFolder, 'stripe-js.js'), 'utf8').replace("'__sandbox__'", JSON.stringify(url));
