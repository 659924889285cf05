import { expect } from '@open-wc/testing';
import type { WlBuyCredits } from '../../widgets/buy-credits/buy-credits.ts';
import '../../widgets/buy-credits/buy-credits.ts';
import { balance, purchase, signedIn } from './support/answers.ts';
import { close, open, settled, words } from './support/page.ts';
import { bought, closeTabs, shop } from './support/shop.ts';

describe('a purchase in <wl-buy-credits>', () => {
  afterEach(() => {
    close();
    closeTabs();
  });

  it('credits.checkout P1: opens the payment page in a new tab and waits', async () => {
    const { element, opened, text, events, network, kit } = await bought({});
    expect(opened).to.deep.equal(['https://pay.test/cs_1']);
    expect(text('status-heading')).to.equal('Continue in the payment tab');
    expect(network.named('credits.checkout')[0]!.input).to.deep.equal({
      packageId: 'pkg_2',
      returnUrl: `${location.href}&wl-key=${kit.key}`,
    });
    expect(events.at(-1)).to.deep.equal(['wl-checkout-opened', { purchaseId: 'pur_1', sessionId: 'cs_1', credits: 500_000 }]);
    await expect(element).to.be.accessible();
  });

  it('purchases.read E6 P5: says what came, live, and tells the page exactly once', async () => {
    const { element, network, text, events } = await bought({});
    network.answers['purchases.read'] = purchase({ state: 'paid', balanceAfter: 570_000 });
    const after = balance({ available: 570_000, assigned: 600_000, seq: 4 });
    for (const seq of [4, 5]) network.push({ seq, kind: 'purchase', amount: 500_000, purchaseId: 'pur_1', balance: { ...after, seq } });
    for (let turn = 0; turn < 4; turn += 1) await settled(element);
    expect([text('status-heading'), words(element.shadowRoot!.querySelector('[part=status] p'))]).to.deep.equal([
      '500 credits added',
      'You now have 570 credits.',
    ]);
    const told = events.filter(([name]) => name === 'wl-credits-bought');
    expect(told).to.deep.equal([['wl-credits-bought', { sessionId: 'cs_1', credits: 500_000, balanceAfter: 570_000 }]]);
    await expect(element).to.be.accessible();
  });

  for (const [state, heading, way] of [
    ['processing', 'Your payment is being processed', 'Close'],
    ['failed', 'The payment did not go through', 'Choose again'],
    ['review', 'We are checking your payment', 'Close'],
    ['expired', 'The payment page has expired', 'Choose again'],
  ] as const) {
    it(`purchases.read ${state === 'expired' ? 'P18' : 'P4'}: ${state} says so and has a way on`, async () => {
      const { element, text, events } = await bought({ state });
      expect(text('status-heading')).to.equal(heading);
      expect(events.some(([name]) => name === 'wl-credits-bought')).to.equal(false);
      await expect(element).to.be.accessible();
      const button = [...element.shadowRoot!.querySelectorAll<HTMLElement>('[part=status] button')].at(-1)!;
      expect(words(button)).to.equal(way);
      button.click();
      await settled(element);
      expect(text('button-primary')).to.equal('Buy 500 credits for €39.90');
    });
  }

  it('purchases.read P18: coming back from a payment page that was left shows that nothing was charged', async () => {
    history.replaceState(null, '', '#wl-canceled=pur_1');
    const { text, element } = await open<WlBuyCredits>(shop, { 'bootstrap.read': signedIn() });
    await settled(element);
    expect(text('status-heading')).to.equal('The payment was canceled');
    await expect(element).to.be.accessible();
  });

  it('purchases.read P5: coming back from the payment page shows where the purchase stands', async () => {
    history.replaceState(null, '', '#wl-purchase=pur_9');
    const { text, element, network } = await open<WlBuyCredits>(shop, {
      'bootstrap.read': signedIn(),
      'purchases.read': purchase({ purchaseId: 'pur_9', state: 'processing' }),
    });
    await settled(element);
    expect([location.hash, network.named('purchases.read')[0]!.input.purchaseId]).to.deep.equal(['', 'pur_9']);
    expect(text('status-heading')).to.equal('Your payment is being processed');
  });
});
