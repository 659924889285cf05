import { expect, html, waitUntil } from '@open-wc/testing';
import type { WlPlans } from '../../widgets/elements/plans/plans.ts';
import '../../widgets/elements/plans/plans.ts';
import { balance, bootstrap, signedIn } from './support/answers.ts';
import { close, open, type Page, settled, words } from './support/page.ts';
import { entitlements, order, plan } from './support/plans.ts';
import { closeTabs, tabs } from './support/shop.ts';

const standard = plan({ current: true });
const pro = plan({ id: 'pln_pro', name: 'Pro', priceMillis: 5000, priceCents: 200, features: ['numbers', 'knowledge'] });
const both = { 'plans.list': { plans: [standard, pro] }, 'entitlements.read': entitlements(), 'credits.balance': balance() };
const changed = { status: 409, code: 'quote.changed', message: 'The price has changed since it was shown. Look at the new one.' };
const plans = html`<wl-plans></wl-plans>`;
const cards = ({ element }: Page<WlPlans>) => [...element.shadowRoot!.querySelectorAll<HTMLElement>('[part=plan]')];
const button = ({ element }: Page<WlPlans>, text: string) =>
  [...element.shadowRoot!.querySelectorAll('button')].find((one) => words(one).includes(text));

async function click(page: Page<WlPlans>, text: string): Promise<void> {
  (button(page, text) ?? expect.fail(`there is no button ${text}`)).click();
  for (let turn = 0; turn < 4; turn += 1) await settled(page.element);
}

describe('<wl-plans>', () => {
  afterEach(() => {
    close();
    closeTabs();
  });

  it('plans.list L11: a visitor sees the plans in their order, and nothing to choose before there is an account', async () => {
    const page = await open<WlPlans>(plans, { ...both, 'bootstrap.read': bootstrap() });
    expect(cards(page).map((card) => words(card.querySelector('h3')))).to.eql(['Standard', 'Pro']);
    expect(page.element.shadowRoot!.querySelectorAll('button').length).to.equal(0);
    expect(page.text('empty')).to.equal('Create an account to choose a plan.');
    expect(page.network.named('plans.list')[0]?.headers.has('authorization')).to.equal(false);
    await expect(page.element).to.be.accessible();
  });

  it('plans.list MT8: no plan is praised for numbers or knowledge that nobody can buy yet', async () => {
    const lines = async (withoutProvider: ('numbers' | 'knowledge')[]) => {
      const whole = plan({ features: ['numbers', 'knowledge'] });
      const page = await open<WlPlans>(plans, { 'plans.list': { plans: [whole], withoutProvider }, 'bootstrap.read': bootstrap() });
      return [...page.element.shadowRoot!.querySelectorAll('.what li')].map(words);
    };
    const [credits, free, price, most, file] = await lines([]);
    expect({ price, most, file }).to.eql({
      price: 'Phone numbers from 2 credits a month',
      most: 'Phone numbers at a time: 1',
      file: 'Knowledge: 2 credits per file',
    });
    expect(await lines(['numbers'])).to.eql([credits, free, file]);
    expect(await lines(['knowledge'])).to.eql([credits, free, price, most]);
    expect(await lines(['numbers', 'knowledge'])).to.eql([credits, free]);
  });

  it("plans.list L11: the client's own plan is marked, and only the others can be chosen", async () => {
    const page = await open<WlPlans>(plans, { ...both, 'bootstrap.read': signedIn() });
    await settled(page.element);
    const [own, other] = cards(page);
    expect(words(own?.querySelector('[part=badge]'))).to.equal('Your plan');
    expect(own?.querySelector('button')).to.equal(null);
    expect(words(other?.querySelector('button'))).to.equal('Choose Pro');
    await expect(page.element).to.be.accessible();
  });

  it('plans.choose L1: the price stands in credits and money, and credits pay it', async () => {
    const page = await open<WlPlans>(plans, { ...both, 'bootstrap.read': signedIn(), 'plans.choose': order() });
    await click(page, 'Choose Pro');
    expect(page.text('wall')).to.contain('You have 70 credits.');
    await expect(page.element).to.be.accessible();
    page.network.answers['plans.list'] = {
      plans: [
        { ...standard, current: false },
        { ...pro, current: true },
      ],
    };
    page.network.answers['entitlements.read'] = entitlements({ planId: 'pln_pro', planName: 'Pro' });
    await click(page, 'Pay 5 credits');
    expect(page.network.named('plans.choose')[0]?.input).to.contain({
      planId: 'pln_pro',
      priceMillis: 5000,
      priceCents: 200,
      currency: 'EUR',
      pay: 'credits',
    });
    expect(page.text('status-heading')).to.equal('You are on Pro now.');
    expect(words(cards(page)[1]?.querySelector('[part=badge]'))).to.equal('Your plan');
  });

  it('plans.choose SX14: where the price has changed the new one stands there, and is paid by another click', async () => {
    const page = await open<WlPlans>(plans, { ...both, 'bootstrap.read': signedIn(), 'plans.choose': changed });
    await click(page, 'Choose Pro');
    page.network.answers['plans.list'] = { plans: [standard, { ...pro, priceMillis: 9000, priceCents: 360 }] };
    await click(page, 'Pay 5 credits');
    expect(page.text('wall')).to.contain('The price has changed since it was shown.');
    expect(button(page, 'Pay 5 credits')).to.equal(undefined);
    page.network.answers['plans.choose'] = order();
    await click(page, 'Pay 9 credits');
    expect(page.network.named('plans.choose').map(({ input }) => input.priceMillis)).to.eql([5000, 9000]);
    expect(page.text('status-heading')).to.equal('You are on Pro now.');
  });

  it('plans.choose MT13: a smaller plan says what goes before it is confirmed, and is no primary way', async () => {
    const loses = {
      features: ['knowledge', 'reports'],
      limits: [
        { limit: 'numbers' as const, was: 10, most: 1, used: 3 },
        { limit: 'storageBytes' as const, was: 50_000_000, most: 2_000_000, used: 2_400_000 },
      ],
    };
    const smaller = plan({ id: 'pln_small', name: 'Small', loses });
    const page = await open<WlPlans>(plans, {
      'bootstrap.read': signedIn(),
      'plans.list': { plans: [{ ...pro, current: true }, smaller] },
      'plans.choose': order({ subjectId: 'pln_small' }),
      'entitlements.read': entitlements(),
      'credits.balance': balance({ seq: 9 }),
    });
    expect(button(page, 'Change to Small')!.className).to.equal('');
    await click(page, 'Change to Small');
    expect(page.text('loses')).to.equal(
      'With Small you lose: KnowledgeFeature: reports Phone numbers: at most 1, instead of 10. You have 3. They stay, but you cannot add any.' +
        'Storage for knowledge: at most 2 MB, instead of 50 MB. You have 2.4 MB. They stay, but you cannot add any.',
    );
    expect(page.network.named('plans.choose').length).to.equal(0);
    await expect(page.element).to.be.accessible();
    await click(page, 'Change to Small');
    expect(page.network.named('plans.choose').length).to.equal(1);
  });

  it('plans.list MT9: the plan that was bought shows when and for what, not the price of today', async () => {
    const bought = { at: '2026-12-01T10:00:00.000Z', paidWith: 'money' as const };
    const page = await open<WlPlans>(plans, {
      'bootstrap.read': signedIn(),
      'plans.list': { plans: [{ ...pro, current: true, priceCents: 3900, bought }] },
    });
    expect(words(cards(page)[0]?.querySelector('[part=plan-price]'))).to.equal('Bought on Dec 1, 2026 for €39');
    await expect(page.element).to.be.accessible();
  });

  it('plans.choose K2: whoever is short of credits is told by how much, and buys them right there', async () => {
    const poor = signedIn({ balance: balance({ available: 1000 }) });
    const page = await open<WlPlans>(plans, { ...both, 'bootstrap.read': poor });
    await click(page, 'Choose Pro');
    expect(page.text('wall')).to.contain('You need 4 more credits.');
    expect(button(page, 'Pay 5 credits')).to.equal(undefined);
    expect(page.element.shadowRoot!.querySelector('wl-buy-credits')).not.to.equal(null);
    page.kit.update(balance({ available: 9000, seq: 9 }));
    await settled(page.element);
    expect(button(page, 'Pay 5 credits')).not.to.equal(undefined);
  });

  it('plans.choose N7: money is paid in a tab of its own, and the page follows the order to its end', async () => {
    const { opened } = tabs();
    const paying = order({ state: 'open', paidWith: 'money', checkoutUrl: 'https://pay.test/1' });
    const page = await open<WlPlans>(plans, { ...both, 'bootstrap.read': signedIn(), 'plans.choose': paying, 'orders.read': paying });
    await click(page, 'Choose Pro');
    await click(page, 'Pay €2');
    expect(opened).to.eql(['https://pay.test/1']);
    expect(page.text('status-heading')).to.equal('Continue in the payment tab');
    await expect(page.element).to.be.accessible();
    page.network.answers['orders.read'] = order({ state: 'undone', reason: { code: 'internal', message: 'It was sold out.' } });
    document.dispatchEvent(new Event('visibilitychange'));
    await waitUntil(() => page.text('status')?.includes('It was sold out. Nothing was charged.'), 'the end is not told', {
      timeout: 5_000,
    });
  });

  it('orders.cancel N7: a changed mind cancels the order; a refusal says why, and paid orders go on', async () => {
    tabs();
    const paying = order({ state: 'open', paidWith: 'money', checkoutUrl: 'https://pay.test/1' });
    const page = await open<WlPlans>(plans, { ...both, 'bootstrap.read': signedIn(), 'plans.choose': paying, 'orders.read': paying });
    page.network.answers['orders.cancel'] = { status: 503, code: 'payments.provider_unavailable' };
    await click(page, 'Choose Pro');
    await click(page, 'Pay €2');
    await click(page, 'Cancel');
    expect(page.text('status-heading')).to.equal('Continue in the payment tab');
    expect(page.part('error').textContent).not.to.equal('');
    page.network.answers['orders.cancel'] = order({ state: 'working', paidWith: 'money' });
    await click(page, 'Cancel');
    expect(page.text('status-heading')).to.equal('One moment');
    page.network.answers['plans.choose'] = paying;
    page.network.answers['orders.read'] = order({ state: 'undone' });
    document.dispatchEvent(new Event('visibilitychange'));
    await settled(page.element);
    await click(page, 'Choose again');
    await click(page, 'Pay €2');
    page.network.answers['orders.cancel'] = order({ state: 'undone', paidWith: 'money' });
    await click(page, 'Cancel');
    expect(button(page, 'Pay €2')).not.to.equal(undefined);
    expect(page.network.named('orders.cancel').length).to.equal(3);
  });

  it('orders.read N7: back from the payment page, the page goes on with the order until it is delivered', async () => {
    history.replaceState(null, '', '#wl-order=ord_1'); // as a page that was opened by this address
    const page = await open<WlPlans>(plans, {
      ...both,
      'bootstrap.read': signedIn(),
      'orders.read': order({ state: 'working', paidWith: 'money' }),
    });
    for (let turn = 0; turn < 4; turn += 1) await settled(page.element);
    expect(location.hash).to.equal('');
    expect(page.text('status')).to.contain('Pro is being set up.');
    page.network.answers['orders.read'] = order({ paidWith: 'money' });
    document.dispatchEvent(new Event('visibilitychange'));
    for (let turn = 0; turn < 4; turn += 1) await settled(page.element);
    expect(page.text('status-heading')).to.equal('You are on Pro now.');
  });

  it('orders.read N7: back from the payment page, an order that was over before the plans came is told with them', async () => {
    history.replaceState(null, '', '#wl-order=ord_1'); // as a page that was opened by this address
    const chosen: unknown[] = [];
    const note = (event: Event) => chosen.push((event as CustomEvent).detail);
    document.addEventListener('wl-plan-chosen', note);
    const page = await open<WlPlans>(plans, {
      ...both,
      'bootstrap.read': signedIn(),
      'plans.list': { status: 500, code: 'internal' },
      'orders.read': order({ paidWith: 'money', named: { code: 'plan', values: { plan: 'Pro' } } }),
    });
    for (let turn = 0; turn < 4; turn += 1) await settled(page.element);
    page.network.answers['plans.list'] = both['plans.list'];
    page.part('retry').click();
    for (let turn = 0; turn < 4; turn += 1) await settled(page.element);
    document.removeEventListener('wl-plan-chosen', note);
    expect(page.text('status-heading')).to.equal('You are on Pro now.');
    expect(chosen).to.eql([{ planId: 'pln_pro', name: 'Pro' }]);
  });

  it('orders.read E12: back from the payment page without a connection, the order is asked for once', async () => {
    history.replaceState(null, '', '#wl-order=ord_1'); // as a page that was opened by this address
    const page = await open<WlPlans>(plans, { ...both, 'bootstrap.read': signedIn(), 'orders.read': 'offline' });
    for (let turn = 0; turn < 20; turn += 1) await settled(page.element);
    expect(page.network.named('orders.read').length).to.equal(1);
  });

  it('plans.list E12: a refusal is one sentence with a way out, and the plans come after it', async () => {
    const page = await open<WlPlans>(plans, { 'bootstrap.read': bootstrap(), 'plans.list': { status: 500, code: 'internal' } });
    await settled(page.element);
    expect(page.part('retry')).not.to.equal(null);
    expect(page.network.named('plans.list').length).to.equal(1);
    page.network.answers['plans.list'] = both['plans.list'];
    page.part('retry').click();
    for (let turn = 0; turn < 3; turn += 1) await settled(page.element);
    expect(cards(page).length).to.equal(2);
  });
});
