import { html } from 'lit';
import type { WlSignup } from '../../../widgets/elements/sign-up/sign-up.ts';
import { account, balance, tokenFor } from './answers.ts';
import { type Page, settled, words } from './page.ts';

export const form = html`<wl-signup></wl-signup>`;
export const answer = {
  account: { ...account, emailVerified: false },
  session: { token: tokenFor(), expiresInSeconds: 900, refreshToken: 'r1' },
};
export const waiting = balance({ available: 0, used: 0, assigned: 0, level: 'empty', waiting: 10_000, seq: 0 });

export const input = ({ element }: Page<WlSignup>, name: string) => element.querySelector<HTMLInputElement>(`input[name=${name}]`)!;
export const errorOf = ({ element }: Page<WlSignup>, name: string) => words(element.querySelector(`[slot=${name}-error]`));

/** Types into the form and sends it. */
export async function fill(page: Page<WlSignup>, values: Record<string, string>): Promise<void> {
  for (const [name, value] of Object.entries(values)) {
    input(page, name).value = value;
    input(page, name).dispatchEvent(new InputEvent('input', { bubbles: true }));
  }
  page.element.querySelector<HTMLButtonElement>('button[type=submit]')!.click();
  for (let turn = 0; turn < 10; turn += 1) await settled(page.element);
}
