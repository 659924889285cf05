import { readableColors } from '../../api/rules/contrast.ts';
import type { Output } from '../../api/contract/index.ts';
import { tellDeveloper } from './developer.ts';

export type Brand = Output<'brand.read'>;

const isColor = /^#[0-9a-f]{6}$/i;

/**
 * Puts the agency's saved colors below the page's own. Brand values are data: checked here again, set as custom properties,
 * and used as colors only, so they can neither load anything nor carry CSS.
 */
export function applyBrand(root: HTMLElement, { primaryColor, accentColor }: Brand): void {
  for (const [name, color] of [
    ['primary', primaryColor],
    ['accent', accentColor],
  ] as const) {
    if (color && isColor.test(color)) root.style.setProperty(`--wl-brand-${name}`, color);
  }
}

/** Says once which color was darkened so that the text on it can be read, whoever chose the color: page, brand or default. */
export function reportShift(element: Element): void {
  const [red, green, blue] = channels(getComputedStyle(element).accentColor);
  if (red === undefined || green === undefined || blue === undefined) return;
  const hex = `#${[red, green, blue].map((channel) => Math.round(channel).toString(16).padStart(2, '0')).join('')}`;
  const { fill, shifted } = readableColors(hex);
  if (shifted) tellDeveloper(`The primary color ${hex} is shown as ${fill} behind white text, which could not be read on it (WCAG AA, 4.5:1).`);
}

/** Whether an element stands on something dark: the first solid background around it, else the page's color scheme. */
export function standsOnDark(element: Element): boolean {
  for (let at: Node | null = element; at; at = at.parentNode ?? (at as Partial<ShadowRoot>).host ?? null) {
    if (!(at instanceof Element)) continue;
    const [red = 0, green = 0, blue = 0, alpha = 1] = channels(getComputedStyle(at).backgroundColor);
    if (alpha >= 0.5) return 0.2126 * red + 0.7152 * green + 0.0722 * blue < 110;
  }
  const scheme = getComputedStyle(element.parentElement ?? document.documentElement).colorScheme;
  return scheme === 'dark' || (scheme === 'light dark' && matchMedia('(prefers-color-scheme: dark)').matches);
}

const channels = (color: string): number[] => (color.startsWith('rgb') ? (color.match(/[\d.]+/g) ?? []).map(Number) : []);

/** Only addresses of the web go into links and pictures, whatever is stored. */
export function webAddress(text: string | null | undefined): string | undefined {
  if (!text || !URL.canParse(text)) return undefined;
  return /^https?:$/.test(new URL(text).protocol) ? text : undefined;
}
