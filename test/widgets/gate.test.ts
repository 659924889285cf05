import { expect, html } from '@open-wc/testing';
import type { WlGate } from '../../widgets/elements/gate/gate.ts';
import '../../widgets/elements/gate/gate.ts';
import type { WlBalanceMeter } from '../../widgets/elements/balance-meter/balance-meter.ts';
import '../../widgets/elements/balance-meter/balance-meter.ts';
import { balance, bootstrap, signedIn } from './support/answers.ts';
import { close, open, type Page, settled } from './support/page.ts';
import { entitlements } from './support/plans.ts';

const rights = (features: string[], planId = 'pln_standard') => ({ planId, planName: 'Standard', features });
const gate = html`<wl-gate feature="knowledge"><div id="behind">Upload</div></wl-gate>`;
/** Tells whether somebody can see, read or reach what is behind the gate. */
const isIn = ({ element }: Page<WlGate>) => element.querySelector<HTMLElement>('#behind')!.assignedSlot !== null;

async function opened(page: Page<WlGate>): Promise<boolean> {
  for (let turn = 0; turn < 4; turn += 1) await settled(page.element);
  return isIn(page);
}

describe('<wl-gate>', () => {
  afterEach(close);

  it('entitlements.read E18: what the plan lacks is not in the page, and comes without a reload once it is paid', async () => {
    const page = await open<WlGate>(gate, { 'bootstrap.read': signedIn({ entitlements: rights(['numbers']) }) });
    expect(await opened(page)).to.equal(false);
    expect(page.text('wall')).to.equal('This is part of another plan. See plans');
    await expect(page.element).to.be.accessible();
    page.network.answers['entitlements.read'] = entitlements({ features: ['numbers', 'knowledge'] });
    page.kit.update(balance({ seq: 9 }));
    expect(await opened(page)).to.equal(true);
    expect(page.part('wall')).to.equal(null);
  });

  it('entitlements.read E18: what the plan includes is there from the first answer on, without another request', async () => {
    const page = await open<WlGate>(gate, { 'bootstrap.read': signedIn({ entitlements: rights(['knowledge']) }) });
    expect(await opened(page)).to.equal(true);
    expect(page.network.named('entitlements.read').length).to.equal(0);
  });

  it('entitlements.read E18: before anything is known nothing shows, and whoever is signed out is told to sign in', async () => {
    const waiting = await open<WlGate>(gate, { 'bootstrap.read': 'never' }, { wait: false });
    expect(isIn(waiting)).to.equal(false);
    const page = await open<WlGate>(gate, { 'bootstrap.read': bootstrap() });
    expect(await opened(page)).to.equal(false);
    expect(page.text('wall')).to.equal('Sign in to see this.');
  });

  it('bootstrap.read E18: with the widgets switched off the gate shows the notice; open content stays', async () => {
    const notice = 'We are back at noon.';
    const told = async (answer: Parameters<typeof open>[1]) => {
      const page = await open<WlGate>(gate, answer);
      return [await opened(page), page.part('closed')?.textContent, page.part('wall')];
    };
    expect(await told({ 'bootstrap.read': bootstrap({ notice }) })).to.eql([false, notice, null]);
    expect(await told({ 'bootstrap.read': signedIn({ notice, entitlements: rights([]) }) })).to.eql([false, notice, null]);
    expect(await told({ 'bootstrap.read': signedIn({ notice, entitlements: rights(['knowledge']) }) })).to.eql([true, undefined, null]);
  });

  it("entitlements.read E18: whoever is signed out finds the page's own way in, which is never behind the gate", async () => {
    const markup = html`<wl-gate feature="knowledge"><a slot="signed-out" id="way" href="/account">Sign in</a><div id="behind">Upload</div></wl-gate>`;
    const page = await open<WlGate>(markup, { 'bootstrap.read': bootstrap() });
    expect(await opened(page)).to.equal(false);
    expect((page.element.querySelector('#way') as HTMLElement).assignedSlot).not.to.equal(null);
    await expect(page.element).to.be.accessible();
  });

  it('entitlements.read E18: a balance opens and shuts it, and content added while it is shut is kept', async () => {
    const markup = html`<wl-gate balance="20"><div id="behind">Report</div></wl-gate>`;
    const page = await open<WlGate>(markup, { 'bootstrap.read': signedIn({ balance: balance({ available: 5000 }) }) });
    expect(await opened(page)).to.equal(false);
    expect(page.text('wall')).to.contain('This needs 20 credits.');
    page.element.balance = 1000;
    await settled(page.element);
    expect(page.text('wall')).to.contain('This needs 1,000 credits.');
    page.element.balance = 20;
    const late = Object.assign(document.createElement('p'), { id: 'late' });
    page.element.append(late);
    await settled(page.element);
    expect(late.assignedSlot).to.equal(null);
    page.kit.update(balance({ available: 20_000, seq: 9 }));
    expect(await opened(page)).to.equal(true);
    expect(late.assignedSlot).not.to.equal(null);
    page.kit.update(balance({ available: 19_999, seq: 10 }));
    expect(await opened(page)).to.equal(false);
  });

  it('entitlements.read E18: a named plan opens it, by id or by name', async () => {
    for (const [plan, is] of [
      ['pln_standard', true],
      ['Standard', true],
      ['pln_pro', false],
    ] as const) {
      const markup = html`<wl-gate plan=${plan}><div id="behind">Pro</div></wl-gate>`;
      const page = await open<WlGate>(markup, { 'bootstrap.read': signedIn({ entitlements: rights([]) }) });
      expect(await opened(page), plan).to.equal(is);
    }
  });

  it("entitlements.read E18: the page's own words stand instead of our card", async () => {
    const markup = html`<wl-gate feature="x"><p slot="locked" id="own">Ask us.</p><div id="behind">X</div></wl-gate>`;
    const page = await open<WlGate>(markup, { 'bootstrap.read': signedIn({ entitlements: rights([]) }) });
    expect(await opened(page)).to.equal(false);
    expect((page.element.querySelector('#own') as HTMLElement).assignedSlot).not.to.equal(null);
  });

  it('entitlements.read E18: the content of a template is in the page only while the gate is open', async () => {
    const markup = html`<wl-gate balance="20"><template><div id="behind">Report</div></template></wl-gate>`;
    const page = await open<WlGate>(markup, { 'bootstrap.read': signedIn({ balance: balance({ available: 5000 }) }) });
    const found = () => page.element.querySelectorAll('#behind').length;
    expect(found()).to.equal(0);
    page.kit.update(balance({ available: 20_000, seq: 9 }));
    await settled(page.element);
    expect(found()).to.equal(1);
    expect(page.element.querySelector('#behind')!.getBoundingClientRect().height).to.be.above(0);
    const copy = page.element.cloneNode(true) as WlGate;
    page.root.append(copy);
    await settled(copy);
    expect(copy.querySelectorAll('#behind').length).to.equal(1);
    page.kit.update(balance({ available: 5000, seq: 10 }));
    await settled(page.element);
    expect(found()).to.equal(0);
  });

  it('entitlements.read PG2: children stay where the page put them, so that a framework can take them out', async () => {
    const page = await open<WlGate>(gate, { 'bootstrap.read': signedIn({ entitlements: rights([]) }) });
    expect(await opened(page)).to.equal(false);
    const behind = page.element.querySelector('#behind')!;
    expect(behind.parentNode).to.equal(page.element);
    page.element.removeChild(behind);
    const copy = (page.element.cloneNode(true) as WlGate).childNodes.length;
    page.element.append(behind);
    expect({ copy, children: page.element.childNodes.length }).to.eql({ copy: page.element.childNodes.length - 1, children: copy + 1 });
  });

  it('entitlements.read PG2: elements behind a locked gate ask for nothing, and have their data once it opens', async () => {
    const markup = html`<wl-gate balance="20"><wl-balance-meter></wl-balance-meter><wl-balance-meter slot="locked"></wl-balance-meter></wl-gate>`;
    const page = await open<WlGate>(markup, { 'bootstrap.read': signedIn({ balance: balance({ available: 5000 }) }) });
    const [behind, before] = [...page.element.querySelectorAll<WlBalanceMeter>('wl-balance-meter')];
    expect({ behind: behind!.kit === undefined, before: before!.kit === page.kit }).to.eql({ behind: true, before: true });
    page.kit.update(balance({ available: 20_000, seq: 9 }));
    await settled(page.element);
    expect(behind!.kit === page.kit).to.equal(true);
  });
});
