import { expect, html } from '@open-wc/testing';
import type { WlBalanceMeter } from '../../widgets/elements/balance-meter/balance-meter.ts';
import type { WlBuyCredits } from '../../widgets/elements/buy-credits/buy-credits.ts';
import type { WlGate } from '../../widgets/elements/gate/gate.ts';
import type { WlNumberPurchase } from '../../widgets/elements/number-purchase/number-purchase.ts';
import type { WlSignup } from '../../widgets/elements/sign-up/sign-up.ts';
import '../../widgets/elements/balance-meter/balance-meter.ts';
import '../../widgets/elements/buy-credits/buy-credits.ts';
import '../../widgets/elements/gate/gate.ts';
import '../../widgets/elements/number-purchase/number-purchase.ts';
import '../../widgets/elements/sign-up/sign-up.ts';
import type { WlElement } from '../../widgets/ui/element.ts';
import { balance, signedIn } from './support/answers.ts';
import { listenToConsole } from './support/console.ts';
import { offer } from './support/numbers.ts';
import { close, open, settled, words } from './support/page.ts';
import { done, holdTimers } from './support/timers.ts';

const known = { 'bootstrap.read': signedIn({ balance: balance({ available: 1_234_500, assigned: 2_000_000 }) }) };
const sells = { ...known, 'numbers.offer': offer(), 'numbers.list': { numbers: [] }, 'agents.list': { agents: [] } };
const meter = html`<wl-balance-meter></wl-balance-meter>`;

/** The sentences in the console, for as long as a test runs. */
let said: string[] = [];
let stop = (): void => {};

/** Waits until the console was told so many sentences; they come later than what the visitor sees. */
async function told(count: number): Promise<string[]> {
  for (let turn = 0; turn < 50 && said.length < count; turn += 1) await done();
  return said;
}

describe('what a page hands in', () => {
  beforeEach(() => {
    ({ said, stop } = listenToConsole());
  });
  afterEach(() => {
    close();
    stop();
    document.documentElement.lang = 'en';
  });

  for (const [lang, figure] of [
    ['en_US', '1,234.5'],
    ['de_DE_formal', '1.234,5'],
    ['auto', new Intl.NumberFormat().format(1234.5)],
    ['x', new Intl.NumberFormat().format(1234.5)],
    ['de-DE-', new Intl.NumberFormat().format(1234.5)],
  ] as const)
    it(`the language PG1: figures stand in every element where the language is "${lang}"`, async () => {
      document.documentElement.lang = lang;
      const { element, part } = await open<WlSignup>(html`<wl-signup></wl-signup>`, known);
      const inner = element.shadowRoot!.querySelector<WlBalanceMeter>('wl-balance-meter')!;
      await settled(inner);
      expect(words(inner.shadowRoot!.querySelector('data'))).to.equal(figure);
      expect(part('heading').textContent).to.contain('Welcome, Ada');
      const shop = await open<WlBuyCredits>(html`<wl-buy-credits></wl-buy-credits>`, known);
      expect(shop.part('button-primary').textContent).to.contain('Buy 500');
    });

  it('the language PG1: a language that changes later counts, on the page and on anything around an element', async () => {
    document.documentElement.lang = 'en';
    const markup = html`<section><div class="host"></div></section>`;
    const { root } = await open<WlElement>(markup, known);
    const inside = root.querySelector('.host')!.attachShadow({ mode: 'open' });
    inside.innerHTML = '<wl-balance-meter></wl-balance-meter>';
    const element = inside.querySelector<WlBalanceMeter>('wl-balance-meter')!;
    const figure = async () => {
      await done();
      await settled(element);
      return words(element.shadowRoot!.querySelector('data'));
    };
    expect(await figure()).to.equal('1,234.5');
    document.documentElement.lang = 'de_DE';
    expect(await figure()).to.equal('1.234,5');
    root.querySelector('section')!.lang = 'en';
    expect(await figure()).to.equal('1,234.5');
    root.querySelector('section')!.lang = 'auto';
    expect(await figure()).to.equal(new Intl.NumberFormat().format(1234.5));
  });

  for (const [name, strings, count] of [
    ['no JSON', "{'a':1}", 1],
    ['an object as text', '[object Object]', 1],
    ['a number', '7', 0],
    ['null', 'null', 0],
  ] as const)
    it(`the texts PG1: an attribute that is ${name} leaves our texts, and the console says it once`, async () => {
      const { text } = await open<WlBalanceMeter>(html`<wl-balance-meter strings=${strings}></wl-balance-meter>`, known);
      expect(text('sentence')).to.equal('1,234.5 credits left');
      expect((await told(count)).length).to.equal(count);
      if (count) expect(said[0]).to.contain('"strings" is an object of texts by their keys');
    });

  it('the texts PG1: a property without a value, or with one that is no text, leaves our texts', async () => {
    const { element, kit, text } = await open<WlBalanceMeter>(meter, known);
    for (const given of [
      null,
      undefined,
      'text',
      7,
      () => {},
      [1],
      { 'meter.enough': 7 },
      { 'meter.enough': {} },
      { 'meter.enough': undefined },
    ]) {
      element.strings = given as never;
      await settled(element);
      expect(text('sentence'), String(given)).to.equal('1,234.5 credits left');
      kit.strings = given;
      kit.changed();
      await settled(element);
      expect(text('sentence'), String(given)).to.equal('1,234.5 credits left');
    }
    element.strings = { 'meter.enough': 'Own words', 'meter.used': 7 } as never;
    await settled(element);
    expect(text('sentence')).to.equal('Own words');
  });

  it('an attribute PG1: a mode that there is not is the usual one, and the console names those that there are', async () => {
    const { element, part } = await open<WlSignup>(html`<wl-signup mode="login"></wl-signup>`, {
      'bootstrap.read': { ...signedIn(), account: null },
    });
    expect(part('heading').textContent).to.equal('Create your account');
    expect(words(element.querySelector('button[type=submit]'))).to.equal('Create account');
    expect(await told(1)).to.eql(['<wl-signup mode> is one of sign-up, sign-in, forgot, reset, and not login.']);
    element.mode = null as never;
    await settled(element);
    expect(part('heading').textContent).to.equal('Create your account');
    element.setAttribute('mode', 'sign-in');
    await settled(element);
    expect(part('heading').textContent).to.equal('Sign in');
    expect(said.length).to.equal(1);
  });

  it('an attribute PG1: every choice, number and list of words of an attribute has a usual value', async () => {
    const shop = await open<WlBuyCredits>(html`<wl-buy-credits mode="popup" package="none"></wl-buy-credits>`, known);
    expect({ mode: shop.element.mode, hint: shop.text('hint') }).to.eql({
      mode: 'tab',
      hint: 'You pay on a secure page in a new tab.',
    });
    const gate = await open<WlGate>(html`<wl-gate balance="20 credits"><p id="behind"></p></wl-gate>`, known);
    expect(gate.element.balance).to.equal(0);
    for (const [ways, count] of [
      ['buy,manual', 2],
      ['none', 4],
      [null, 4],
    ] as const) {
      const numbers = await open<WlNumberPurchase>(html`<wl-number-purchase .ways=${ways as never}></wl-number-purchase>`, sells);
      for (let turn = 0; turn < 4; turn += 1) await settled(numbers.element);
      expect(numbers.element.shadowRoot!.querySelectorAll('[part=way]').length, `${ways}`).to.equal(count);
    }
    expect((await told(3)).map((sentence) => sentence.split(' is ')[0])).to.eql([
      '<wl-buy-credits mode>',
      '<wl-gate balance>',
      '<wl-number-purchase ways>',
    ]);
  });

  for (const [name, session, sentence] of [
    ['throws', () => Promise.reject(new Error('my server is down')), 'wl.session failed: Error: my server is down.'],
    [
      'throws at once',
      () => {
        throw new TypeError('no');
      },
      'wl.session failed: TypeError: no.',
    ],
    ['answers the whole answer', async () => ({ session: { token: 't' } }), 'wl.session answered no token but an object.'],
    ['is the token', 'token', 'wl.session failed: TypeError'],
  ] as const)
    it(`the session PG1: where wl.session ${name}, visitors read a neutral sentence with a way out, and the console the rest`, async () => {
      const { element, kit, network, text, part } = await open<WlBalanceMeter>(meter, known, { session: session as never });
      expect(text('error')).to.equal('This is not available at the moment. Try again');
      expect(network.named('bootstrap.read').length).to.equal(0);
      expect((await told(1))[0]).to.contain(sentence);
      kit.session.source = async () => 'good';
      part('retry').click();
      for (let turn = 0; turn < 4; turn += 1) await settled(element);
      expect(text('sentence')).to.equal('1,234.5 credits left');
    });

  it('the session PG1: a wl.session that never answers is given up after 15 seconds', async () => {
    const { kit } = await open<WlBalanceMeter>(meter, known);
    const timers = holdTimers();
    try {
      kit.session.source = () => new Promise(() => {});
      void kit.load();
      await done();
      await timers.pass(14_999);
      expect(kit.refused?.code).not.to.equal('unavailable');
      await timers.pass(1);
      expect(kit.refused?.code).to.equal('unavailable');
    } finally {
      timers.release();
    }
  });

  it('the session PG1: a page that signs nobody in answers null, undefined or nothing', async () => {
    for (const nobody of [null, undefined, '']) {
      const { network, kit } = await open<WlBalanceMeter>(meter, known, { session: async () => nobody });
      expect({ input: network.named('bootstrap.read')[0]?.input, refused: kit.refused }).to.eql({ input: {}, refused: undefined });
    }
    expect(said).to.eql([]);
  });
});
