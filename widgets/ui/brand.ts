import type { Output } from '../../api/contract/index.ts';

export type Brand = Output<'brand.read'>;

/**
 * Puts the agency's saved colors below the page's own. Brand values are data: checked here again, set as custom properties,
 * and used as colors only, so they can neither load anything nor carry CSS.
 */
export function applyBrand({ style }: HTMLElement, { primaryColor, accentColor }: Brand): void {
  const set = (name: string, color: string | null) => {
    const property = `--wl-brand-${name}`;
    if (color && /^#[0-9a-f]{6}$/i.test(color) && style.getPropertyValue(property) !== color) style.setProperty(property, color);
  };
  set('primary', primaryColor);
  set('accent', accentColor);
}

/** An element, and what it stands in, also outside of shadow trees. */
export function* climbFrom(element: Element): Generator<HTMLElement> {
  for (let at: Element | undefined = element; at; at = at.parentElement ?? (at.getRootNode() as Partial<ShadowRoot>).host)
    yield at as HTMLElement;
}

/**
 * Tells whether an element stands on something dark: its own surface, else the first solid background around it, else the page's color scheme.
 * A surface that follows the scheme itself says nothing.
 * @param frame in the element's own tree, where no transition of the page reaches: on the element itself a color may be on its way
 */
export function standsOnDark(element: Element, frame: Element): boolean {
  const own = getComputedStyle(frame);
  let light = own.getPropertyValue('--wl-surface').includes('light-dark') ? undefined : lightness(own.columnRuleColor);
  for (const at of climbFrom(element)) light ??= lightness(getComputedStyle(at).backgroundColor);
  if (light !== undefined) return light < 0.43;
  const scheme = getComputedStyle(element.parentElement ?? element).colorScheme;
  return scheme === 'dark' || (scheme.includes('dark') && matchMedia('(prefers-color-scheme: dark)').matches);
}

/** How light a computed color is, 0 to 1, whatever its notation; undefined where one looks through it. */
function lightness(color: string): number | undefined {
  const [one = 0, two = 0, three = 0, alpha = 1] = (color.match(/(?<![a-z\d-])[\d.]+/g) ?? []).map(Number);
  if (alpha < 0.5) return undefined;
  if (/^(ok)?l/.test(color)) return one / (color.startsWith('l') ? 100 : 1);
  return (one * 0.2126 + two * 0.7152 + three * 0.0722) / (color.startsWith('rgb') ? 255 : 1);
}

/** Only addresses of the web go into links and pictures, whatever is stored. */
export const webAddress = (text: string | null | undefined): string | undefined =>
  text && /^https?:\/\//i.test(text) && URL.canParse(text) ? text : undefined;
