import type { Output } from '../../api/contract/index.ts';

export type Brand = Output<'brand.read'>;

/**
 * Puts the agency's saved colors below the page's own. Brand values are data: checked here again, set as custom properties,
 * and used as colors only, so they can neither load anything nor carry CSS.
 */
export function applyBrand({ style }: HTMLElement, { primaryColor, accentColor }: Brand): void {
  const set = (name: string, color: string | null) => {
    if (color && /^#[0-9a-f]{6}$/i.test(color)) style.setProperty(`--wl-brand-${name}`, color);
  };
  set('primary', primaryColor);
  set('accent', accentColor);
}

/** Whether an element stands on something dark: the first solid background around it, else the page's color scheme. */
export function standsOnDark(element: Element): boolean {
  for (let at: Element | null = element; at; at = at.parentElement ?? (at.getRootNode() as Partial<ShadowRoot>).host ?? null) {
    const [red = 0, green = 0, blue = 0, alpha = 1] = channels(getComputedStyle(at).backgroundColor);
    if (alpha >= 0.5) return red * 0.2126 + green * 0.7152 + blue * 0.0722 < 110;
  }
  const scheme = getComputedStyle(element.parentElement ?? element).colorScheme;
  return scheme === 'dark' || (scheme.includes('dark') && matchMedia('(prefers-color-scheme: dark)').matches);
}

/** Red, green, blue (0 to 255) and perhaps alpha of a computed color; nothing for the other notations. */
export const channels = (color: string): number[] => (color.startsWith('rgb') ? (color.match(/[\d.]+/g) ?? []).map(Number) : []);

/** Only addresses of the web go into links and pictures, whatever is stored. */
export const webAddress = (text: string | null | undefined): string | undefined =>
  text && /^https?:\/\//i.test(text) && URL.canParse(text) ? text : undefined;
