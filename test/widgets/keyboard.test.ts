import { expect } from '@open-wc/testing';
import { sendKeys } from '@web/test-runner-commands';
import type { WlBuyCredits } from '../../widgets/elements/buy-credits/buy-credits.ts';
import '../../widgets/elements/buy-credits/buy-credits.ts';
import { purchase, signedIn } from './support/answers.ts';
import { close, open, settled } from './support/page.ts';
import { closeTabs, shop, started, tabs } from './support/shop.ts';

describe('without a mouse', () => {
  afterEach(() => {
    close();
    closeTabs();
  });

  it('H11: choosing, buying and giving up work with Tab, arrows and Enter alone', async () => {
    tabs();
    const answers = {
      'bootstrap.read': signedIn(),
      'credits.checkout': started,
      'purchases.read': purchase(),
      'purchases.cancel': purchase({ state: 'expired' }),
    };
    const { element, network, text } = await open<WlBuyCredits>(shop, answers);
    const press = async (key: string) => {
      await sendKeys({ press: key });
      await settled(element);
    };
    const focused = () => element.shadowRoot!.activeElement;
    /** Tabs on until something is reached; a trap would never let it be. */
    const reach = async (selector: string) => {
      for (let turn = 0; turn < 8 && !focused()?.matches(selector); turn += 1) await press('Tab');
      expect(focused()?.matches(selector), selector).to.equal(true);
    };
    await reach('[type=radio]');
    await press('ArrowUp');
    expect(text('button-primary')).to.equal('Buy 100 credits for €9');
    await reach('[part=button-primary]');
    expect(getComputedStyle(focused()!).outlineStyle).to.equal('solid');
    await press('Enter');
    for (let turn = 0; turn < 6; turn += 1) await settled(element);
    expect(network.named('credits.checkout')[0]!.input.packageId).to.equal('pkg_1');
    expect(text('status-heading')).to.equal('Continue in the payment tab');
    await reach('button[part=button-secondary]');
    await press('Enter');
    for (let turn = 0; turn < 6; turn += 1) await settled(element);
    expect(text('button-primary')).to.contain('Buy');
  });
});
