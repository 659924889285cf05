import { expect, html } from '@open-wc/testing';
import type { WlBuyCredits } from '../../widgets/buy-credits/buy-credits.ts';
import '../../widgets/buy-credits/buy-credits.ts';
import { balance, bootstrap, packages, purchase, signedIn, tokenFor } from './support/answers.ts';
import { close, open, type Page, settled, words } from './support/page.ts';

const shop = html`<wl-buy-credits></wl-buy-credits>`;
const started = {
  purchaseId: 'pur_1',
  sessionId: 'cs_1',
  checkoutUrl: 'https://pay.test/cs_1',
  credits: 500_000,
  priceCents: 3990,
  currency: 'EUR',
} as const;
const realOpen = window.open;

/** The tab that a click opens, as far as the page touches it. */
function tabs(): { opened: string[] } {
  const opened: string[] = [];
  window.open = () =>
    ({
      closed: false,
      opener: window,
      close: () => opened.push('closed'),
      location: { replace: (url: string) => opened.push(url) },
    }) as never;
  return { opened };
}

async function bought(state: Parameters<typeof purchase>[0], markup = shop): Promise<Page<WlBuyCredits> & { opened: string[] }> {
  const { opened } = tabs();
  localStorage.clear();
  const page = await open<WlBuyCredits>(markup, {
    'bootstrap.read': signedIn(),
    'credits.checkout': started,
    'purchases.read': purchase(state),
  });
  page.part('button-primary').click();
  for (let turn = 0; turn < 4; turn += 1) await settled(page.element);
  return { ...page, opened };
}

describe('<wl-buy-credits>', () => {
  afterEach(() => {
    close();
    window.open = realOpen;
  });

  it('credits.packages P12: shows every package with its price, the popular one chosen', async () => {
    const { element, text } = await open<WlBuyCredits>(shop, { 'bootstrap.read': signedIn({ mode: 'test' }) });
    const cards = [...element.shadowRoot!.querySelectorAll('[part=package]')].map((card) => words(card));
    expect(cards).to.deep.equal(['Starter €9 100 credits', 'Growth Popular €39.90 500 credits']);
    expect(text('button-primary')).to.equal('Buy 500 credits for €39.90');
    expect(text('badge')).to.equal('Test mode');
    await expect(element).to.be.accessible();
  });

  it('credits.checkout P12: 9 and 1,001 credits are refused before anything is sent, 10 and 1,000 go', async () => {
    const { opened } = tabs();
    const { element, network, part } = await open<WlBuyCredits>(shop, {
      'bootstrap.read': signedIn(),
      'credits.checkout': started,
      'purchases.read': purchase(),
    });
    const amount = part('amount') as HTMLInputElement;
    for (const [typed, goes] of [
      ['9', false],
      ['1001', false],
      ['10.5', false],
      ['', false],
      ['10', true],
      ['1000', true],
    ] as const) {
      amount.value = typed;
      amount.dispatchEvent(new InputEvent('input'));
      await settled(element);
      part('button-primary').click();
      await settled(element);
      expect(network.named('credits.checkout').length > 0, typed).to.equal(goes);
      if (!goes) {
        expect(words(element.shadowRoot!.querySelector('#amount-error'))).to.equal('Please enter whole credits from 10 to 1,000.');
        await expect(element).to.be.accessible();
      } else {
        expect(network.calls.find(({ name }) => name === 'credits.checkout')!.input.amountMillis).to.equal(Number(typed) * 1000);
        network.calls.splice(0);
        part('button-secondary');
        element.shadowRoot!.querySelectorAll<HTMLElement>('button[part=button-secondary]')[0]!.click();
        await settled(element);
      }
    }
    expect(opened).to.have.length(2);
  });

  it('credits.checkout P1: opens the payment page in a new tab and waits', async () => {
    const { element, opened, text, events, network } = await bought({});
    expect(opened).to.deep.equal(['https://pay.test/cs_1']);
    expect(text('status-heading')).to.equal('Continue in the payment tab');
    expect(network.named('credits.checkout')[0]!.input).to.deep.equal({ packageId: 'pkg_2', returnUrl: location.href });
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

  it('credits.checkout P1: a refusal closes the empty tab and says why', async () => {
    const { opened } = tabs();
    const refused = {
      status: 503,
      code: 'payments.provider_unavailable',
      message: 'The payment provider does not answer. Nothing was charged; please try again.',
    };
    const { element, part, text } = await open<WlBuyCredits>(shop, { 'bootstrap.read': signedIn(), 'credits.checkout': refused });
    part('button-primary').click();
    for (let turn = 0; turn < 3; turn += 1) await settled(element);
    expect(opened).to.deep.equal(['closed']);
    expect(text('error')).to.contain(refused.message);
    await expect(element).to.be.accessible();
  });

  it('credits.checkout RG7: a request without an answer is repeated under the same key, and a new wish gets a new one', async () => {
    tabs();
    const { element, part, network } = await open<WlBuyCredits>(shop, {
      'bootstrap.read': signedIn(),
      'credits.checkout': 'offline',
      'purchases.read': purchase(),
    });
    const buy = async () => {
      part('button-primary').click();
      for (let turn = 0; turn < 3; turn += 1) await settled(element);
    };
    await buy();
    network.answers['credits.checkout'] = started;
    await buy();
    const keys = () => network.named('credits.checkout').map(({ headers }) => headers.get('Idempotency-Key'));
    expect(keys()[0]).to.match(/^[\w-]{36}$/);
    expect(keys()[1]).to.equal(keys()[0]);
    element.shadowRoot!.querySelector<HTMLElement>('button[part=button-secondary]')!.click();
    await settled(element);
    await buy();
    expect(keys()[2]).not.to.equal(keys()[0]);
  });

  it('credits.checkout T8: a session that may only look has no button', async () => {
    const session = { token: tokenFor('balance:read'), expiresInSeconds: 900 };
    const { element, part, text } = await open<WlBuyCredits>(shop, { 'bootstrap.read': signedIn({ session }) });
    expect(part('button-primary')).to.equal(null);
    expect(text('empty')).to.equal('In this session you can look, but not buy.');
    await expect(element).to.be.accessible();
  });

  it('credits.packages: says what to do where payments are not set up, nothing is sold, or nobody is signed in', async () => {
    const unpaid = await open<WlBuyCredits>(shop, { 'bootstrap.read': signedIn({ packages: { ...packages, payable: false } }) });
    expect(unpaid.text('empty')).to.equal('Payments are not set up yet. Contact support');
    expect(unpaid.part('empty').querySelector('a')!.href).to.equal('mailto:help@northwind.test');
    await expect(unpaid.element).to.be.accessible();
    const empty = await open<WlBuyCredits>(shop, {
      'bootstrap.read': signedIn({ packages: { packages: [], custom: null, payable: true } }),
    });
    expect(empty.text('empty')).to.contain('There is nothing to buy at the moment.');
    const visitor = await open<WlBuyCredits>(shop, { 'bootstrap.read': bootstrap() });
    expect(visitor.text('button-primary')).to.equal('Sign in to buy');
    await expect(visitor.element).to.be.accessible();
  });

  it('bootstrap.read E12: offers a retry while there is no connection', async () => {
    const { element, network, part, text } = await open<WlBuyCredits>(shop, { 'bootstrap.read': 'offline' });
    await expect(element).to.be.accessible();
    network.answers['bootstrap.read'] = signedIn();
    part('retry').click();
    await settled(element);
    expect(text('heading')).to.equal('Buy credits');
  });
});
