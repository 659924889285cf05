import { expect, html } from '@open-wc/testing';
import { render } from 'lit';
import type { WlBalanceMeter } from '../../../widgets/elements/balance-meter/balance-meter.ts';
import '../../../widgets/elements/balance-meter/balance-meter.ts';
import '../../../widgets/elements/buy-credits/buy-credits.ts';
import '../../../widgets/elements/sign-up/sign-up.ts';
import { pageAddress } from '../../../widgets/kit/page-address.ts';
import { startFromScripts } from '../../../widgets/kit/start.ts';
import { balance, bootstrap, purchase, signedIn } from '../support/answers.ts';
import { close, loadDeferred, Network, open, settled, words } from '../support/page.ts';
import { closeTabs, started, tabs } from '../support/shop.ts';

const address = 'https://api.test/embed/v1/wl.js';
const keyA = `wlp_test_a${Date.now()}`;
const keyB = `wlp_test_b${Date.now()}`;
const realFetch = window.fetch;

/** A page with two agencies, as both would paste their tag. */
async function twoAgencies(answers: ConstructorParameters<typeof Network>[0] = {}) {
  const given = { a: 'a', b: 'b' };
  const network = new Network({
    'bootstrap.read': (_, { url }) => signedIn({ balance: balance({ available: url.searchParams.get('key') === keyA ? 70_000 : 20_000 }) }),
    ...answers,
  });
  window.fetch = network.fetch;
  const page = document.createElement('div');
  const markup = html`
    <div id=${given.a}></div>
    <div id=${given.b}></div>
    <script type="text/plain" src=${address} data-key=${keyA} data-root="#a"></script>
    <script type="text/plain" src=${address} data-key=${keyB} data-root="#b"></script>
    <script type="text/plain" src=${address} data-key=${keyB} data-root="#b"></script>
  `;
  render(markup, page);
  document.body.append(page);
  startFromScripts(address, loadDeferred);
  startFromScripts(address, loadDeferred);
  const roots = ['#a', '#b'].map((root) => page.querySelector<HTMLElement>(root)!);
  // As in a page: the elements wake up once the script has run.
  for (const root of roots) render(html`<wl-balance-meter></wl-balance-meter><wl-buy-credits></wl-buy-credits>`, root);
  const meters = [...page.querySelectorAll<WlBalanceMeter>('wl-balance-meter')];
  const shown = async () => {
    for (const meter of meters) for (let turn = 0; turn < 3; turn += 1) await settled(meter);
    return meters.map((meter) => words(meter.shadowRoot!.querySelector('[part=sentence]')));
  };
  await shown();
  return { page, network, shown, roots };
}

describe('several agencies on one page', () => {
  afterEach(() => {
    close();
    closeTabs();
    window.fetch = realFetch;
    delete window.wl;
    for (const script of document.querySelectorAll('script[data-key]')) script.parentElement!.remove();
    history.replaceState(null, '', location.pathname);
  });

  it('E15: each root shows its own balance, and a tag that is pasted twice starts once', async () => {
    const { network, shown } = await twoAgencies();
    expect(await shown()).to.deep.equal(['70 credits left', '20 credits left']);
    expect(network.named('bootstrap.read').map(({ url }) => url.searchParams.get('key'))).to.deep.equal([keyA, keyB]);
    expect([...network.streams.values()].sort()).to.deep.equal([keyA, keyB].sort());
  });

  it('E15: credits bought in one leave the other as it is, and its events come from its own root', async () => {
    tabs();
    localStorage.clear();
    const { network, shown, roots } = await twoAgencies({ 'credits.checkout': started, 'purchases.read': purchase({ state: 'paid' }) });
    const heard: string[] = [];
    for (const root of roots) root.addEventListener('wl-credits-bought', () => heard.push(root.id));
    roots[1]!.querySelector('wl-buy-credits')!.shadowRoot!.querySelector<HTMLElement>('[part=button-primary]')!.click();
    await shown();
    network.push(
      { seq: 4, kind: 'purchase', amount: 500_000, balance: balance({ available: 520_000, seq: 4 }), purchaseId: 'pur_1' } as never,
      keyB,
    );
    expect(await shown()).to.deep.equal(['70 credits left', '520 credits left']);
    expect(network.named('credits.checkout').map(({ url }) => url.searchParams.get('key'))).to.deep.equal([keyB]);
    expect(heard).to.deep.equal(['b']);
    expect(network.named('credits.checkout')[0]!.input.returnUrl).to.include(`wl-key=${keyB}`);
  });

  it('E15: what a mailed link says goes to the agency whose link it is', async () => {
    history.replaceState(null, '', `?page=1&wl-key=${keyB}#wl-verify=secret`);
    const { network } = await twoAgencies({ 'accounts.verifyEmail': { email: 'ada@example.com', grantedMillis: 0 } as never });
    expect(network.named('accounts.verifyEmail').map(({ url }) => url.searchParams.get('key'))).to.deep.equal([keyB]);
    expect(location.search + location.hash).to.equal('?page=1');
  });

  it('E15: where one agency has the whole page, its address is left as it is', () => {
    expect(pageAddress({ key: keyA, root: document.documentElement })).to.equal(location.href);
  });

  it('E15: each root can be spoken to, and the first is the one of the window', async () => {
    const { roots } = await twoAgencies();
    expect(roots.map(({ wl }) => wl?.balance?.available)).to.deep.equal([70_000, 20_000]);
    expect(window.wl).to.equal(roots[0]!.wl);
  });
});

describe('a page that changes', () => {
  afterEach(close);

  it('E16: 50 times out of the page and back, one listener and one stream are left', async () => {
    const all = html`<div><wl-signup></wl-signup><wl-buy-credits></wl-buy-credits><wl-balance-meter></wl-balance-meter></div>`;
    const { root, kit, network } = await open(all as never, { 'bootstrap.read': signedIn() });
    const elements = [
      ...root.querySelectorAll<HTMLElement & { updateComplete: Promise<unknown> }>('wl-signup, wl-buy-credits, wl-balance-meter'),
    ];
    expect(elements.length).to.equal(3);
    const watch = kit.watch.bind(kit);
    const watching = new Set<() => void>();
    kit.watch = (changed) => {
      watching.add(changed);
      const unwatch = watch(changed);
      return () => {
        watching.delete(changed);
        unwatch();
      };
    };
    for (let turn = 0; turn < 50; turn += 1)
      for (const element of elements) {
        const { parentElement } = element;
        element.remove();
        parentElement!.append(element);
      }
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(watching.size).to.equal(elements.length);
    expect(network.streams.size).to.equal(1);
    expect(network.named('live.stream').length).to.equal(1);
    expect(network.named('bootstrap.read').length).to.equal(1);
    network.push({ seq: 9, kind: 'usage', amount: -1, balance: balance({ available: 1_000, seq: 9, level: 'critical' }) } as never);
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(words(elements[2]!.shadowRoot!.querySelector('[part=sentence]'))).to.equal('Only 1 credit left');
  });

  it('E16: an element that moves to the root of another agency shows what is known there', async () => {
    const one = await open(html`<wl-balance-meter></wl-balance-meter>`, { 'bootstrap.read': signedIn() });
    const other = await open(html`<wl-balance-meter></wl-balance-meter>`, { 'bootstrap.read': bootstrap() });
    other.root.append(one.element);
    await settled(one.element);
    expect(one.text('signed-out')).to.equal('Sign in to see your credits.');
  });
});
