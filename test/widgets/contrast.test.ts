import { expect, html } from '@open-wc/testing';
import { executeServerCommand } from '@web/test-runner-commands';
import '../../widgets/elements/balance-meter/balance-meter.ts';
import '../../widgets/elements/buy-credits/buy-credits.ts';
import type { WlElement } from '../../widgets/ui/element.ts';
import '../../widgets/elements/sign-up/sign-up.ts';
import { account, balance, signedIn } from './support/answers.ts';
import { close, open, type Page } from './support/page.ts';

const ask = (features: Record<string, string>) =>
  executeServerCommand(
    'emulate-features',
    Object.entries(features).map(([name, value]) => ({ name, value })),
  );
const answers = { 'bootstrap.read': signedIn({ balance: balance({ level: 'low', available: 20_000, used: 80_000 }) }) };
const show = (tag: 'meter' | 'shop' | 'form') =>
  open<WlElement>(
    {
      meter: html`<wl-balance-meter></wl-balance-meter>`,
      shop: html`<wl-buy-credits></wl-buy-credits>`,
      form: html`<wl-signup></wl-signup>`,
    }[tag],
    tag === 'form' ? {} : answers,
  );
const style = ({ element }: Page<WlElement>, selector: string) =>
  getComputedStyle(element.querySelector(selector) ?? (element.shadowRoot!.querySelector(selector) as Element));

describe('looks for people who need more contrast', () => {
  afterEach(async () => {
    close();
    await ask({ 'forced-colors': 'none', 'prefers-contrast': 'no-preference' });
  });

  it('H11: with the colors of the system, what is left in the meter can still be told from what is not', async () => {
    await ask({ 'forced-colors': 'active' });
    expect(matchMedia('(forced-colors: active)').matches).to.equal(true);
    const meter = await show('meter');
    const { color, backgroundColor, borderTopWidth, borderTopColor } = style(meter, 'progress');
    expect(color).not.to.equal(backgroundColor);
    expect(borderTopColor).not.to.equal(backgroundColor);
    expect(borderTopWidth).to.equal('1px');
    expect(meter.text('sentence')).to.equal('20 credits left, running low');
  });

  it('H11: with the colors of the system, the chosen package and everything to press has an outline', async () => {
    await ask({ 'forced-colors': 'active' });
    const shop = await show('shop');
    const cards = [...shop.element.shadowRoot!.querySelectorAll('[part=package]')].map((card) => getComputedStyle(card).outlineStyle);
    expect(cards).to.deep.equal(['none', 'solid']);
    const { borderTopStyle, borderTopColor, backgroundColor } = style(shop, '[part=button-primary]');
    expect(borderTopStyle).to.equal('solid');
    expect(borderTopColor).not.to.equal(backgroundColor);
    const form = await show('form');
    for (const selector of ['input[name=email]', 'button[type=submit]'])
      expect(style(form, selector).borderTopColor, selector).not.to.equal(style(form, selector).backgroundColor);
  });

  for (const tag of ['meter', 'shop', 'form'] as const)
    it(`H11: asked for more contrast, the ${tag} has no faint text and no faint line`, async () => {
      const faint = await show(tag);
      const pale = style(faint, tag === 'meter' ? '[part=figures] span' : '.muted');
      const before = tag === 'meter' ? pale.backgroundColor : pale.color;
      close();
      await ask({ 'prefers-contrast': 'more' });
      const page = await show(tag);
      const { color } = style(page, '.frame');
      expect(before).not.to.equal(color);
      for (const text of page.element.shadowRoot!.querySelectorAll('.muted')) expect(getComputedStyle(text).color).to.equal(color);
      for (const card of page.element.shadowRoot!.querySelectorAll('.card')) {
        const { borderTopColor } = getComputedStyle(card);
        expect(card.matches(':has(:checked)') || borderTopColor === color, card.outerHTML).to.equal(true);
      }
      await expect(page.element).to.be.accessible();
    });

  it('H11: asked for more contrast, a notice keeps its tone at the edge', async () => {
    await ask({ 'prefers-contrast': 'more' });
    const page = await open<WlElement>(html`<wl-signup></wl-signup>`, {
      'bootstrap.read': signedIn({ account: { ...account, emailVerified: false } }),
    });
    expect(style(page, '[part=confirm]').borderInlineStartColor).not.to.equal(style(page, '.frame').color);
  });
});
