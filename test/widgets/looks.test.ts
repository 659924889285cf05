import { expect, html } from '@open-wc/testing';
import { emulateMedia } from '@web/test-runner-commands';
import { WlBalanceMeter } from '../../widgets/elements/balance-meter/balance-meter.ts';
import { fillText, formatCredits, formatPrice } from '../../widgets/strings/strings.ts';
import type { WlElement } from '../../widgets/ui/element.ts';
import { balance, signedIn } from './support/answers.ts';
import { close, open, settled } from './support/page.ts';

const meter = html`<wl-balance-meter></wl-balance-meter>`;
const answers = { 'bootstrap.read': signedIn() };
const isDark = (element: Element) => element.matches(':state(dark)');
const page = document.documentElement;

/** Waits until an element says something, or as long as a visitor would not notice. */
async function until(said: () => boolean): Promise<boolean> {
  for (let turn = 0; turn < 40 && !said(); turn += 1) await new Promise((resolve) => setTimeout(resolve, 25));
  return said();
}

describe('looks that follow the page', () => {
  afterEach(async () => {
    close();
    page.removeAttribute('style');
    page.removeAttribute('class');
    document.adoptedStyleSheets = [];
    await emulateMedia({ colorScheme: 'light' });
  });

  it('H4: on a light page the element stays light, whatever the operating system prefers', async () => {
    await emulateMedia({ colorScheme: 'dark' });
    const { element } = await open<WlElement>(meter, answers);
    expect(matchMedia('(prefers-color-scheme: dark)').matches).to.equal(true);
    expect(isDark(element)).to.equal(false);
    expect(getComputedStyle(element).colorScheme).to.equal('light');
  });

  it('H4: a page that says both follows the operating system at any moment, and the element with it', async () => {
    page.style.colorScheme = 'light dark';
    const { element } = await open<WlElement>(meter, answers);
    for (const colorScheme of ['dark', 'light', 'dark'] as const) {
      await emulateMedia({ colorScheme });
      expect(await until(() => isDark(element) === (colorScheme === 'dark')), colorScheme).to.equal(true);
    }
  });

  it('H4: a page that turns its color scheme takes the element along, there and back', async () => {
    const { element } = await open<WlElement>(meter, answers);
    for (const scheme of ['dark', 'light', 'dark']) {
      page.style.colorScheme = scheme;
      expect(await until(() => isDark(element) === (scheme === 'dark')), scheme).to.equal(true);
      expect(getComputedStyle(element).colorScheme).to.equal(scheme);
    }
  });

  it('H4: a class on the page, a color on a part of it, or a new surface does the same', async () => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync('.night body { background: #000 }');
    document.adoptedStyleSheets = [sheet];
    const { element, root } = await open<WlElement>(meter, answers);
    page.className = 'night';
    expect(await until(() => isDark(element)), 'class').to.equal(true);
    page.className = '';
    expect(await until(() => !isDark(element)), 'class back').to.equal(true);
    root.style.cssText = 'background: #111; color: #eee';
    expect(await until(() => isDark(element)), 'part').to.equal(true);
    root.style.setProperty('--wl-surface', '#fff');
    expect(await until(() => !isDark(element)), 'surface').to.equal(true);
  });

  it('H4: a page where everything moves slowly is judged by what it is, not by what it comes from', async () => {
    const slow = new CSSStyleSheet();
    slow.replaceSync('* { transition: all 20s !important }');
    document.adoptedStyleSheets = [slow];
    const late = document.createElement('wl-late-meter');
    document.body.append(late);
    // Seen by the browser before it is one of ours: from here on each change is a movement.
    expect(getComputedStyle(late).columnRuleColor).to.equal('rgb(0, 0, 0)');
    customElements.define('wl-late-meter', class extends WlBalanceMeter {});
    await settled(late as WlElement);
    expect(isDark(late)).to.equal(false);
    late.remove();
  });

  it('H4: a background that arrives slowly is judged when it has arrived', async () => {
    const slow = new CSSStyleSheet();
    slow.replaceSync('body { transition: background-color 0.1s } .night body { background-color: #000 }');
    document.adoptedStyleSheets = [slow];
    const { element } = await open<WlElement>(meter, answers);
    await new Promise((resolve) => requestAnimationFrame(resolve));
    page.className = 'night';
    expect(await until(() => isDark(element))).to.equal(true);
  });

  it('Q4: a live update asks the browser for no style', async () => {
    const { element, kit } = await open<WlElement>(meter, answers);
    const real = window.getComputedStyle;
    let asked = 0;
    window.getComputedStyle = (...given) => {
      asked += 1;
      return real.apply(window, given);
    };
    for (let seq = 10; seq < 20; seq += 1) {
      kit.update(balance({ seq, available: seq }));
      await element.updateComplete;
    }
    window.getComputedStyle = real;
    expect(asked).to.equal(0);
  });

  it('H10: numbers and prices are written as the language does, also when languages take turns', () => {
    for (let turn = 0; turn < 2; turn += 1) {
      expect({ en: formatCredits(1_234_500, 'en'), de: formatCredits(1_234_500, 'de') }).to.deep.equal({ en: '1,234.5', de: '1.234,5' });
      expect({ whole: formatPrice(4000, 'EUR', 'en'), euros: formatPrice(3990, 'EUR', 'en') }).to.deep.equal({
        whole: '€40',
        euros: '€39.90',
      });
      expect({ dollars: formatPrice(3990, 'USD', 'en'), inGerman: formatPrice(3990, 'EUR', 'de') }).to.deep.equal({
        dollars: '$39.90',
        inGerman: '39,90\u00a0€',
      });
    }
  });

  it('H10: words follow their number by the rules of the language, and a page may write them in any', () => {
    const said = (text: string, counts: unknown[], language: string) =>
      counts.map((count) => fillText(text, { count }, language, language)).join(', ');
    expect(said('{count credits|one: credit} left', [0, 0.5, 1, 1.5, 1200], 'en')).to.equal(
      '0 credits left, 0.5 credits left, 1 credit left, 1.5 credits left, 1,200 credits left',
    );
    expect(said('{count kredytu|one: kredyt|few: kredyty|many: kredytów}', [1, 2, 5, 22, 1.5], 'pl')).to.equal(
      '1 kredyt, 2 kredyty, 5 kredytów, 22 kredyty, 1,5 kredytu',
    );
    expect(said('{count} {missing}', [1200, 'some'], 'en')).to.equal('1,200 {missing}, some {missing}');
  });
});
