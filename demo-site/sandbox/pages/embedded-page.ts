import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { assetsFolder, html, pagePolicy as ownPolicy, page } from './html.ts';

/** Any page may show it. */
export const pagePolicy = ownPolicy.replace("frame-ancestors 'none'", 'frame-ancestors *');

/** What is left in the frame when everything is paid. @param onTo where the page around it is led, if anywhere */
export function doneInFrame(onTo: string | undefined): string {
  const body = html`<main class="closed" data-complete data-on-to="${onTo ?? ''}">
  <span class="marker">Test payments</span>
  <h1>Thank you.</h1>
  <p>${onTo ? 'The shop goes on in a moment.' : 'Go on in the shop.'}</p>
</main>`;
  return page({ title: 'Paid', name: 'checkout', script: true, body });
}

/** The script that pages load from Stripe, in small: it needs to know where the sandbox is, because it is loaded in another one's name. */
export const standIn = (url: string): string =>
  readFileSync(join(assetsFolder, 'stripe-js.js'), 'utf8').replace("'__sandbox__'", JSON.stringify(url));
