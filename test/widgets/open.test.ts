import { expect, html } from '@open-wc/testing';
import { sendKeys } from '@web/test-runner-commands';
import type { WlOpen } from '../../widgets/elements/open/open.ts';
import '../../widgets/elements/open/open.ts';
import '../../widgets/elements/balance-meter/balance-meter.ts';
import '../../widgets/elements/buy-credits/buy-credits.ts';
import '../../widgets/elements/sign-up/sign-up.ts';
import { signedIn, tokenFor } from './support/answers.ts';
import { close, open, settled, words } from './support/page.ts';

const signedInAnswer = { 'bootstrap.read': signedIn() };
const dialogOf = (element: Element) => element.shadowRoot!.querySelector('dialog')!;
const focused = (element: Element) => element.shadowRoot!.activeElement;

describe('<wl-open>', () => {
  afterEach(close);

  for (const as of ['modal', 'drawer'] as const)
    it(`E8: a ${as} opens with the keyboard, Escape closes it, and the focus is back on the button`, async () => {
      const { element, part } = await open<WlOpen>(html`<wl-open for="buy-credits" as=${as}>Buy more</wl-open>`, signedInAnswer);
      part('button').focus();
      await sendKeys({ press: 'Enter' });
      await settled(element);
      expect(dialogOf(element).matches(':modal')).to.equal(true);
      expect(focused(element)).to.equal(dialogOf(element));
      const shop = element.querySelector('wl-buy-credits')!;
      expect(words(shop.shadowRoot!.querySelector('[part=button-primary]'))).to.equal('Buy 500 credits for €39.90');
      // It has arrived; half of the way it is half transparent.
      for (const arrival of element.shadowRoot!.getAnimations()) arrival.finish();
      await expect(element).to.be.accessible();
      await sendKeys({ press: 'Escape' });
      await settled(element);
      expect(dialogOf(element).open).to.equal(false);
      expect(focused(element)).to.equal(part('button'));
      expect(element.querySelector('wl-buy-credits')).to.equal(null);
    });

  it('E8: every element opens, and what it tells the page arrives', async () => {
    for (const tag of ['signup', 'buy-credits', 'balance-meter']) {
      const { element, part, root } = await open<WlOpen>(html`<wl-open for=${tag}>Open</wl-open>`, signedInAnswer);
      await element.open();
      await settled(element);
      const opened = element.querySelector(`wl-${tag}`)!;
      expect(opened.getBoundingClientRect().width).to.be.above(200);
      part('close').click();
      await settled(element);
      expect(root.querySelector(`wl-${tag}`)).to.equal(null);
      close();
    }
  });

  it('E16: taken out of the page while it is open, it is closed when it comes back', async () => {
    const { element, root } = await open<WlOpen>(html`<wl-open for="buy-credits">Buy</wl-open>`, signedInAnswer);
    await element.open();
    element.remove();
    root.append(element);
    await settled(element);
    expect(dialogOf(element).open).to.equal(false);
    await element.open();
    await settled(element);
    expect(dialogOf(element).matches(':modal')).to.equal(true);
    expect(element.querySelectorAll('wl-buy-credits').length).to.equal(1);
  });

  it('T8: a session that may only look has no button to buy, and no link to it at the meter', async () => {
    const session = { token: tokenFor('balance:read'), expiresInSeconds: 900 };
    const low = { ...signedIn({ session }), balance: { ...signedIn().balance!, level: 'low' as const } };
    const buy = await open<WlOpen>(html`<wl-open for="buy-credits">Buy</wl-open>`, { 'bootstrap.read': low });
    expect(getComputedStyle(buy.part('button')).display).to.equal('none');
    const meter = await open(html`<wl-balance-meter><a slot="low" href="#buy">Buy</a></wl-balance-meter>`, { 'bootstrap.read': low });
    expect(meter.element.querySelector('a')!.getBoundingClientRect().height).to.equal(0);
    const shop = await open(html`<wl-buy-credits></wl-buy-credits>`, { 'bootstrap.read': low });
    expect(shop.part('button-primary')).to.equal(null);
    expect(shop.text('empty')).to.equal('You have view-only access.');
  });

  it('P1: "Sign in to buy" opens the sign-up of the page, also where it is behind a button', async () => {
    const markup = html`<div><wl-buy-credits></wl-buy-credits><wl-open for="signup">Account</wl-open></div>`;
    const { root } = await open(markup as never, {});
    await new Promise((resolve) => setTimeout(resolve, 20));
    root.querySelector('wl-buy-credits')!.shadowRoot!.querySelector<HTMLElement>('[part=button-primary]')!.click();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(dialogOf(root.querySelector('wl-open')!).matches(':modal')).to.equal(true);
    expect(root.querySelector('wl-open wl-signup input')).not.to.equal(null);
  });

  it('E10: elements that few pages use arrive once the page holds their tag', async () => {
    const { kit } = await open(html`<wl-balance-meter></wl-balance-meter>`, signedInAnswer);
    const { lazyElements } = await import('../../widgets/elements.ts');
    kit.root.append(...Object.keys(lazyElements).map((tag) => document.createElement(tag)));
    await Promise.all(Object.keys(lazyElements).map((tag) => customElements.whenDefined(tag)));
  });
});
