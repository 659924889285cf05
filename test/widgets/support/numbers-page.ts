import { expect, html } from '@open-wc/testing';
import type { WlNumberPurchase } from '../../../widgets/elements/number-purchase/number-purchase.ts';
import '../../../widgets/elements/number-purchase/number-purchase.ts';
import { signedIn } from './answers.ts';
import { offer } from './numbers.ts';
import { open, type Page, settled, words } from './page.ts';

const markup = html`<wl-number-purchase></wl-number-purchase>`;
export const all = <Wanted extends Element = HTMLElement>({ element }: Page<WlNumberPurchase>, selector: string) => [
  ...element.shadowRoot!.querySelectorAll<Wanted & Element>(selector),
];
export const button = (page: Page<WlNumberPurchase>, text: string) =>
  all<HTMLButtonElement>(page, 'button').find((one) => words(one).startsWith(text));

export async function click(page: Page<WlNumberPurchase>, text: string): Promise<void> {
  (button(page, text) ?? expect.fail(`there is no button ${text}`)).click();
  for (let turn = 0; turn < 4; turn += 1) await settled(page.element);
}

export async function type(page: Page<WlNumberPurchase>, values: Record<string, string>): Promise<void> {
  for (const [name, value] of Object.entries(values)) all<HTMLInputElement>(page, `[name=${name}]`)[0]!.value = value;
  await settled(page.element);
}

export const show = async (answers: Parameters<typeof open>[1] = {}) => {
  const page = await open<WlNumberPurchase>(markup, {
    'bootstrap.read': signedIn(),
    'numbers.offer': offer(),
    'numbers.list': { numbers: [] },
    'agents.list': { agents: [] },
    ...answers,
  });
  for (let turn = 0; turn < 3; turn += 1) await settled(page.element);
  return page;
};
