import { expect, html } from '@open-wc/testing';
import type { WlBalanceMeter } from '../../widgets/elements/balance-meter/balance-meter.ts';
import '../../widgets/elements/balance-meter/balance-meter.ts';
import { account, balance, bootstrap, signedIn } from './support/answers.ts';
import { close, open, settled, words } from './support/page.ts';

const meter = html`<wl-balance-meter>Your credits <a slot="low" href="#buy">Buy more</a></wl-balance-meter>`;
const shown = (given: Parameters<typeof balance>[0]) =>
  open<WlBalanceMeter>(meter, { 'bootstrap.read': signedIn({ balance: balance(given) }) });

/** The same to somebody who has not confirmed the e-mail. */
const shownBefore = (given: Parameters<typeof balance>[0]) =>
  open<WlBalanceMeter>(meter, { 'bootstrap.read': signedIn({ balance: balance(given), account: { ...account, emailVerified: false } }) });

/** A color as a screen shows it: red, green and blue, whatever it is written in. */
function painted(color: string): number[] {
  const context = document.createElement('canvas').getContext('2d')!;
  context.fillStyle = color;
  context.fillRect(0, 0, 1, 1);
  return [...context.getImageData(0, 0, 1, 1).data].slice(0, 3);
}

describe('<wl-balance-meter>', () => {
  afterEach(close);

  it('credits.balance C2: shows available | used | assigned', async () => {
    const { text, element } = await shown({});
    expect(text('figures')).to.equal('70 | 30 | 100');
    expect(getComputedStyle(element.shadowRoot!.querySelector('data')!, '::after').content).to.equal('"Available"');
    await expect(element).to.be.accessible();
  });

  it('credits.balance C2: in a narrow column a figure moves below another, and none breaks', async () => {
    const { part, element } = await open<WlBalanceMeter>(
      meter,
      { 'bootstrap.read': signedIn({ balance: balance({ available: 294_983_000, used: 31_483_120, assigned: 326_466_120 }) }) },
      { style: 'width: 180px' },
    );
    expect(element.scrollWidth).to.be.at.most(180);
    const heights = [...part('figures').querySelectorAll('data')].map((figure) => figure.getBoundingClientRect().height);
    const line = Number.parseFloat(getComputedStyle(part('figures')).lineHeight);
    for (const height of heights) expect(height).to.be.below(line * 2.2);
    const [divider] = part('figures').querySelectorAll('span');
    expect(getComputedStyle(divider!).borderInlineStartColor).not.to.match(/(, 0|\/ 0)\)$/);
  });

  it('credits.balance C19: what is owed is said in one sentence, and nothing where nothing is', async () => {
    const { text, element } = await shown({ available: 0, level: 'empty', debt: 40_500 });
    expect(text('debt')).to.equal('40.5 credits are owed, because a payment went back. The next purchase pays it first.');
    await expect(element).to.be.accessible();
    expect((await shown({})).part('debt')).to.equal(null);
  });

  it('credits.balance MT7 LW4: free credits that pay for calls only are told apart', async () => {
    const { text, element } = await shown({ available: 70_000, callsOnly: 20_000 });
    expect(text('free')).to.equal('20 free credits, for calls only.');
    await expect(element).to.be.accessible();
    expect((await shown({})).part('free')).to.equal(null);
  });

  it('credits.balance LW26: a healthy bar is in the brand color, but for one that would read as a warning', async () => {
    const { element, part } = await shown({});
    const saturation = (color: string): number => {
      element.style.setProperty('--wl-primary', color);
      const parts = painted(getComputedStyle(part('bar')).color);
      return Math.max(...parts) - Math.min(...parts);
    };
    for (const color of ['#f59e0b', '#dc2626', '#f97316', '#eab308', '#db2777']) expect(saturation(color), color).to.be.below(8);
    for (const color of ['#2563eb', '#0c5b50', '#7c3aed', '#16a34a']) expect(saturation(color), color).to.be.above(40);
  });

  it('credits.balance C2 LW19: shows two decimals, and the exact figure as a title', async () => {
    const { text, element } = await shown({ available: 98_983, used: 1_017 });
    expect(text('figures')).to.equal('98.98 | 1.02 | 100');
    const titles = [...element.shadowRoot!.querySelectorAll('data')].map(({ title }) => title);
    expect(titles).to.deep.equal(['98.983', '1.017', '100']);
    expect((await shown({ available: 4, used: 99_996, level: 'critical' })).text('sentence')).to.equal('Only 0.004 credits left');
  });

  it('credits.balance C2 C3 MT17: used-up credits are red, with what follows and a way to buy on the page', async () => {
    const used = { available: 0, used: 150_000, assigned: 150_000, level: 'empty' } as const;
    const page = await open<WlBalanceMeter>(html`<wl-balance-meter></wl-balance-meter>`, {
      'bootstrap.read': signedIn({ balance: balance(used) }),
    });
    expect(page.text('figures')).to.equal('0 | 150 | 150');
    expect(getComputedStyle(page.part('sentence')).color).not.to.equal(getComputedStyle(page.part('frame')).color);
    expect(page.text('notice')).to.equal('Calls stop until you add credits.');
    expect(page.part('button-primary')).to.equal(null, 'this page sells nothing');
    const shop = document.createElement('wl-open') as HTMLElement & { open(): void };
    shop.setAttribute('for', 'buy-credits');
    let opened = 0;
    shop.open = () => (opened += 1);
    page.root.append(shop);
    page.kit.changed();
    await settled(page.element);
    page.part('button-primary').click();
    expect(opened).to.equal(1);
    await expect(page.element).to.be.accessible();
    page.kit.update(balance({ seq: 9, available: 100_000, used: 0, assigned: 100_000 }));
    await settled(page.element);
    expect({ figures: page.text('figures'), notice: page.text('notice') }).to.deep.equal({ figures: '100 | 0 | 100', notice: '' });
  });

  it('credits.balance C3 MT20: a screen reader hears once that credits run out, and not each call', async () => {
    const { element, kit, text } = await shown({ available: 20_000, used: 80_000, level: 'low' });
    const spoken = [...element.shadowRoot!.querySelectorAll('[role=status]')];
    expect(spoken.map((one) => words(one))).to.deep.equal(['Your credits run out soon. Calls stop when they are used up.']);
    const changes: unknown[] = [];
    const observer = new MutationObserver((records) => changes.push(...records));
    observer.observe(spoken[0]!, { childList: true, characterData: true, subtree: true });
    kit.update(balance({ seq: 8, available: 19_000, used: 81_000, level: 'low' }));
    await settled(element);
    expect(text('sentence')).to.equal('19 credits left, running low');
    expect(observer.takeRecords().length + changes.length).to.equal(0);
    observer.disconnect();
  });

  for (const [available, level, token, sentence] of [
    [25_000, 'enough', '--wl-primary', '25 credits left'],
    [24_900, 'low', '--wl-warning', '24.9 credits left, running low'],
    [10_000, 'low', '--wl-warning', '10 credits left, running low'],
    [9_900, 'critical', '--wl-danger', 'Only 9.9 credits left'],
  ] as const) {
    it(`credits.balance C3: at ${available / 1000} % the bar is ${level}, in color, words and for screen readers`, async () => {
      const { root, part, text, element } = await shown({ available, used: 100_000 - available, level });
      expect(part('bar')).to.have.class(level);
      root.style.setProperty(token, 'rgb(1, 2, 3)');
      expect(painted(getComputedStyle(part('bar')).color)).to.deep.equal([1, 2, 3]);
      expect(text('sentence')).to.equal(sentence);
      expect(part('bar').getAttribute('aria-valuetext')).to.equal(`${available / 1000} of 100 credits left`);
      expect(element.shadowRoot!.querySelector<HTMLElement>('slot[name=low]')!.hidden).to.equal(level === 'enough');
      await expect(element).to.be.accessible();
    });
  }

  it('credits.balance C2: says that there are none yet, and that free ones wait', async () => {
    const { text, element } = await shownBefore({ available: 0, used: 0, assigned: 0, level: 'empty', waiting: 10_000, seq: 0 });
    expect(text('sentence')).to.equal('No credits yet');
    expect(text('waiting')).to.equal('10 free credits wait for your confirmed e-mail.');
    await expect(element).to.be.accessible();
  });

  it('credits.balance F27: whoever has confirmed the e-mail is not told to, where free credits wait for room', async () => {
    const { text, element } = await shown({ available: 0, used: 0, assigned: 0, level: 'empty', waiting: 10_000, seq: 0 });
    expect(text('waiting')).to.equal('10 free credits come later.');
    await expect(element).to.be.accessible();
  });

  it('credits.balance C2: who has used all credits has none left, not none yet', async () => {
    const { text } = await shown({ available: 0, used: 0, assigned: 0, level: 'empty', seq: 7 });
    expect(text('sentence')).to.equal('No credits left');
  });

  it('credits.balance C2: one credit is not some credits, to the eye and to screen readers', async () => {
    const { text, part } = await shownBefore({ available: 1_000, used: 0, assigned: 1_000, level: 'enough', waiting: 1_000, debt: 1_000 });
    expect(text('sentence')).to.equal('1 credit left');
    expect(part('bar').getAttribute('aria-valuetext')).to.equal('1 of 1 credit left');
    expect(text('waiting')).to.equal('1 free credit waits for your confirmed e-mail.');
    expect(text('debt')).to.match(/^1 credit is owed/);
  });

  it('credits.balance C2: on a page in another language our words follow their own rules, and its words follow its', async () => {
    const page = await open<WlBalanceMeter>(html`<wl-balance-meter lang="fr"></wl-balance-meter>`, {
      'bootstrap.read': signedIn({ balance: balance({ available: 1_500, level: 'enough' }) }),
    });
    expect(page.text('sentence')).to.equal('1,5 credits left');
    page.element.strings = { 'meter.enough': '{available crédits|one: crédit}' };
    await settled(page.element);
    expect(page.text('sentence')).to.equal('1,5 crédit');
  });

  it('live.stream U7: follows every change without a reload, and ignores what is older', async () => {
    const { network, element, text, events } = await shown({});
    network.push({ seq: 4, kind: 'call', amount: -1_017, purchaseId: null, balance: balance({ available: 68_983, used: 31_017, seq: 4 }) });
    await settled(element);
    expect(text('figures')).to.equal('68.98 | 31.02 | 100');
    network.push({ seq: 2, kind: 'hello', amount: 0, purchaseId: null, balance: balance({ available: 1, seq: 2 }) });
    await settled(element);
    expect(text('figures')).to.equal('68.98 | 31.02 | 100');
    expect(events.filter(([name]) => name === 'wl-balance-changed')).to.have.length(2);
  });

  it('live.stream S14: a session that was ended elsewhere leaves nothing of its member on the page', async () => {
    const over = { status: 401, code: 'session.missing', message: 'Please sign in again.' };
    const { element, text, kit } = await open<WlBalanceMeter>(meter, { 'bootstrap.read': signedIn(), 'live.stream': over });
    await settled(element);
    await settled(element);
    expect({ account: kit.account, said: text('signed-out') }).to.deep.equal({ account: null, said: 'Sign in to see your credits.' });
  });

  it('live.stream MT22: the open page of a client that is disabled reads why, and shows nothing of it any more', async () => {
    const message = 'This account is disabled. Please contact support.';
    let loads = 0;
    const { element, text, kit, part, network } = await open<WlBalanceMeter>(meter, {
      'bootstrap.read': () => (++loads === 1 ? signedIn() : bootstrap({ notice: message, noticeCode: 'disabled' })),
      'live.stream': { status: 403, code: 'client.disabled', message },
    });
    for (let turn = 0; turn < 3; turn += 1) await settled(element);
    expect({ said: text('closed'), account: kit.account, loads }).to.deep.equal({ said: message, account: null, loads: 2 });
    expect(part('figures')).to.equal(null);
    expect(network.named('live.stream')).to.have.length(1);
    await expect(element).to.be.accessible();
  });

  it('shows what the page wrote until the balance is known, and keeps its room', async () => {
    const { element } = await open<WlBalanceMeter>(
      html`<wl-balance-meter></wl-balance-meter>`,
      { 'bootstrap.read': 'never' },
      { wait: false },
    );
    const before = element.getBoundingClientRect().height;
    expect(element.shadowRoot!.querySelector('slot:not([name])')).to.exist;
    await expect(element).to.be.accessible();
    const { element: known } = await shown({});
    expect(Math.abs(before - known.getBoundingClientRect().height)).to.be.below(24);
  });

  it('says where the way in is when nobody is signed in', async () => {
    const { text, element } = await open<WlBalanceMeter>(html`<wl-balance-meter></wl-balance-meter>`, { 'bootstrap.read': bootstrap() });
    expect(text('signed-out')).to.equal('Sign in to see your credits.');
    await expect(element).to.be.accessible();
  });

  it('bootstrap.read E12: with the API stopped it offers a retry, which recovers without a reload', async () => {
    const { element, network, part, text } = await open<WlBalanceMeter>(meter, { 'bootstrap.read': 'offline' });
    expect(text('error')).to.contain('There is no connection at the moment.');
    await expect(element).to.be.accessible();
    network.answers['bootstrap.read'] = signedIn();
    part('retry').click();
    await settled(element);
    expect(text('figures')).to.equal('70 | 30 | 100');
  });

  it('bootstrap.read E12 MT16: a slow API keeps the skeleton and one quiet line, and is no error', async () => {
    const { element, part, kit } = await open<WlBalanceMeter>(
      html`<wl-balance-meter></wl-balance-meter>`,
      { 'bootstrap.read': 'never' },
      { wait: false },
    );
    await new Promise<void>((resolve) => kit.watch(() => kit.isSlow && resolve()));
    await settled(element);
    expect({ refused: kit.refused, slow: words(part('slow')), error: part('error') }).to.deep.equal({
      refused: undefined,
      slow: 'Still loading…',
      error: null,
    });
    expect(part('skeleton')).to.contain(part('slow'));
    await expect(element).to.be.accessible();
  });

  it('credits.balance E12: a connection that is lost later leaves what was known last, and says so', async () => {
    const { element, text } = await shown({});
    window.dispatchEvent(new Event('offline'));
    await settled(element);
    expect(text('offline')).to.contain('This was known last.');
    expect(text('figures')).to.equal('70 | 30 | 100');
    await expect(element).to.be.accessible();
  });

  it('every text can be replaced, for one element or for all', async () => {
    const { element, kit, text } = await open<WlBalanceMeter>(
      html`<wl-balance-meter strings='{"meter.enough":"{available} Minuten"}'></wl-balance-meter>`,
      {
        'bootstrap.read': signedIn(),
      },
    );
    expect(text('sentence')).to.equal('70 Minuten');
    kit.strings = { 'meter.available': 'Frei' };
    kit.changed();
    await settled(element);
    expect(words(element.shadowRoot!.querySelector('data'))).to.equal('70');
    expect(element.shadowRoot!.querySelector('data')!.dataset.label).to.equal('Frei');
  });
});
