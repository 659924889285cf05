import { expect, html } from '@open-wc/testing';
import type { WlBuyCredits } from '../../widgets/elements/buy-credits/buy-credits.ts';
import '../../widgets/elements/buy-credits/buy-credits.ts';
import { balance, bootstrap, packages, purchase, signedIn, tokenFor } from './support/answers.ts';
import { close, open, settled, words } from './support/page.ts';
import { closeTabs, shop, started, tabs } from './support/shop.ts';

describe('<wl-buy-credits>', () => {
  afterEach(() => {
    close();
    closeTabs();
  });

  it('credits.packages P12: shows every package with its price, the popular one chosen', async () => {
    const { element, text } = await open<WlBuyCredits>(shop, { 'bootstrap.read': signedIn({ mode: 'test' }) });
    const cards = [...element.shadowRoot!.querySelectorAll('[part=package]')].map((card) => words(card));
    expect(cards).to.deep.equal([
      'Starter €9 100 credits €0.09 per credit · save 5 % · 1.7 h of calls',
      'Growth Popular €39.90 500 credits €0.08 per credit · save 16 % · 8.3 h of calls',
    ]);
    expect(text('button-primary')).to.equal('Buy 500 credits for €39.90');
    expect(text('badge')).to.equal('Test mode');
    await expect(element).to.be.accessible();
  });

  it('credits.packages P12: the attribute chooses the package; an unsold one leaves it to the popular one', async () => {
    const first = async (id: string) => {
      const about = { 'bootstrap.read': signedIn() };
      const { text } = await open<WlBuyCredits>(html`<wl-buy-credits package=${id}></wl-buy-credits>`, about);
      const words = text('button-primary');
      close();
      return words;
    };
    expect(await first('pkg_1')).to.equal('Buy 100 credits for €9');
    expect(await first('pkg_gone')).to.equal('Buy 500 credits for €39.90');
  });

  it('credits.balance C19: what is owed stands above the packages, since the purchase pays it first', async () => {
    const { text, element } = await open<WlBuyCredits>(shop, { 'bootstrap.read': signedIn({ balance: balance({ debt: 2_000 }) }) });
    expect(text('debt')).to.equal('2 credits are owed, because a payment went back. The next purchase pays it first.');
    await expect(element).to.be.accessible();
  });

  it('credits.packages MT19: the button says the price of an amount while it is typed', async () => {
    const { element, part, text } = await open<WlBuyCredits>(shop, { 'bootstrap.read': signedIn() });
    const amount = part('amount') as HTMLInputElement;
    const said: string[] = [];
    for (const typed of ['2', '25', '250', ' 1,000 ', '1001', '2.5', '']) {
      amount.value = typed;
      amount.dispatchEvent(new InputEvent('input'));
      await settled(element);
      said.push(text('button-primary'));
    }
    const none = 'Buy credits';
    const bought = ['Buy 25 credits for €2.38', 'Buy 250 credits for €23.75', 'Buy 1,000 credits for €95'];
    expect(said).to.deep.equal([none, ...bought, none, none, none]);
  });

  it("credits.packages MT19 LW29: a package says so where an amount of one's own costs less per credit", async () => {
    const custom = { ...packages.custom!, centsPer100Credits: 850 };
    const { element } = await open<WlBuyCredits>(shop, { 'bootstrap.read': signedIn({ packages: { ...packages, custom } }) });
    const rates = [...element.shadowRoot!.querySelectorAll('[part=package-rate]')].map((rate) => words(rate));
    expect(rates).to.deep.equal([
      '€0.09 per credit · other amounts cost less · 1.7 h of calls',
      '€0.08 per credit · save 6 % · 8.3 h of calls',
    ]);
  });

  it('credits.packages MT19: one dear package makes no other cheap where any amount can be bought', async () => {
    const [starter] = packages.packages;
    const dear = { ...starter!, id: 'pkg_dear', name: 'Dear', creditsMillis: 10_000, credits: 10_000, priceCents: 500 };
    const { element } = await open<WlBuyCredits>(shop, {
      'bootstrap.read': signedIn({ packages: { ...packages, packages: [...packages.packages, dear] } }),
    });
    const rates = [...element.shadowRoot!.querySelectorAll('[part=package-rate]')].map((rate) => words(rate));
    expect(rates.map((rate) => /save \d+ %/.exec(rate)?.[0])).to.deep.equal(['save 5 %', 'save 16 %', undefined]);
    expect(
      rates.map((rate) => rate.split(' · ').at(-1)),
      'the first hour is told in minutes',
    ).to.deep.equal(['1.7 h of calls', '8.3 h of calls', '10 min of calls']);
  });

  it('credits.checkout P12: 9 and 1,001 credits are refused before anything is sent, 10 and 1,000 go', async () => {
    const { opened } = tabs();
    const { element, network, part } = await open<WlBuyCredits>(shop, {
      'bootstrap.read': signedIn(),
      'credits.checkout': started,
      'purchases.cancel': purchase({ state: 'expired' }),
      'purchases.read': purchase(),
    });
    for (const [typed, goes] of [
      ['9', false],
      ['1001', false],
      ['10.5', false],
      ['', false],
      ['10', true],
      ['1000', true],
    ] as const) {
      const amount = part('amount') as HTMLInputElement;
      amount.value = typed;
      amount.dispatchEvent(new InputEvent('input'));
      await settled(element);
      part('button-primary').click();
      for (let turn = 0; turn < 3; turn += 1) await settled(element);
      expect(network.named('credits.checkout').length > 0, typed).to.equal(goes);
      if (!goes) {
        expect(words(element.shadowRoot!.querySelector('#amount-error'))).to.equal('Enter whole credits from 10 to 1,000.');
        await expect(element).to.be.accessible();
      } else {
        const { amountMillis, centsPer100Credits, currency } = network.calls.find(({ name }) => name === 'credits.checkout')!.input;
        expect({ amountMillis, centsPer100Credits, currency }).to.eql({
          amountMillis: Number(typed) * 1000,
          centsPer100Credits: 950,
          currency: 'EUR',
        });
        network.calls.splice(0);
        part('button-secondary');
        element.shadowRoot!.querySelectorAll<HTMLElement>('button[part=button-secondary]')[0]!.click();
        await settled(element);
      }
    }
    expect(opened).to.have.length(2);
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

  it('credits.checkout SX14: where the price has changed the new one stands there, and is paid by another click', async () => {
    tabs();
    const changed = { status: 409, code: 'quote.changed', message: 'The price has changed since it was shown. Look at the new one.' };
    const { element, part, text, network } = await open<WlBuyCredits>(shop, { 'bootstrap.read': signedIn(), 'credits.checkout': changed });
    const dearer = packages.packages.map((one) => ({ ...one, priceCents: one.priceCents + 100 }));
    network.answers['bootstrap.read'] = signedIn({ packages: { ...packages, packages: dearer } });
    const buy = async () => {
      part('button-primary').click();
      for (let turn = 0; turn < 6; turn += 1) await settled(element);
    };
    await buy();
    expect(text('error')).to.contain(changed.message);
    expect(text('button-primary')).to.equal('Buy 500 credits for €40.90');
    await buy();
    const shown = network.named('credits.checkout').map(({ input }) => [input.creditsMillis, input.priceCents, input.currency]);
    expect(shown).to.eql([
      [500_000, 3990, 'EUR'],
      [500_000, 4090, 'EUR'],
    ]);
  });

  it('credits.checkout RG7: an unanswered request is repeated under the same key, and a new wish gets a new one', async () => {
    tabs();
    const { element, part, network } = await open<WlBuyCredits>(shop, {
      'bootstrap.read': signedIn(),
      'credits.checkout': 'offline',
      'purchases.cancel': purchase({ state: 'expired' }),
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
    expect(text('empty')).to.equal('You have view-only access.');
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
    expect(empty.text('empty')).to.contain('Nothing to buy right now.');
    const visitor = await open<WlBuyCredits>(shop, { 'bootstrap.read': bootstrap() });
    expect(visitor.text('empty')).to.equal('Sign in to buy credits.');
    const signUp = visitor.root.appendChild(document.createElement('wl-signup'));
    visitor.kit.changed();
    await settled(visitor.element);
    expect(visitor.text('button-primary')).to.equal('Sign in to buy');
    signUp.remove();
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

  it('credits.checkout E12: if the payment code does not load the page says so, and the next click buys', async () => {
    const { opened } = tabs();
    const page = await open<WlBuyCredits>(shop, {
      'bootstrap.read': signedIn(),
      'credits.checkout': started,
      'purchases.read': purchase(),
    });
    const deferred = await page.kit.loadDeferred();
    const { loadCheckout } = deferred;
    const click = async () => {
      page.part('button-primary').click();
      page.part('button-primary').click();
      for (let turn = 0; turn < 4; turn += 1) await settled(page.element);
    };
    deferred.loadCheckout = () => Promise.reject(new TypeError('Failed to fetch dynamically imported module'));
    await click();
    deferred.loadCheckout = loadCheckout;
    expect(opened).to.deep.equal(['closed']);
    expect(page.text('offline')).to.contain('There is no connection.');
    await click();
    expect(opened).to.deep.equal(['closed', 'https://pay.test/cs_1']);
  });
});
