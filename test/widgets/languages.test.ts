import { expect, html, waitUntil } from '@open-wc/testing';
import '../../widgets/elements/balance-meter/balance-meter.ts';
import '../../widgets/elements/statement/statement.ts';
import type { firstViewStrings } from '../../widgets/strings/en/first-view.ts';
import type { statementStrings } from '../../widgets/strings/en/statement.ts';
import { fillText, type Languages, type Translated } from '../../widgets/strings/strings.ts';
import type { WlElement } from '../../widgets/ui/element.ts';
import { balance, bootstrap, signedIn } from './support/answers.ts';
import { close, open, settled, words } from './support/page.ts';

/** Some texts in Polish, which has more plural forms than English. */
const firstView: Partial<Translated<typeof firstViewStrings>> = {
  'meter.enough': 'Masz {available kredytów|one: kredyt|few: kredyty}',
  'meter.available': 'Dostępne',
};
const statement: Partial<Translated<typeof statementStrings>> = { 'statement.signedOut': 'Zaloguj się.' };
const refusals = { 'session.missing': 'Twoja sesja wygasła.' };
const languages: Languages = { pl: async () => ({ ...firstView, ...statement, ...refusals }) };

const meter = html`<div>
  <section lang="pl-PL"><wl-balance-meter></wl-balance-meter></section>
  <section lang="en"><wl-balance-meter></wl-balance-meter></section>
</div>`;

/** Returns the sentences of all meters on a page. */
async function sentences(root: HTMLElement): Promise<string[]> {
  const meters = [...root.querySelectorAll<WlElement>('wl-balance-meter')];
  for (const one of meters) await settled(one);
  return meters.map((one) => words(one.shadowRoot!.querySelector('[part=sentence]')));
}

const has = (credits: number) => ({ 'bootstrap.read': signedIn({ balance: balance({ available: credits * 1000 }) }) });

describe('languages', () => {
  afterEach(close);

  for (const [credits, polish, english] of [
    [1, 'Masz 1 kredyt', '1 credit left'],
    [3, 'Masz 3 kredyty', '3 credits left'],
    [5, 'Masz 5 kredytów', '5 credits left'],
  ] as const)
    it(`H10: two elements of a page speak two languages at once, each with its plural forms: ${polish}`, async () => {
      const { root } = await open<WlElement>(meter, has(credits), { languages });
      expect(await sentences(root)).to.deep.equal([polish, english]);
    });

  it('H10: two agencies of a page have each their languages, and one that lacks a language speaks English', async () => {
    const one = await open<WlElement>(meter, has(5), { languages });
    const other = await open<WlElement>(meter, has(5));
    expect(await sentences(one.root)).to.deep.equal(['Masz 5 kredytów', '5 credits left']);
    expect(await sentences(other.root)).to.deep.equal(['5 credits left', '5 credits left']);
  });

  it('H10: the same words follow the plural rules of the language that they are written in', () => {
    const say = (spoken: string) => fillText('{credits credits|one: credit}', { credits: 0 }, 'en', spoken);
    expect({ fr: say('fr'), en: say('en') }).to.deep.equal({ fr: '0 credit', en: '0 credits' });
  });

  it("H10: the page's own words go before a translation, and what a translation lacks is said in English", async () => {
    const markup = html`<wl-balance-meter lang="pl"></wl-balance-meter>`;
    const { element, kit } = await open<WlElement>(markup, has(5), { languages, strings: { 'meter.available': 'Do wydania' } });
    const label = () => [...element.shadowRoot!.querySelectorAll<HTMLElement>('data')].map(({ dataset }) => dataset.label);
    expect(label()).to.deep.equal(['Do wydania', 'Used', 'Assigned']);
    kit.strings = {};
    kit.changed();
    await settled(element);
    expect(label()).to.deep.equal(['Dostępne', 'Used', 'Assigned']);
  });

  it('H10: an element that arrives later is translated too, and so is what the API refuses', async () => {
    const markup = html`<wl-statement lang="pl"></wl-statement>`;
    const { text, element } = await open<WlElement>(markup, { 'bootstrap.read': bootstrap() }, { languages });
    expect(text('signed-out')).to.equal('Zaloguj się.');
    expect(element.explain({ code: 'session.missing', message: 'Please sign in again.' })).to.equal('Twoja sesja wygasła.');
    expect(element.explain({ code: 'credits.insufficient', message: 'There are too few credits.' })).to.equal('There are too few credits.');
  });

  it('E12: a language that cannot be loaded leaves English, and is asked for again', async () => {
    let isReachable = false;
    const broken: Languages = {
      pl: () => (isReachable ? Promise.resolve(firstView) : Promise.reject(new TypeError('Failed to fetch'))),
    };
    const { root } = await open<WlElement>(meter, has(5), { languages: broken });
    expect((await sentences(root))[0]).to.equal('5 credits left');
    isReachable = true;
    await waitUntil(async () => (await sentences(root))[0] === 'Masz 5 kredytów', 'it is not asked for again', { timeout: 20_000 });
  });
});
