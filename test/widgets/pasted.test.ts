import { expect, html } from '@open-wc/testing';
import type { WlSignup } from '../../widgets/elements/sign-up/sign-up.ts';
import '../../widgets/elements/buy-credits/buy-credits.ts';
import '../../widgets/elements/sign-up/sign-up.ts';
import { provideKit } from '../../widgets/kit/context.ts';
import { signedIn } from './support/answers.ts';
import { close, open, settled } from './support/page.ts';

const snippet = html`<wl-signup></wl-signup><wl-balance-meter></wl-balance-meter><wl-buy-credits></wl-buy-credits>`;
const answers = { 'bootstrap.read': signedIn() };

/** Opens the snippet of the README, with all three elements rendered. */
async function paste(style = '', markup = snippet) {
  const page = await open<WlSignup>(markup, answers, { style });
  const elements = [...page.root.children].filter((one): one is WlSignup => one.localName.startsWith('wl-'));
  for (const element of elements) await settled(element);
  const rects = elements.map((element) => element.getBoundingClientRect());
  return { ...page, elements, gaps: rects.slice(1).map(({ top }, index) => Math.round(top - (rects[index]?.bottom ?? 0))) };
}

describe('elements that are pasted one below the other', () => {
  afterEach(close);

  it('the elements MT34: do not touch each other, and move nothing else on the page', async () => {
    const { root, elements, gaps } = await paste('padding: 20px');
    expect(gaps).to.deep.equal([16, 16]);
    const [first, last] = [elements[0]!, elements[2]!].map((element) => element.getBoundingClientRect());
    const around = root.getBoundingClientRect();
    expect({ above: first!.top - around.top, below: around.bottom - last!.bottom }).to.deep.equal({ above: 20, below: 20 });
  });

  for (const layout of ['display: grid; gap: 5px', 'display: flex; flex-direction: column; gap: 5px'])
    it(`the elements MT34: leave the space between them to a page that sets it (${layout})`, async () => {
      expect((await paste(layout)).gaps).to.deep.equal([5, 5]);
    });

  it("the elements MT34: the page's own rule about their margins counts", async () => {
    const ruled = html`${snippet}<style>wl-buy-credits { margin: 40px 0 0 }</style>`;
    expect((await paste('', ruled)).gaps).to.deep.equal([16, 40]);
  });

  it('the elements MT34: one that follows a hidden one, or a part of the page itself, keeps its place', async () => {
    const tabs = html`<wl-signup hidden></wl-signup><wl-balance-meter></wl-balance-meter><hr style="margin: 0"><wl-buy-credits></wl-buy-credits>`;
    const { elements } = await paste('', tabs);
    expect(elements.map((element) => getComputedStyle(element).marginTop)).to.deep.equal(['0px', '0px', '0px']);
  });

  it('the elements MT34: one keeps its distance from another whose code has not arrived', async () => {
    const { element, root } = await open<WlSignup>(html`<wl-balance-meter></wl-balance-meter>`, answers);
    root.prepend(document.createElement('wl-not-yet'));
    root.append(element);
    await settled(element);
    expect(getComputedStyle(element).marginTop).to.equal('16px');
  });
});

describe('<wl-signup> beside a balance', () => {
  afterEach(close);

  it('credits.balance MT34: the balance of whoever is signed in stands on the page once', async () => {
    const { elements, part } = await paste();
    expect(part('account')).to.exist;
    expect(part('meter')).to.equal(null);
    expect(elements[1]!.shadowRoot!.querySelector('[part=figures]')).to.exist;
  });

  it('credits.balance MT34: the balance of another agency on the page is not its own', async () => {
    const one = await open<WlSignup>(html`<wl-signup></wl-signup><div id="other"></div>`, answers);
    const other = await open(html`<wl-balance-meter></wl-balance-meter>`, answers);
    const place = one.root.querySelector<HTMLElement>('#other')!;
    provideKit(place, other.kit);
    place.append(other.element);
    one.kit.changed();
    await settled(one.element);
    expect(other.element.kit).to.equal(other.kit);
    expect(one.part('meter')).to.exist;
  });
});
