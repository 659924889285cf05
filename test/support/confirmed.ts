import assert from 'node:assert/strict';
import type { Sandbox } from '../../demo-site/sandbox/start.ts';
import type { Agency } from './agency.ts';
import type { Page } from './page.ts';

/** Reads the token in the newest mail to an address. */
export async function mailedToken({ mail }: Sandbox, to: string, kind: 'verify' | 'reset'): Promise<string> {
  const { text } = await mail.waitForMail(to, (one) => one.text.includes(`#wl-${kind}=`));
  return new RegExp(`#wl-${kind}=([\\w.-]+)`).exec(text)?.[1] ?? assert.fail(text);
}

/** Opens the link that was mailed to a page's member. */
export async function confirm(page: Page, sandbox: Sandbox): Promise<void> {
  await page.call('accounts.verifyEmail', { token: await mailedToken(sandbox, page.email, 'verify') });
}

/** Signs a client up that opens the mailed link. */
export async function openConfirmed(agency: Agency, sandbox: Sandbox): Promise<Page> {
  const page = await agency.openPage();
  await page.signUp();
  await confirm(page, sandbox);
  return page;
}
