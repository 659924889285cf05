import { expect, html } from '@open-wc/testing';
import type { WlBuyCredits } from '../../../widgets/elements/buy-credits/buy-credits.ts';
import '../../../widgets/elements/buy-credits/buy-credits.ts';
import { purchase, signedIn } from '../support/answers.ts';
import { close, open, type Page, settled } from '../support/page.ts';
import { started } from '../support/shop.ts';

const shop = html`<wl-buy-credits mode="embedded"></wl-buy-credits>`;
const inside = { ...started, checkoutUrl: null, checkoutSecret: 'cs_1_secret_1', stripeKey: 'pk_test_1' };
const page = { ...started, checkoutUrl: `${location.pathname}${location.search}#to-pay`, checkoutSecret: null, stripeKey: null };
type Options = { clientSecret: string; onComplete(): void };

/** Stands where Stripe's own script would put itself; the script comes from another origin that no test reaches. It is looked up once. */
const forms: { key: string; options: Options; destroyed: boolean }[] = [];
let isBlocked = false;
const stripe = (key: string) => ({
  _registerWrapper() {},
  async createEmbeddedCheckoutPage(options: Options) {
    if (isBlocked) throw new Error('blocked');
    const form = { key, options, destroyed: false };
    forms.push(form);
    return {
      mount(place: HTMLElement) {
        if (place.getRootNode() instanceof ShadowRoot) throw new Error('Elements cannot be mounted in a ShadowRoot');
        place.append(document.createElement('iframe'));
      },
      destroy() {
        form.destroyed = true;
      },
    };
  },
});

async function click(shown: Page<WlBuyCredits>, part: string): Promise<void> {
  shown.part(part).click();
  for (let turn = 0; turn < 40 && shown.kit.checkout?.phase !== 'paying'; turn += 1) await settled(shown.element);
  await settled(shown.element);
}

describe('<wl-buy-credits mode="embedded">', () => {
  before(() => Object.assign(window, { Stripe: Object.assign(stripe, { version: 'endive' }) }));
  beforeEach(() => {
    localStorage.clear();
    forms.length = 0;
    isBlocked = false;
  });
  afterEach(close);
  after(() => Reflect.deleteProperty(window, 'Stripe'));

  it("credits.checkout E5: the form is a light-DOM child with the agency's session and key, until it is done", async () => {
    const shown = await open<WlBuyCredits>(shop, {
      'bootstrap.read': signedIn(),
      'credits.checkout': inside,
      'purchases.read': purchase({ state: 'paid' }),
    });
    await click(shown, 'button-primary');
    expect(shown.network.named('credits.checkout')[0]?.input.ui).to.equal('embedded');
    expect(forms[0]).to.deep.include({ key: 'pk_test_1', destroyed: false });
    expect(forms[0]?.options.clientSecret).to.equal('cs_1_secret_1');
    const place = shown.element.querySelector('[slot=payment] iframe')?.parentElement as HTMLElement;
    expect(place.assignedSlot).not.to.equal(null);
    forms[0]?.options.onComplete();
    for (let turn = 0; turn < 4; turn += 1) await settled(shown.element);
    expect(forms[0]?.destroyed).to.equal(true);
    expect(shown.element.querySelector('[slot=payment]')).to.equal(null);
    expect(shown.text('status-heading')).to.equal('500 credits added');
  });

  it('credits.checkout E5: it can be given up, and nothing of it stays', async () => {
    const shown = await open<WlBuyCredits>(shop, {
      'bootstrap.read': signedIn(),
      'credits.checkout': inside,
      'purchases.cancel': purchase({ state: 'expired' }),
    });
    await click(shown, 'button-primary');
    shown.part('button-secondary').click();
    for (let turn = 0; turn < 4; turn += 1) await settled(shown.element);
    expect({ destroyed: forms[0]?.destroyed, slot: shown.element.querySelector('[slot=payment]') }).to.eql({ destroyed: true, slot: null });
    expect(shown.text('button-primary')).to.contain('Buy 500 credits');
  });

  it('credits.checkout P19: where the form cannot be shown, the page goes to the payment page instead', async () => {
    isBlocked = true;
    const shown = await open<WlBuyCredits>(shop, {
      'bootstrap.read': signedIn(),
      'credits.checkout': (input) => (input.ui === 'embedded' ? inside : page),
      'purchases.cancel': purchase({ state: 'expired' }),
    });
    shown.part('button-primary').click();
    for (let turn = 0; turn < 40 && location.hash !== '#to-pay'; turn += 1) await settled(shown.element);
    expect(location.hash).to.equal('#to-pay');
    expect(shown.network.named('credits.checkout').map(({ input }) => input.ui)).to.eql(['embedded', undefined]);
    expect(shown.network.named('purchases.cancel').length, 'the first page is closed').to.equal(1);
  });
});
