import { expect, html } from '@open-wc/testing';
import { render } from 'lit';
import '../../../widgets/elements/balance-meter/balance-meter.ts';
import '../../../widgets/elements/buy-credits/buy-credits.ts';
import '../../../widgets/elements/sign-up/sign-up.ts';
import { provideKit } from '../../../widgets/kit/context.ts';
import { Kit } from '../../../widgets/kit/kit.ts';
import type { WlElement } from '../../../widgets/ui/element.ts';
import { balance, signedIn, tokenFor } from '../support/answers.ts';
import { listenToConsole } from '../support/console.ts';
import { close, loadDeferred, open, settled, words } from '../support/page.ts';

const meter = html`<wl-balance-meter></wl-balance-meter>`;

/** Collects the page's console output during some work. */
async function consoleOf(work: () => Promise<unknown>): Promise<string[]> {
  const { said, stop } = listenToConsole();
  await work();
  stop();
  return said;
}

describe('the kit', () => {
  afterEach(close);

  it('bootstrap.read E14: six elements make one request and one stream, without a preflight', async () => {
    const { network, element } = await open<WlElement>(
      html`<div>
        <wl-signup></wl-signup><wl-buy-credits></wl-buy-credits><wl-balance-meter></wl-balance-meter><wl-balance-meter></wl-balance-meter
        ><wl-balance-meter></wl-balance-meter><wl-buy-credits></wl-buy-credits>
      </div>`,
      { 'bootstrap.read': signedIn() },
    );
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(network.calls.map(({ name }) => name)).to.deep.equal(['bootstrap.read', 'live.stream']);
    expect([...network.calls[0]!.headers]).to.deep.equal([['content-type', 'text/plain']]);
    expect(network.calls[0]!.url.searchParams.get('key')).to.match(/^wlp_test_/);
    expect(network.calls[1]!.headers.get('Authorization')).to.equal(`Bearer ${tokenFor()}`);
    expect(network.calls[1]!.url.searchParams.get('after')).to.equal('3');
    expect(element).to.exist;
  });

  it('bootstrap.read: while the agency has switched its widgets off, each shows its notice and nothing else', async () => {
    for (const markup of [meter, html`<wl-signup></wl-signup>`, html`<wl-buy-credits></wl-buy-credits>`]) {
      const { text, element } = await open<WlElement>(markup, { 'bootstrap.read': signedIn({ notice: 'We are back on Monday.' }) });
      expect({ frame: text('frame'), closed: text('closed') }).to.deep.equal({
        frame: 'We are back on Monday.',
        closed: 'We are back on Monday.',
      });
      expect(document.querySelector('input')).to.equal(null);
      await expect(element).to.be.accessible();
    }
  });

  it('live.stream E16: fifty times out of the page and back leave one watcher and one stream', async () => {
    const { network, element, kit, text } = await open<WlElement>(meter, { 'bootstrap.read': signedIn() });
    const parent = element.parentElement!;
    for (let turn = 0; turn < 50; turn += 1) {
      element.remove();
      parent.append(element);
    }
    let renders = 0;
    element.requestUpdate = () => {
      renders += 1;
    };
    kit.changed();
    expect({ renders, streams: network.streams.size, opened: network.named('live.stream').length }).to.deep.equal({
      renders: 1,
      streams: 1,
      opened: 1,
    });
    expect(text('figures')).to.equal('70 | 30 | 100');
  });

  it('bootstrap.read T6: a refused page gets a neutral sentence, and the developer a line with the origin', async () => {
    const refused = { status: 403, code: 'origin.refused', message: 'This page may not use this key.' };
    let shown = '';
    const lines = await consoleOf(async () => {
      const { text, element, kit } = await open<WlElement>(meter, { 'bootstrap.read': refused }, { key: 'wlp_live_page' });
      await kit.loadDeferred();
      await settled(element);
      shown = text('error');
      expect(element.shadowRoot!.querySelector('[part=retry]')).to.equal(null);
      await expect(element).to.be.accessible();
    });
    expect(shown).to.equal('This is not available on this page.');
    expect(lines).to.have.length(1);
    expect(lines[0]).to.contain(location.origin).and.to.contain('agency.update');
  });

  for (const [key, says] of [
    ['wls_test_secret', 'secret key'],
    ['pk_test_stripe', "Stripe's"],
    ['', 'is empty'],
  ] as const) {
    it(`bootstrap.read T3: a key of the wrong kind (${key || 'none'}) is named and never sent`, async () => {
      const lines = await consoleOf(async () => {
        const { network, element, kit } = await open<WlElement>(meter, {}, { key });
        await kit.loadDeferred();
        await settled(element);
        expect(network.calls).to.have.length(0);
      });
      expect(lines).to.have.length(1);
      expect(lines[0]).to.contain(says).and.not.to.contain('wls_test_secret');
    });
  }

  it('bootstrap.read E15: two roots with different keys do not mix', async () => {
    const one = await open<WlElement>(meter, {
      'bootstrap.read': (_, { url }) =>
        signedIn({ balance: balance({ available: url.searchParams.get('key') === 'wlp_test_two' ? 1_000 : 2_000 }) }),
    });
    const root = document.createElement('div');
    const kit = new Kit({ api: 'https://api.test', key: 'wlp_test_two', root }, loadDeferred);
    provideKit(root, kit);
    document.body.append(root);
    render(meter, root);
    const two = root.firstElementChild as WlElement;
    await kit.start();
    await settled(two);
    expect({ one: one.text('sentence'), two: words(two.shadowRoot!.querySelector('[part=sentence]')) }).to.deep.equal({
      one: '2 credits left',
      two: '1 credit left',
    });
    kit.close();
    root.remove();
  });

  it('live.stream U7: resumes at the last entry, closes while the page is hidden, polls if it fails', async () => {
    const { network, element, text } = await open<WlElement>(meter, {
      'bootstrap.read': signedIn(),
      'credits.balance': balance({ available: 69_000, seq: 5 }),
    });
    await new Promise((resolve) => setTimeout(resolve, 20));
    network.push({ seq: 4, kind: 'call', amount: -1, purchaseId: null, balance: balance({ seq: 4 }) });
    await settled(element);
    Object.defineProperty(document, 'hidden', { configurable: true, value: true });
    document.dispatchEvent(new Event('visibilitychange'));
    expect(network.streams.size).to.equal(0);
    network.answers['live.stream'] = 'offline';
    Object.defineProperty(document, 'hidden', { configurable: true, value: false });
    document.dispatchEvent(new Event('visibilitychange'));
    await new Promise((resolve) => setTimeout(resolve, 50));
    await settled(element);
    expect(network.named('live.stream').at(-1)!.url.searchParams.get('after')).to.equal('4');
    expect(text('sentence')).to.equal('69 credits left');
  });
});
