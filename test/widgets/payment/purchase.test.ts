import { expect } from '@open-wc/testing';
import type { WlBuyCredits } from '../../../widgets/elements/buy-credits/buy-credits.ts';
import '../../../widgets/elements/buy-credits/buy-credits.ts';
import { balance, purchase, signedIn } from '../support/answers.ts';
import { close, open, settled, words } from '../support/page.ts';
import { bought, closeTabs, shop } from '../support/shop.ts';

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
      creditsMillis: 500_000,
      priceCents: 3990,
      currency: 'EUR',
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
    expect({ heading: text('status-heading'), sentence: words(element.shadowRoot!.querySelector('[part=status] p')) }).to.deep.equal({
      heading: '500 credits added',
      sentence: 'You now have 570 credits.',
    });
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

  for (const [state, heading, sentence] of [
    ['part_refunded', 'A part of this payment went back', 'The credits for that part were taken back. You now have 70 credits.'],
    ['refunded', 'This payment went back', 'Its 500 credits were taken back. You now have 70 credits.'],
    ['disputed', 'This payment is disputed', 'Your bank asks for it back. What is left of its credits is frozen until that is decided.'],
    ['charged_back', 'Your bank took this payment back', 'Its 500 credits were taken back. You now have 70 credits.'],
  ] as const) {
    it(`purchases.read C19: a payment that is ${state} is not shown as paid`, async () => {
      const { element, text } = await bought({ state, balanceAfter: 570_000 });
      expect({ heading: text('status-heading'), sentence: words(element.shadowRoot!.querySelector('[part=status] p')) }).to.deep.equal({
        heading,
        sentence,
      });
      await expect(element).to.be.accessible();
    });
  }

  it('purchases.read C19: what is on show as checked or paid follows what becomes of it', async () => {
    const { element, network, text } = await bought({ state: 'review' });
    for (const [seq, state, heading] of [
      [4, 'paid', '500 credits added'],
      [5, 'refunded', 'This payment went back'],
    ] as const) {
      network.answers['purchases.read'] = purchase({ state, balanceAfter: 570_000 });
      network.push({ seq, kind: 'any', amount: 1, purchaseId: 'pur_1', balance: balance({ seq }) });
      for (let turn = 0; turn < 4; turn += 1) await settled(element);
      expect(text('status-heading')).to.equal(heading);
    }
  });

  it('purchases.read P18: coming back from a payment page that was left shows that nothing was charged', async () => {
    history.replaceState(null, '', '#wl-canceled=pur_1');
    const { text, element, network } = await open<WlBuyCredits>(shop, {
      'bootstrap.read': signedIn(),
      'purchases.cancel': purchase({ state: 'expired' }),
    });
    await settled(element);
    expect(text('status-heading')).to.equal('The payment was canceled');
    expect(network.named('purchases.cancel').map(({ input }) => input.purchaseId)).to.eql(['pur_1']);
    await expect(element).to.be.accessible();
  });

  it('purchases.cancel MT14: cancel closes the page to pay on; what was paid by then goes on', async () => {
    for (const [state, shown] of [
      ['expired', undefined],
      ['processing', 'Your payment is being processed'],
    ] as const) {
      sessionStorage.clear();
      const page = await bought({ state: 'open' });
      page.network.answers['purchases.cancel'] = purchase({ state });
      page.network.answers['purchases.read'] = purchase({ state });
      const cancel = [...page.element.shadowRoot!.querySelectorAll('button')].find((one) => one.textContent!.includes('Cancel'))!;
      cancel.click();
      for (let turn = 0; turn < 4; turn += 1) await settled(page.element);
      expect(page.network.named('purchases.cancel').length).to.equal(1);
      if (shown) expect(page.text('status-heading')).to.equal(shown);
      else expect(page.part('packages')).not.to.equal(null);
    }
  });

  it('purchases.read P5: coming back from the payment page shows where the purchase stands', async () => {
    history.replaceState(null, '', '#wl-purchase=pur_9');
    const { text, element, network } = await open<WlBuyCredits>(shop, {
      'bootstrap.read': signedIn(),
      'purchases.read': purchase({ purchaseId: 'pur_9', state: 'processing' }),
    });
    await settled(element);
    expect({ hash: location.hash, purchaseId: network.named('purchases.read')[0]!.input.purchaseId }).to.deep.equal({
      hash: '',
      purchaseId: 'pur_9',
    });
    expect(text('status-heading')).to.equal('Your payment is being processed');
  });
});
