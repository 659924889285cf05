import { expect, html } from '@open-wc/testing';
import { contrast, type Light } from '../../api/rules/contrast.ts';
import { tokens } from '../../themes/tokens.ts';
import type { WlBuyCredits } from '../../widgets/elements/buy-credits/buy-credits.ts';
import '../../widgets/elements/buy-credits/buy-credits.ts';
import '../../widgets/elements/balance-meter/balance-meter.ts';
import '../../widgets/elements/sign-up/sign-up.ts';
import { account, balance, bootstrap, brand, purchase, signedIn } from './support/answers.ts';
import { close, open, settled } from './support/page.ts';

const publicTokens = [...new Set([...tokens.cssText.matchAll(/var\((--wl-(?!brand-)[\w-]+)/g)].map(([, name]) => name!))];

/** The properties that a variable may change. A fixed list, because reading all properties of every element takes minutes. */
const properties =
  'color background-color border-top-color border-top-left-radius outline-color box-shadow accent-color column-rule-color font-family font-size font-weight row-gap padding-top height min-height'.split(
    ' ',
  );

/** The computed styles of an element and all that it shows, also in its own tree. */
function looks(element: Element): string[] {
  // A changed color needs a millisecond (see .frame); here it has come.
  for (const change of element.shadowRoot?.getAnimations() ?? []) if (change instanceof CSSTransition) change.finish();
  const inside = [element, ...element.querySelectorAll('*'), ...(element.shadowRoot?.querySelectorAll('*') ?? [])];
  return inside.flatMap((one) => {
    const style = getComputedStyle(one);
    return properties.map((name) => style.getPropertyValue(name));
  });
}

/** A color of a computed style in linear light, whatever its notation. */
function light(color: string): Light {
  const numbers = color.match(/-?[\d.]+(e-?\d+)?/g)!.map(Number);
  if (color.startsWith('color(srgb-linear')) return numbers as unknown as Light;
  if (color.startsWith('color(xyz-d65')) {
    const [, x, y, z] = [65, ...numbers.slice(1)] as [number, number, number, number];
    return [3.2406 * x - 1.5372 * y - 0.4986 * z, -0.9689 * x + 1.8758 * y + 0.0415 * z, 0.0557 * x - 0.204 * y + 1.057 * z].map((c) =>
      Math.min(1, Math.max(0, c)),
    ) as unknown as Light;
  }
  return numbers.slice(0, 3).map((c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4)) as unknown as Light;
}

const sentinels = ['rgb(1, 2, 3)', '77px', 'monospace', '777', '0 0 7px rgb(1, 2, 3)'];
const shop = html`<wl-buy-credits logo></wl-buy-credits>`;

describe('themes', () => {
  afterEach(close);

  it(`H1: each of the ${publicTokens.length} public variables changes at least one computed style`, async () => {
    const scenes = [
      await open(html`<wl-signup logo></wl-signup>`, {
        'bootstrap.read': bootstrap({ brand: { ...brand, logoUrl: 'https://x.test/l.svg' } }),
      }),
      await open(html`<wl-signup></wl-signup>`, {
        'bootstrap.read': signedIn({ account: { ...account, emailVerified: false }, mode: 'test' }),
      }),
      await open(html`<wl-balance-meter></wl-balance-meter>`, { 'bootstrap.read': signedIn({ balance: balance({ level: 'low' }) }) }),
      await open(html`<wl-balance-meter></wl-balance-meter>`, { 'bootstrap.read': signedIn({ balance: balance({ level: 'critical' }) }) }),
      await open(shop, { 'bootstrap.read': signedIn() }),
    ];
    history.replaceState(null, '', '#wl-purchase=pur_1');
    scenes.push(await open(shop, { 'bootstrap.read': signedIn(), 'purchases.read': purchase({ state: 'paid' }) }));
    await settled(scenes.at(-1)!.element);
    scenes[0]!.element.querySelector('input')?.focus();
    const before = scenes.map(({ element }) => looks(element).join());
    const dead = publicTokens.filter((name) =>
      sentinels.every((value) =>
        scenes.every(({ root, element }, index) => {
          root.style.setProperty(name, value);
          const same = looks(element).join() === before[index];
          root.style.removeProperty(name);
          return same;
        }),
      ),
    );
    expect(dead).to.deep.equal([]);
  });

  it('H5: text on the button is readable for 1,000 random colors that the page sets, also at runtime', async () => {
    const { root, part } = await open<WlBuyCredits>(shop, { 'bootstrap.read': signedIn() });
    const failed: string[] = [];
    for (let index = 0; index < 1000; index += 1) {
      const color = `#${Math.floor(Math.random() * 0x1000000)
        .toString(16)
        .padStart(6, '0')}`;
      root.style.setProperty('--wl-primary', color);
      const { color: text, backgroundColor } = getComputedStyle(part('button-primary'));
      if (contrast(light(text), light(backgroundColor)) < 4.5) failed.push(`${color}: ${text} on ${backgroundColor}`);
    }
    expect(failed).to.deep.equal([]);
  });

  for (const [page, background, style] of [
    ['light', [1, 1, 1], 'background: #fff; color: #111'],
    ['dark', [0.0065, 0.0086, 0.017], 'background: #0f172a; color: #e2e8f0'],
  ] as const) {
    it(`H5: links and errors are readable on a ${page} page, whatever the operating system prefers`, async () => {
      const { root, element, part } = await open(html`<wl-signup></wl-signup>`, {}, { style });
      for (let index = 0; index < 200; index += 1) {
        root.style.setProperty('--wl-primary', `hsl(${(index * 37) % 360} ${index % 101}% ${(index * 7) % 101}%)`);
        const ink = getComputedStyle(part('switch').querySelector('button')!).color;
        expect(contrast(light(ink), background), ink).to.be.at.least(4.5);
      }
      root.style.removeProperty('--wl-primary');
      await expect(element).to.be.accessible();
    });
  }

  it('H3: the brand stands below what the page says itself, and no value is painted before it', async () => {
    const answers = { 'bootstrap.read': signedIn({ brand: { ...brand, primaryColor: '#112233', accentColor: '#445566' } }) };
    const { part, root, kit, element } = await open<WlBuyCredits>(shop, answers);
    expect(getComputedStyle(part('button-primary')).backgroundColor).to.match(/^color\(xyz/);
    const branded = getComputedStyle(part('button-primary')).backgroundColor;
    root.style.setProperty('--wl-primary', '#332211');
    expect(getComputedStyle(part('button-primary')).backgroundColor).not.to.equal(branded);
    kit.data = undefined;
    kit.changed();
    await settled(element);
    expect(part('button-primary')).to.equal(null);
  });

  for (const width of [280, 480, 1200]) {
    it(`E17: fits ${width} px without overflow, and nothing to press is smaller than 44 x 44`, async () => {
      const all = html`<div><wl-signup></wl-signup><wl-buy-credits></wl-buy-credits><wl-balance-meter></wl-balance-meter></div>`;
      for (const answer of [bootstrap({ brand: { ...brand, termsUrl: 'https://x.test' } }), signedIn()]) {
        const { root } = await open(all as never, { 'bootstrap.read': answer }, { style: `width: ${width}px` });
        await new Promise((resolve) => setTimeout(resolve, 40));
        for (const element of root.querySelectorAll('wl-signup, wl-buy-credits, wl-balance-meter')) {
          expect(element.scrollWidth, `${element.localName} at ${width}`).to.be.at.most(width);
          const pressable = 'button, .button, input:not([type=radio], [type=checkbox], [slot=website]), label:has(input)';
          for (const control of [...element.querySelectorAll(pressable), ...element.shadowRoot!.querySelectorAll(pressable)]) {
            if (!control.checkVisibility()) continue; // a meter in the sign-up, where the page has one
            const { width: wide, height, right } = control.getBoundingClientRect();
            expect(Math.min(wide, height), control.outerHTML).to.be.at.least(43.9);
            expect(right - element.getBoundingClientRect().left, control.outerHTML).to.be.at.most(width + 0.5);
          }
        }
        close();
      }
    });
  }

  it('E4 H11: a page that resets everything does not change the form', async () => {
    const plain = await open(html`<wl-signup></wl-signup>`);
    const look = (element: Element) => {
      const { height, width } = element.querySelector('input')!.getBoundingClientRect();
      const { fontSize, color, backgroundColor, textTransform, display } = getComputedStyle(element.querySelector('label')!);
      return [height, width, fontSize, color, backgroundColor, textTransform, display];
    };
    const before = look(plain.element);
    const hostile = new CSSStyleSheet();
    hostile.replaceSync(
      ':not(wl-signup, html, body, div) { all: unset; letter-spacing: 9px !important } wl-signup { font: italic 9px/3 serif; text-transform: uppercase; letter-spacing: 5px } input, button, label, p { display: none !important; color: red !important; height: 3px !important; position: absolute !important; font-size: 40px !important; text-transform: uppercase !important } label::after { content: "*" !important }',
    );
    document.adoptedStyleSheets = [hostile];
    const after = look(plain.element);
    document.adoptedStyleSheets = [];
    expect(after).to.deep.equal(before);
  });
});
