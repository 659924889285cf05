import { expect, html } from '@open-wc/testing';
import type { Output } from '../../../api/contract/index.ts';
import { buyingOf } from '../../../widgets/kit/buying.ts';
import type { WantedCredits } from '../../../widgets/kit/checkout.ts';
import type { Kit } from '../../../widgets/kit/kit.ts';
import { type Order, OrderRun } from '../../../widgets/payment/order-run.ts';
import { purchase, signedIn } from '../support/answers.ts';
import { close, open, type Page } from '../support/page.ts';
import { order } from '../support/plans.ts';
import { started } from '../support/shop.ts';
import { done, holdTimers, type Timers } from '../support/timers.ts';

const nothing = html`<p></p>`;
const wanted = { packageId: 'pkg_2', creditsMillis: 500_000, priceCents: 3990, currency: 'EUR' } as WantedCredits;
const failed = { status: 402, code: 'credits.insufficient' } as const;
const broken = { status: 500, code: 'internal' } as const;
const plan = { planId: 'pln_1' } as never;

let timers: Timers;
let purchases = 0;

/** A tab that a click opened, as far as the page touches it. */
function newTab(closed = false) {
  const seen = { at: '', closed, opener: window as unknown };
  return Object.assign(seen, {
    close: () => {
      seen.closed = true;
    },
    location: { replace: (address: string) => (seen.at = address) },
  });
}

/** A page in which a purchase of its own can be begun. */
async function pageFor(answers: Parameters<typeof open>[1] = {}) {
  const id = `pur_${Date.now()}_${++purchases}`;
  const mine = { ...started, purchaseId: id };
  const page = await open(nothing as never, {
    'bootstrap.read': signedIn(),
    'credits.checkout': mine,
    'purchases.read': purchase({ purchaseId: id }),
    ...answers,
  });
  const checkout = await buyingOf(page.kit);
  const states = (state: Output<'purchases.read'>['state'], more = {}) => {
    page.network.answers['purchases.read'] = purchase({ purchaseId: id, state, ...more });
  };
  const bought = () => page.events.filter(([name]) => name === 'wl-credits-bought').map(([, detail]) => detail);
  return { ...page, id, mine, checkout, states, bought, slot: `wl:${page.kit.key}:purchase` };
}

const asked = ({ network }: Pick<Page<never>, 'network'>) => network.named('purchases.read').length;

beforeEach(() => {
  localStorage.clear();
});
afterEach(() => {
  timers?.release();
  close();
});

describe('buying credits', () => {
  it('credits.checkout P1: the click leads its tab to the payment page, and what is paid there ends the waiting', async () => {
    const page = await pageFor();
    const { checkout, kit, network, id, slot, states } = page;
    timers = holdTimers();
    const tab = newTab();
    const buying = checkout.buy(wanted, tab as never);
    expect(checkout.phase).to.equal('starting');
    await buying;
    await done();
    expect({ at: tab.at, opener: tab.opener, phase: checkout.phase }).to.eql({
      at: 'https://pay.test/cs_1',
      opener: null,
      phase: 'waiting',
    });
    expect(checkout.purchase).to.deep.include({ purchaseId: id, checkoutUrl: 'https://pay.test/cs_1', balanceAfter: null });
    expect({ kept: sessionStorage.getItem(slot), asked: asked(page), waits: timers.pauses().includes(3900) }).to.eql({
      kept: id,
      asked: 1,
      waits: true,
    });
    states('paid', { balanceAfter: 570_000 });
    await timers.pass(3900);
    expect({ phase: checkout.phase, kept: sessionStorage.getItem(slot), asked: asked(page) }).to.eql({
      phase: 'paid',
      kept: null,
      asked: 2,
    });
    expect(page.bought()).to.eql([{ sessionId: 'cs_1', credits: 500_000, balanceAfter: 570_000 }]);
    await checkout.settle(id);
    expect(page.bought().length).to.equal(1);
    checkout.forget();
    expect({ phase: checkout.phase, purchase: checkout.purchase }).to.eql({ phase: 'idle', purchase: undefined });
    expect({ isShared: kit.checkout === checkout, ui: network.named('credits.checkout')[0]?.input.ui }).to.eql({
      isShared: true,
      ui: undefined,
    });
  });

  it('credits.checkout P1: what is refused closes the tab and says why; a new price is read', async () => {
    for (const [code, reads] of [
      ['credits.insufficient', 1],
      ['quote.changed', 2],
    ] as const) {
      const { checkout, network, slot } = await pageFor({ 'credits.checkout': { status: 409, code } });
      const tab = newTab();
      await checkout.buy(wanted, tab as never);
      for (let turn = 0; turn < 50 && network.named('bootstrap.read').length < reads; turn += 1) await done();
      expect({ closed: tab.closed, at: tab.at, phase: checkout.phase, refused: checkout.refused?.code }).to.eql({
        closed: true,
        at: '',
        phase: 'idle',
        refused: code,
      });
      expect({ reads: network.named('bootstrap.read').length, kept: sessionStorage.getItem(slot) }).to.eql({ reads, kept: null });
      checkout.forget();
      expect(checkout.refused).to.equal(undefined);
    }
  });

  it('credits.checkout P1 PG3: where no tab could be opened, or it was closed meanwhile, the page itself goes to pay', async () => {
    for (const tab of [null, newTab(true)]) {
      const checkoutUrl = `#pay-${tab === null}`;
      const { checkout } = await pageFor({ 'credits.checkout': { ...started, checkoutUrl } });
      await checkout.buy(wanted, tab as never);
      await done();
      expect({ hash: location.hash, phase: checkout.phase }).to.eql({ hash: checkoutUrl, phase: 'waiting' });
    }
  });

  it('purchases.read P5: while it is open or processing it is asked for again, through failures that may pass', async () => {
    const page = await pageFor();
    timers = holdTimers();
    await page.checkout.buy(wanted, newTab() as never);
    await done();
    page.states('processing');
    await timers.pass(3900);
    expect({ phase: page.checkout.phase, kept: sessionStorage.getItem(page.slot) }).to.eql({ phase: 'processing', kept: page.id });
    page.network.answers['purchases.read'] = broken;
    await timers.pass(5070);
    expect({ phase: page.checkout.phase, waits: timers.pauses().some((pause) => pause > 6000 && pause < 7000) }).to.eql({
      phase: 'processing',
      waits: true,
    });
    page.network.answers['purchases.read'] = { status: 404, code: 'purchase.not_found' };
    await timers.pass(7000);
    expect({ phase: page.checkout.phase, asked: asked(page) }).to.eql({ phase: 'idle', asked: 4 });
  });

  it('purchases.read P5: a page goes on with the purchase that it was left with, or that the address names', async () => {
    const { checkout, id, slot, kit, network } = await pageFor();
    timers = holdTimers();
    checkout.resume({});
    expect({ phase: checkout.phase, asked: asked({ network }) }).to.eql({ phase: 'idle', asked: 0 });
    sessionStorage.setItem(slot, id);
    checkout.resume({});
    expect(checkout.phase).to.equal('waiting');
    await done();
    const heard: unknown[] = [];
    const other = new BroadcastChannel(`wl:${kit.key}`);
    const told = new Promise<void>((resolve) => {
      other.onmessage = ({ data }) => {
        if (heard.push(data) === 2) resolve();
      };
    });
    checkout.resume({ purchase: 'pur_returned' });
    await done();
    checkout.resume({ canceled: 'pur_canceled' });
    expect({ phase: checkout.phase, kept: sessionStorage.getItem(slot) }).to.eql({ phase: 'canceled', kept: null });
    await told;
    other.close();
    expect(heard).to.eql([{ returned: 'pur_returned' }, { canceled: 'pur_canceled' }]);
    expect(network.named('purchases.read').map(({ input }) => input.purchaseId)).to.eql([id, 'pur_returned']);
  });

  it('purchases.read P5: what another tab says counts for the purchase of this page, and only while it waits', async () => {
    const page = await pageFor();
    const { checkout, id } = page;
    timers = holdTimers();
    checkout.heardFromTab({ canceled: id });
    expect(checkout.phase).to.equal('idle');
    await checkout.buy(wanted, newTab() as never);
    await done();
    checkout.heardFromTab({ canceled: 'pur_other', returned: 'pur_other' });
    await done();
    expect({ phase: checkout.phase, asked: asked(page) }).to.eql({ phase: 'waiting', asked: 1 });
    checkout.heardFromTab({ returned: id });
    await done();
    expect(asked(page)).to.equal(2);
    checkout.heardFromTab({ canceled: id });
    expect({ phase: checkout.phase, purchase: checkout.purchase }).to.eql({ phase: 'canceled', purchase: undefined });
    checkout.heardFromTab({ returned: id });
    expect(checkout.phase).to.equal('canceled');
    await checkout.buy(wanted, newTab() as never);
    await done();
    page.states('paid');
    await checkout.settle(id);
    checkout.heardFromTab({ canceled: id });
    expect(checkout.phase).to.equal('paid');
  });

  it('purchases.read P5: credits of another tab are told with the balance, once, and nothing is shown here', async () => {
    const page = await pageFor();
    page.states('review');
    await page.checkout.settle(page.id);
    expect({ bought: page.bought(), phase: page.checkout.phase }).to.eql({ bought: [], phase: 'idle' });
    page.states('paid', { sessionId: null });
    await page.checkout.settle(page.id);
    await page.checkout.settle(page.id);
    expect(page.bought()).to.eql([{ sessionId: '', credits: 500_000, balanceAfter: 70_000 }]);
    expect({ phase: page.checkout.phase, purchase: page.checkout.purchase }).to.eql({ phase: 'idle', purchase: undefined });
    expect(JSON.parse(localStorage.getItem('wl:announced') ?? '')).to.eql([page.id, page.id]);
  });

  it('purchases.read P5: what another tab has told before is not told again, and the last twenty are remembered', async () => {
    const page = await pageFor();
    localStorage.setItem('wl:announced', JSON.stringify([page.id, ...Array.from({ length: 30 }, (_, at) => `pur_old_${at}`)]));
    page.states('paid');
    await page.checkout.settle(page.id);
    expect({ bought: page.bought(), announced: JSON.parse(localStorage.getItem('wl:announced') ?? '').length }).to.eql({
      bought: [],
      announced: 20,
    });
    const next = await pageFor();
    localStorage.setItem('wl:announced', 'no JSON');
    next.states('paid');
    await next.checkout.settle(next.id);
    expect(next.bought().length).to.equal(1);
  });

  it('purchases.read P5: the tab that holds a purchase tells of it, and no other', async () => {
    const page = await pageFor();
    page.states('paid');
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    await new Promise<void>((locked) => {
      void navigator.locks.request(`wl:${page.id}`, () => {
        locked();
        return held;
      });
    });
    await page.checkout.settle(page.id);
    release();
    expect(page.bought()).to.eql([]);
  });
});

describe('orders', () => {
  /** A page with a run, how often it changed and what ended. */
  async function runFor(answers: Parameters<typeof open>[1] = {}, prepare = (_kit: Kit) => {}) {
    timers?.release();
    const page = await open(nothing as never, { 'bootstrap.read': signedIn(), ...answers });
    prepare(page.kit);
    const ended: Order[] = [];
    let changes = 0;
    const run = new OrderRun(page.kit, () => {
      changes += 1;
    });
    timers = holdTimers();
    const end = (order: Order) => void ended.push(order);
    return { ...page, run, ended, end, changes: () => changes };
  }

  it('plans.choose P1: an order is followed until it is delivered, which is told once', async () => {
    const { run, ended, end, network, kit } = await runFor({
      'plans.choose': order({ state: 'open', checkoutUrl: 'https://pay.test/1' }),
      'orders.read': order({ state: 'working' }),
    });
    const tab = newTab();
    const placing = run.place('plans.choose', plan, tab as never, end);
    expect({ isUnderWay: run.isUnderWay, isBeginning: run.isBeginning }).to.eql({ isUnderWay: true, isBeginning: true });
    await placing;
    expect({ isUnderWay: run.isUnderWay, isBeginning: run.isBeginning, at: tab.at, waits: timers.pauses().includes(700) }).to.eql({
      isUnderWay: true,
      isBeginning: false,
      at: 'https://pay.test/1',
      waits: true,
    });
    expect(network.named('plans.choose')[0]?.input).to.eql({ planId: 'pln_1', returnUrl: `${location.href}&wl-key=${kit.key}` });
    await timers.pass(700);
    expect({ state: run.order?.state, isUnderWay: run.isUnderWay, ended: ended.length }).to.eql({
      state: 'working',
      isUnderWay: true,
      ended: 0,
    });
    network.answers['orders.read'] = order({ state: 'done' });
    await timers.pass(910);
    expect({ state: run.order?.state, isUnderWay: run.isUnderWay, ended: ended.map(({ state }) => state) }).to.eql({
      state: 'done',
      isUnderWay: false,
      ended: ['done'],
    });
    await timers.pass(20_000);
    expect({ reads: network.named('orders.read').length, ended: ended.length }).to.eql({ reads: 2, ended: 1 });
    run.forget();
    expect(run.order).to.equal(undefined);
  });

  it('plans.choose P1: what credits have paid is over at once, and its tab is closed', async () => {
    const { run, ended, end, network } = await runFor({ 'plans.choose': order({ state: 'done', checkoutUrl: null }) });
    const tab = newTab();
    await run.place('plans.choose', plan, tab as never, end);
    await timers.pass(20_000);
    expect({ closed: tab.closed, ended: ended.length, reads: network.named('orders.read').length, isUnderWay: run.isUnderWay }).to.eql({
      closed: true,
      ended: 1,
      reads: 0,
      isUnderWay: false,
    });
  });

  it('plans.choose P1: what is refused says why, and the next attempt forgets it', async () => {
    const { run, ended, end, network, changes } = await runFor({ 'plans.choose': failed });
    await run.place('plans.choose', plan, null, end);
    expect({ refused: run.refused?.code, isUnderWay: run.isUnderWay, order: run.order, ended: ended.length }).to.eql({
      refused: 'credits.insufficient',
      isUnderWay: false,
      order: undefined,
      ended: 0,
    });
    expect(changes()).to.be.greaterThan(1);
    network.answers['plans.choose'] = order({ state: 'done', checkoutUrl: null });
    await run.place('plans.choose', plan, null, end);
    expect({ refused: run.refused, ended: ended.length }).to.eql({ refused: undefined, ended: 1 });
  });

  it('orders.cancel: an order that is given up goes back to the choice; one that was paid by then is followed', async () => {
    for (const [state, left] of [
      ['undone', undefined],
      ['working', 'working'],
    ] as const) {
      const { run, end, network } = await runFor({
        'plans.choose': order({ state: 'open', checkoutUrl: null }),
        'orders.cancel': order({ state }),
      });
      await run.cancel();
      expect(network.named('orders.cancel').length).to.equal(0);
      await run.place('plans.choose', plan, null, end);
      const canceling = run.cancel();
      expect(run.isCanceling).to.equal(true);
      await run.cancel();
      await canceling;
      expect({ isCanceling: run.isCanceling, state: run.order?.state, cancels: network.named('orders.cancel').length }).to.eql({
        isCanceling: false,
        state: left,
        cancels: 1,
      });
    }
  });

  it('orders.cancel: what cannot be given up says why and goes on', async () => {
    const { run, end } = await runFor({ 'plans.choose': order({ state: 'open', checkoutUrl: null }), 'orders.cancel': broken });
    await run.place('plans.choose', plan, null, end);
    await run.cancel();
    expect({ refused: run.refused?.code, isCanceling: run.isCanceling, state: run.order?.state }).to.eql({
      refused: 'internal',
      isCanceling: false,
      state: 'open',
    });
  });

  it('orders.read: a page that comes back goes on with its order, if it is one of this kind', async () => {
    const paid = order({ state: 'done' });
    const returned = (kit: Kit) => {
      kit.fragment = { order: 'ord_9' };
    };
    const mine = await runFor({ 'orders.read': paid }, returned);
    await mine.run.resume(paid.kind, mine.end);
    await mine.run.resume(paid.kind, mine.end);
    expect({ ended: mine.ended.length, fragment: mine.kit.fragment.order }).to.eql({ ended: 1, fragment: undefined });
    expect(mine.network.named('orders.read').map(({ input }) => input.orderId)).to.eql(['ord_9']);
    const other = await runFor({ 'orders.read': { ...paid, kind: 'number' } as never }, returned);
    await other.run.resume('plan', other.end);
    await other.run.resume('plan', other.end);
    expect({ ended: other.ended.length, fragment: other.kit.fragment.order, reads: other.network.named('orders.read').length }).to.eql({
      ended: 0,
      fragment: 'ord_9',
      reads: 1,
    });
  });

  it('orders.read: an order that could not be read is asked for again after five seconds', async () => {
    const { run, end, network, changes } = await runFor({ 'orders.read': broken }, (kit) => {
      kit.fragment = { order: 'ord_9' };
    });
    await run.resume('plan', end);
    const before = changes();
    await timers.pass(4999);
    expect(changes()).to.equal(before);
    await timers.pass(1);
    expect(changes()).to.equal(before + 1);
    await run.resume('plan', end);
    expect(network.named('orders.read').length).to.equal(2);
  });
});
