import { expect, html } from '@open-wc/testing';
import type { WlBalanceMeter } from '../../widgets/elements/balance-meter/balance-meter.ts';
import '../../widgets/elements/balance-meter/balance-meter.ts';
import { balance, signedIn } from './support/answers.ts';
import { found, number } from './support/numbers.ts';
import { click, show } from './support/numbers-page.ts';
import { close, open, settled } from './support/page.ts';

const meter = html`<wl-balance-meter></wl-balance-meter>`;
const known = (available: number) => ({ 'bootstrap.read': signedIn({ balance: balance({ available, assigned: 200_000 }) }) });

/** Puts a translation in place of each text, as browsers do. */
function translate(tree: Node): void {
  const walker = document.createTreeWalker(tree, NodeFilter.SHOW_TEXT);
  const texts: Text[] = [];
  while (walker.nextNode()) texts.push(walker.currentNode as Text);
  for (const text of texts.filter(({ data, parentElement }) => /\S/.test(data) && parentElement?.localName !== 'style')) {
    const font = document.createElement('font');
    font.textContent = `Ü ${text.data}`;
    text.replaceWith(font);
  }
}

/** Returns where a sign stands in the first text of a tree that has a digit. */
function placesIn(tree: Node): (sign: string) => number {
  const walker = document.createTreeWalker(tree, NodeFilter.SHOW_TEXT);
  while (walker.nextNode() && !/\d/.test(walker.currentNode.textContent ?? '')) {}
  const text = walker.currentNode as Text;
  return (sign) => {
    const range = document.createRange();
    range.setStart(text, text.data.indexOf(sign));
    range.setEnd(text, text.data.indexOf(sign) + 1);
    return range.getBoundingClientRect().left;
  };
}

describe('elements that others have their hands in', () => {
  afterEach(() => {
    close();
    document.documentElement.dir = '';
  });

  it('credits.balance PG6: a new balance is shown where a translator has replaced the old one', async () => {
    const { element, kit, text } = await open<WlBalanceMeter>(meter, known(120_000));
    translate(element.shadowRoot!);
    expect(text('sentence')).to.equal('Ü 120 credits left');
    kit.update({ ...kit.balance!, seq: kit.balance!.seq + 1, available: 45_000 });
    await settled(element);
    expect(text('sentence')).to.equal('45 credits left');
  });

  it('credits.balance PG11: on a page from right to left a figure keeps its sign before it', async () => {
    document.documentElement.dir = 'rtl';
    const { element } = await open<WlBalanceMeter>(meter, known(-5_000));
    const leftOf = placesIn(element.shadowRoot!.querySelector('data')!);
    expect(leftOf('-')).to.be.below(leftOf('5'));
    expect(getComputedStyle(element.shadowRoot!.querySelector('[part=sentence]')!).textAlign).to.equal('right');
  });

  it('numbers.list PG11: on a page from right to left a phone number, found or owned, keeps its sign before it', async () => {
    document.documentElement.dir = 'rtl';
    const page = await show({ 'numbers.list': { numbers: [number()] }, 'numbers.search': { numbers: [found()] } });
    await click(page, 'Search');
    for (const part of ['number', 'result']) {
      const leftOf = placesIn(page.element.shadowRoot!.querySelector(`[part=${part}]`)!);
      expect(leftOf('+'), part).to.be.below(leftOf('4'));
    }
  });
});
