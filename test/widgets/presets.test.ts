import { expect, html } from '@open-wc/testing';
import '../../widgets/elements/balance-meter/balance-meter.ts';
import '../../widgets/elements/buy-credits/buy-credits.ts';
import '../../widgets/elements/sign-up/sign-up.ts';
import { account, balance, bootstrap, brand, packages, purchase, signedIn } from './support/answers.ts';
import { close, open, settled } from './support/page.ts';

const meter = html`<wl-balance-meter></wl-balance-meter>`;
const signUp = html`<wl-signup></wl-signup>`;
const shop = html`<wl-buy-credits></wl-buy-credits>`;

const scenes = {
  'the sign-up form': [signUp, bootstrap({ brand: { ...brand, termsUrl: 'https://x.test' } })],
  'a member whose e-mail waits': [
    signUp,
    signedIn({ account: { ...account, emailVerified: false }, balance: balance({ waiting: 10_000 }) }),
  ],
  'the packages': [shop, signedIn({ mode: 'test' })],
  'a shop that cannot sell': [shop, signedIn({ packages: { ...packages, payable: false } })],
  'a low meter': [meter, signedIn({ balance: balance({ level: 'low' }) })],
  'a critical meter': [meter, signedIn({ balance: balance({ level: 'critical' }) })],
} as const;

const pages = { light: 'background: #fff; color: #111', dark: 'background: #0f172a; color: #e2e8f0' };

async function useTheme(name: string): Promise<void> {
  const css = await (await fetch(new URL(`../../themes/${name}.css`, import.meta.url))).text();
  const sheet = new CSSStyleSheet();
  // In one place of the page instead of the whole, as the comment in the file says.
  sheet.replaceSync(css.replaceAll(':root', '.themed'));
  document.adoptedStyleSheets = [sheet];
}

describe('preset themes', () => {
  afterEach(() => {
    close();
    document.adoptedStyleSheets = [];
  });

  for (const theme of ['paper', 'signal'])
    for (const [page, style] of Object.entries(pages))
      it(`H8 H5: ${theme} is readable on a ${page} page in every state`, async () => {
        await useTheme(theme);
        for (const [scene, [markup, answer]] of Object.entries(scenes)) {
          const { element, root } = await open(markup, { 'bootstrap.read': answer }, { style });
          root.className = 'themed';
          element.requestUpdate();
          await settled(element);
          expect(getComputedStyle(element).colorScheme, scene).to.equal(page);
          await expect(element).to.be.accessible();
          close();
        }
      });

  it('H8 H3: a preset keeps the colors of the brand', async () => {
    await useTheme('paper');
    const button = async (primaryColor: string) => {
      const { part, root } = await open(shop, { 'bootstrap.read': signedIn({ brand: { ...brand, primaryColor } }) });
      root.className = 'themed';
      return getComputedStyle(part('button-primary')).backgroundColor;
    };
    expect(await button('#00aa00')).not.to.equal(await button('#aa0000'));
  });
});

describe('looks', () => {
  afterEach(close);

  it('H6: --wl-font-family changes every text, and no font is fetched', async () => {
    for (const [, [markup, answer]] of Object.entries(scenes)) {
      const { element } = await open(markup, { 'bootstrap.read': answer }, { style: '--wl-font-family: "Sentinel"' });
      const all = [...element.querySelectorAll('*'), ...element.shadowRoot!.querySelectorAll('*')];
      const texts = all.filter(
        (one) =>
          one.matches('input:not([type=checkbox], [type=radio], [slot=website])') ||
          [...one.childNodes].some((node) => node.nodeType === 3 && /\S/.test(node.textContent!)),
      );
      expect(texts.length).to.be.above(1);
      for (const one of texts.filter((text) => !text.matches('style')))
        expect(getComputedStyle(one).fontFamily, one.outerHTML.slice(0, 80)).to.equal('Sentinel');
      close();
    }
    expect(document.fonts.size).to.equal(0);
  });

  it('H2: a rule for a part applies to every part that is shown', async () => {
    const sheet = new CSSStyleSheet();
    document.adoptedStyleSheets = [sheet];
    history.replaceState(null, '', '#wl-purchase=pur_1');
    const paid = await open(shop, { 'bootstrap.read': signedIn(), 'purchases.read': purchase({ state: 'failed' }) });
    await settled(paid.element);
    for (const [markup, answer] of [...Object.values(scenes), undefined].map((scene) => scene ?? [])) {
      const { element } = markup && answer ? await open(markup, { 'bootstrap.read': answer }) : paid;
      const parts = [...element.shadowRoot!.querySelectorAll('[part]')];
      expect(parts.length).to.be.above(2);
      for (const part of parts) {
        sheet.replaceSync(`${element.localName}::part(${part.part[0]}) { outline: 7px solid rgb(1, 2, 3) }`);
        expect(getComputedStyle(part).outlineWidth, `${element.localName}::part(${part.part[0]})`).to.equal('7px');
      }
    }
    document.adoptedStyleSheets = [];
  });

  for (const [surface, scheme] of Object.entries({
    '#101010': 'dark',
    '#fafafa': 'light',
    'oklch(0.2 0.03 250)': 'dark',
    'oklab(0.97 0 0)': 'light',
    'color(display-p3 0.1 0.1 0.2)': 'dark',
    'lab(95 0 0)': 'light',
    transparent: 'light',
    'light-dark(#fff, #111)': 'light',
  }))
    it(`H4: a widget on a surface of ${surface} is ${scheme} on a white page`, async () => {
      const { element } = await open(meter, { 'bootstrap.read': signedIn() }, { style: `background: #fff; --wl-surface: ${surface}` });
      expect(getComputedStyle(element).colorScheme).to.equal(scheme);
    });

  it('H4: the colors of the page are read in any notation', async () => {
    for (const [background, scheme] of [
      ['oklch(0.98 0.01 90)', 'light'],
      ['oklch(0.15 0 0)', 'dark'],
      ['color(srgb 0.9 0.9 0.9)', 'light'],
      ['hsl(220 40% 10%)', 'dark'],
    ]) {
      const { element } = await open(meter, { 'bootstrap.read': signedIn() }, { style: `background: ${background}` });
      expect(getComputedStyle(element).colorScheme, background).to.equal(scheme);
      close();
    }
  });
});
