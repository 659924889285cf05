import { expect, html } from '@open-wc/testing';
import type { WlBuyCredits } from '../../widgets/elements/buy-credits/buy-credits.ts';
import '../../widgets/elements/buy-credits/buy-credits.ts';
import '../../widgets/elements/gate/gate.ts';
import type { WlGate } from '../../widgets/elements/gate/gate.ts';
import '../../widgets/elements/knowledge-upload/knowledge-upload.ts';
import type { WlKnowledgeUpload } from '../../widgets/elements/knowledge-upload/knowledge-upload.ts';
import '../../widgets/elements/plans/plans.ts';
import type { WlPlans } from '../../widgets/elements/plans/plans.ts';
import type { WlElement } from '../../widgets/ui/element.ts';
import { balance, bootstrap, packages, signedIn } from './support/answers.ts';
import { list } from './support/knowledge.ts';
import { found, offer } from './support/numbers.ts';
import { click as clickNumber, button as numberButton, show as showNumbers } from './support/numbers-page.ts';
import { open, type Page, settled, words } from './support/page.ts';
import { plan } from './support/plans.ts';

const buttons = ({ element }: Page<WlElement>) => [...element.shadowRoot!.querySelectorAll('button')];
const named = (page: Page<WlElement>, text: string) => buttons(page).find((one) => words(one).startsWith(text));
const freeOnly = signedIn({ balance: balance({ available: 20_000, callsOnly: 20_000 }) });
const voiceless = {
  code: 'voice.not_configured',
  message: 'Knowledge is not set up yet. Please contact support.',
  forAgency: 'Connect a Retell account with integrations.connectVoice.',
};

describe('what credits can buy', () => {
  it('plans.choose MT7: free credits are told apart, the whole price is missing, and no button must fail', async () => {
    const pro = plan({ id: 'pln_pro', name: 'Pro', priceMillis: 50_000, priceCents: 2000 });
    const page = await open<WlPlans>(html`<wl-plans></wl-plans>`, {
      'bootstrap.read': freeOnly,
      'plans.list': { plans: [plan({ current: true }), pro] },
    });
    named(page, 'Choose Pro')!.click();
    await settled(page.element);
    expect(page.text('wall')).to.contain('You can spend 0 credits on this; 20 free credits are for calls only.');
    expect(page.text('wall')).to.contain('You need 50 more credits.');
    expect(named(page, 'Pay 50 credits')).to.equal(undefined);
    const buying = page.element.shadowRoot!.querySelector('wl-buy-credits') as WlBuyCredits;
    expect(buying.need).to.equal(50_000);
    await expect(page.element).to.be.accessible();
    page.kit.update(balance({ available: 70_000, callsOnly: 20_000, seq: 9 }));
    await settled(page.element);
    expect(named(page, 'Pay 50 credits')).not.to.equal(undefined);
  });

  it('numbers.buy MT7: a number that only free credits could pay has no button that pays with credits', async () => {
    const reservation = { reservationId: 'rsv_1', number: '+14155550100', expiresInSeconds: 900, offer: found() };
    const page = await showNumbers({
      'bootstrap.read': freeOnly,
      'numbers.search': { numbers: [found()] },
      'numbers.reserve': reservation,
    });
    await clickNumber(page, 'Search');
    await clickNumber(page, 'Choose');
    expect(page.text('offer')).to.contain('You need 3 more credits.');
    expect(numberButton(page, 'Pay 3 credits')).to.equal(undefined);
  });

  it('plans.choose MT7: what was refused meanwhile is missing at once, by the balance as it is', async () => {
    const pro = plan({ id: 'pln_pro', name: 'Pro', priceMillis: 5000, priceCents: 200 });
    const page = await open<WlPlans>(html`<wl-plans></wl-plans>`, {
      'bootstrap.read': signedIn(),
      'plans.list': { plans: [pro] },
      'plans.choose': { status: 402, code: 'credits.insufficient' },
      'credits.balance': balance({ available: 20_000, callsOnly: 20_000, seq: 9 }),
    });
    named(page, 'Choose Pro')!.click();
    await settled(page.element);
    named(page, 'Pay 5 credits')!.click();
    for (let turn = 0; turn < 4; turn += 1) await settled(page.element);
    expect(page.text('wall')).to.contain('You need 5 more credits.');
    expect(named(page, 'Pay 5 credits')).to.equal(undefined);
  });

  it('credits.packages MT7: the least package that is enough is chosen where something is missing', async () => {
    const page = await open<WlBuyCredits>(html`<wl-buy-credits .need=${30_000}></wl-buy-credits>`, { 'bootstrap.read': signedIn() });
    expect(page.text('button-primary')).to.equal('Buy 100 credits for €9');
  });

  it('entitlements.read MT7: a gate says what is missing to the balance that it takes', async () => {
    const page = await open<WlGate>(html`<wl-gate balance="50"></wl-gate>`, { 'bootstrap.read': freeOnly });
    expect(page.text('wall')).to.contain('This needs 50 credits. You need 30 more credits.');
  });

  it('credits.packages MT8: without Stripe packages cannot be chosen, and the agency reads what to do', async () => {
    const forAgency = 'Save your Stripe keys, product and price with agency.update.';
    const blocked = { code: 'payments.not_configured', message: 'Payments are not set up yet.', forAgency };
    for (const answer of [bootstrap, signedIn]) {
      const page = await open<WlBuyCredits>(html`<wl-buy-credits></wl-buy-credits>`, {
        'bootstrap.read': answer({ mode: 'test', packages: { ...packages, payable: false, blocked } }),
      });
      expect(page.text('empty')).to.equal(`Payments are not set up yet. Contact support ${forAgency}`);
      expect(page.element.shadowRoot!.querySelectorAll('input, button').length).to.equal(0);
      expect(page.text('packages')).to.contain('Starter');
      await expect(page.element).to.be.accessible();
    }
  });

  it('knowledge.list MT8: without a voice provider nothing can be added', async () => {
    const page = await open<WlKnowledgeUpload>(html`<wl-knowledge-upload></wl-knowledge-upload>`, {
      'bootstrap.read': signedIn({ mode: 'test' }),
      'knowledge.list': list([], { blocked: voiceless }),
      'agents.list': { agents: [] },
    });
    for (let turn = 0; turn < 3; turn += 1) await settled(page.element);
    expect(page.text('empty')).to.contain('Knowledge is not set up yet. Please contact support.');
    expect(page.text('empty')).to.contain(voiceless.forAgency);
    expect(page.element.shadowRoot!.textContent, 'nobody is asked to add what cannot be added').not.to.contain('Add what');
    expect(page.element.shadowRoot!.querySelector('input')).to.equal(null);
    await expect(page.element).to.be.accessible();
  });

  it("numbers.offer MT8: without the agency's Twilio account only ways that need none are offered", async () => {
    const blocked = { code: 'telephony.not_configured', message: 'Numbers are not set up yet.', forAgency: null };
    const page = await showNumbers({ 'numbers.offer': offer({ kinds: [], searchable: false, ways: ['sip', 'account'], blocked }) });
    expect(page.element.shadowRoot!.textContent).to.contain('Numbers are not set up yet.');
    expect(numberButton(page, 'Your own number')).to.equal(undefined);
    expect(numberButton(page, 'Search')).to.equal(undefined);
    expect(page.part('connect')).not.to.equal(null);
  });

  it('numbers.offer MT8: a plan that sells no number says so, names other plans and takes own numbers', async () => {
    const blocked = { code: 'number.none_sold', message: 'Your plan does not sell phone numbers.', forAgency: null };
    const page = await showNumbers({ 'numbers.offer': offer({ kinds: [], ways: ['manual', 'sip', 'account'], blocked }) });
    expect(page.element.shadowRoot!.textContent).to.contain(blocked.message);
    expect(page.part('upgrade')?.getAttribute('for')).to.equal('plans');
    expect(numberButton(page, 'Search')).to.equal(undefined);
    expect(numberButton(page, 'Your own number')).not.to.equal(undefined);
  });

  it('numbers.search MT8: a number whose papers are looked at cannot be chosen, and says so', async () => {
    const message = 'The papers that this country asks for are being checked.';
    const needs = { kind: 'bundle', state: 'in_review', code: 'bundle_in_review', message } as const;
    const page = await showNumbers({ 'numbers.search': { numbers: [found({ needs })] } });
    await clickNumber(page, 'Search');
    expect(page.text('result')).to.contain('Papers under review');
    expect(numberButton(page, 'Choose')!.disabled).to.equal(true);
  });
});
