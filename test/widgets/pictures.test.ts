import { expect, html } from '@open-wc/testing';
import type { TemplateResult } from 'lit';
import '../../widgets/elements/balance-meter/balance-meter.ts';
import '../../widgets/elements/buy-credits/buy-credits.ts';
import type { WlElement } from '../../widgets/ui/element.ts';
import '../../widgets/elements/sign-up/sign-up.ts';
import '../../widgets/elements/statement/statement.ts';
import { balance, signedIn } from './support/answers.ts';
import { close, open, settled, words } from './support/page.ts';

const nothingToBuy = signedIn({ packages: { packages: [], custom: null, payable: true } });
const nothing = { things: [], asOf: 0, availableMillis: 0, firstAt: null, next: null };
const none = { entries: [], lifetime: { assigned: 0, used: 0, reversed: 0 }, next: null };

describe('empty and broken states', () => {
  afterEach(close);

  const states: [string, TemplateResult, Parameters<typeof open>[1], string][] = [
    ['nobody is signed in', html`<wl-balance-meter></wl-balance-meter>`, {}, 'Sign in to see your credits.'],
    ['there is nothing to buy', html`<wl-buy-credits></wl-buy-credits>`, { 'bootstrap.read': nothingToBuy }, 'Nothing to buy'],
    [
      'nothing has happened',
      html`<wl-statement></wl-statement>`,
      { 'bootstrap.read': signedIn(), 'credits.statement': none, 'credits.history': nothing },
      'No activity yet.',
    ],
    ['there is no connection', html`<wl-balance-meter></wl-balance-meter>`, { 'bootstrap.read': 'offline' }, 'There is no connection'],
  ];
  for (const [state, markup, answers, sentence] of states)
    it(`E12: where ${state}, a picture stands beside the sentence and says nothing of its own`, async () => {
      const { element } = await open<WlElement>(markup, answers);
      for (let turn = 0; turn < 4; turn += 1) await settled(element);
      const picture = element.shadowRoot!.querySelector('svg[width="64"]')!;
      expect(picture.getBoundingClientRect().width).to.equal(64);
      expect(picture.getAttribute('aria-hidden')).to.equal('true');
      expect(picture.querySelector('image, use, text, title')).to.equal(null);
      expect(words(element.shadowRoot!.querySelector('.frame'))).to.contain(sentence);
      await expect(element).to.be.accessible();
    });

  it('Q3: the sentence stands where it stays, also before the picture is there', async () => {
    const { element, kit } = await open<WlElement>(html`<wl-balance-meter></wl-balance-meter>`);
    const { deferred } = kit;
    const left = async (come: typeof deferred) => {
      kit.deferred = come;
      kit.changed();
      await settled(element);
      const drawn = !!element.shadowRoot!.querySelector('svg path');
      return { drawn, left: element.shadowRoot!.querySelector('[part=signed-out]')!.getBoundingClientRect().left };
    };
    const [before, after] = [await left(undefined), await left(deferred)];
    expect({ before: before.drawn, after: after.drawn }).to.deep.equal({ before: false, after: true });
    expect(before.left).to.equal(after.left);
  });

  it('Q3: what all elements have waited for is rendered by each in a task of its own', async () => {
    const { kit, root } = await open<WlElement>(html`<wl-balance-meter></wl-balance-meter>`, { 'bootstrap.read': signedIn() });
    const { data, balance: known } = kit;
    Object.assign(kit, { data: undefined, balance: null });
    const meters = [1, 2, 3].map(() => root.appendChild(document.createElement('wl-balance-meter') as WlElement));
    for (const meter of meters) await settled(meter);
    Object.assign(kit, { data, balance: known });
    kit.changed();
    await meters[0]?.updateComplete;
    expect(meters.map(({ shadowRoot }) => !!shadowRoot?.querySelector('progress'))).to.deep.equal([true, false, false]);
  });

  it('credits.balance C3: credits that are used up look as serious as the last ones; none yet look calm', async () => {
    for (const [given, serious] of [
      [{ available: 0, used: 100_000, level: 'empty' as const }, true],
      [{ available: 0, used: 0, assigned: 0, level: 'empty' as const }, false],
    ] as const) {
      const { part } = await open<WlElement>(html`<wl-balance-meter></wl-balance-meter>`, {
        'bootstrap.read': signedIn({ balance: balance(given) }),
      });
      expect(getComputedStyle(part('sentence')).color !== getComputedStyle(part('frame')).color).to.equal(serious);
    }
  });

  it('H1: inside the account view the meter has no frame of its own', async () => {
    const { element, root } = await open<WlElement>(html`<wl-signup></wl-signup>`, { 'bootstrap.read': signedIn() });
    root.style.cssText = '--wl-surface: #eee; --wl-padding: 20px; --wl-frame-shadow: 0 0 9px red';
    const frame = element.shadowRoot!.querySelector('wl-balance-meter')!.shadowRoot!.querySelector('.frame')!;
    const { paddingTop, boxShadow } = getComputedStyle(frame);
    expect({ paddingTop, boxShadow }).to.deep.equal({ paddingTop: '0px', boxShadow: 'none' });
  });
});
