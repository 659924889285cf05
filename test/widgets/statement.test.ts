import { expect, html } from '@open-wc/testing';
import type { Output } from '../../api/contract/index.ts';
import { GENESIS, linkText } from '../../api/rules/chain.ts';
import type { Entry } from '../../widgets/elements/statement/pages.ts';
import type { WlStatement } from '../../widgets/elements/statement/statement.ts';
import '../../widgets/elements/statement/statement.ts';
import { balance, signedIn } from './support/answers.ts';
import { close, open, type Page, settled, words } from './support/page.ts';

const statement = html`<wl-statement></wl-statement>`;

async function sha256(text: string): Promise<string> {
  const bytes = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)));
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
}

/** A client's entries, oldest first: 100 credits bought, then one minute of calls after the other. */
async function entriesOf(count: number): Promise<Entry[]> {
  const entries: Entry[] = [];
  for (let seq = 1; seq <= count; seq += 1) {
    const [kind, amount] = seq === 1 ? (['credits.purchase', 100_000] as const) : (['usage.record', -1000] as const);
    const after = { available: 100_000 - (seq - 1) * 1000, held: 0, used: (seq - 1) * 1000, assigned: 100_000, lots: [] };
    const told = { kind, at: new Date(Date.UTC(2026, 0, 1, 0, seq)).toISOString(), account: 'client.mem_1', seq, amount, after };
    const hash = await sha256(linkText(entries.at(-1)?.hash ?? GENESIS, { _id: `t${seq}`, ...told }));
    entries.push({ ...told, transferId: `t${seq}`, actor: 'server', hash, description: seq === 1 ? null : `Call ${seq}` });
  }
  return entries;
}

/** As the API pages: newest first, before a number. */
const paged =
  (entries: Entry[]) =>
  (input: unknown): Output<'credits.statement'> => {
    const { before, limit } = input as { before?: string; limit: string };
    const newest = entries
      .filter(({ seq }) => seq < Number(before ?? Infinity))
      .toReversed()
      .slice(0, Number(limit));
    const last = newest.at(-1)?.seq ?? 1;
    return { entries: newest, lifetime: { assigned: 100_000, used: 0, reversed: 0 }, next: last > 1 ? last : null };
  };

const show = (entries: Entry[], options: Parameters<typeof open>[2] = {}) =>
  open<WlStatement>(
    statement,
    { 'bootstrap.read': signedIn({ balance: balance({ seq: entries.length }) }), 'credits.statement': paged(entries) },
    options,
  );

/** A browser that comes back to the same agency's page. */
let browsers = 0;
const sameBrowser = () => ({ key: `wlp_test_browser_${Date.now()}_${++browsers}` });

/** The verdict that stands there without being asked for, or that nothing is wrong. */
async function toldBy(page: Page<WlStatement>): Promise<string> {
  for (let turn = 0; turn < 20 && !page.part('verdict'); turn += 1) await settled(page.element);
  return page.part('verdict') ? words(page.part('verdict')) : 'nothing';
}

/** The same statement, told otherwise: every hash is right again. */
async function rewritten(entries: readonly Entry[], change: (entry: Entry) => unknown): Promise<Entry[]> {
  const told: Entry[] = [];
  for (const entry of structuredClone(entries)) {
    change(entry);
    entry.hash = await sha256(linkText(told.at(-1)?.hash ?? GENESIS, { ...entry, _id: entry.transferId }));
    told.push(entry);
  }
  return told;
}
const lines = ({ element }: Page<WlStatement>) => [...element.shadowRoot!.querySelectorAll('[part=entry]')].map((entry) => words(entry));

async function verified(page: Page<WlStatement>): Promise<HTMLElement> {
  page.part('verify').click();
  await page.element.updateComplete;
  for (let turn = 0; turn < 20 && words(page.part('verify')) === 'Checking'; turn += 1) await settled(page.element);
  return page.part('verdict');
}

describe('<wl-statement>', () => {
  afterEach(close);

  it('credits.statement C25: says in words what came and went, and what the balance was then', async () => {
    const page = await show(await entriesOf(2));
    const [call, purchase] = lines(page);
    expect(call).to.match(/^Call ?Call 2 ?-1 ?Jan 1, 2026.* Balance 99$/);
    expect(purchase).to.match(/^Credits bought ?\+100 ?.*Balance 100$/);
    await expect(page.element).to.be.accessible();
  });

  it('credits.statement C25: every entry as it was written is confirmed, over all pages', async () => {
    const page = await show(await entriesOf(130));
    expect(lines(page).length).to.equal(25);
    page.part('older').click();
    await settled(page.element);
    expect(lines(page).length).to.equal(50);
    const verdict = await verified(page);
    expect(words(verdict)).to.equal(
      'Amounts, balances, times and order of 130 entries are as they were written. Words and names are not checked. ' +
        'Nothing is gone that this browser had seen.',
    );
    expect(verdict).to.have.class('success');
    expect(lines(page).length).to.equal(130);
    await expect(page.element).to.be.accessible();
  });

  const changes: Record<string, [(entries: Entry[]) => void, number]> = {
    'an amount of the past': [(entries) => Object.assign(entries[2]!, { amount: -5 }), 3],
    'a balance of the past': [(entries) => Object.assign(entries[6]!, { after: { ...entries[6]!.after, available: 1 } }), 7],
    'a day of the past': [(entries) => Object.assign(entries[0]!, { at: '2025-01-01T00:00:00.000Z' }), 1],
    'an entry that is gone': [(entries) => entries.splice(4, 1), 6],
    'a beginning that is gone': [(entries) => entries.splice(0, 2), 3],
  };
  for (const [what, [change, broken]] of Object.entries(changes))
    it(`credits.statement C25: the check turns red at ${what} and names the first broken entry`, async () => {
      const entries = await entriesOf(12);
      change(entries);
      const page = await show(entries);
      const verdict = await verified(page);
      expect(words(verdict)).to.equal(`Entry ${broken} is not as it was written. Please contact support.`);
      expect(verdict).to.have.class('danger');
      expect(page.element.shadowRoot!.querySelectorAll('.broken').length).to.equal(1);
      await expect(page.element).to.be.accessible();
    });

  const gone = (number: number) => `Entries are missing: this browser had seen entry ${number}, and it is gone. Please contact support.`;
  const other = (number: number) => `Entry ${number} is another than the one that this browser had seen. Please contact support.`;

  it('credits.statement SX20: the newest entries that are gone are missed by the browser that has seen them, at once', async () => {
    const [entries, browser] = [await entriesOf(12), sameBrowser()];
    expect(await toldBy(await show(entries, browser))).to.equal('nothing');
    close();
    const page = await show(entries.slice(0, 9), browser);
    expect(await toldBy(page)).to.equal(gone(12));
    expect(words(await verified(page))).to.equal(gone(12));
    expect(page.part('verdict')).to.have.class('danger');
    await expect(page.element).to.be.accessible();
    close();
    expect(await toldBy(await show(entries, { key: 'wlp_test_another_browser' }))).to.equal('nothing');
  });

  it('credits.statement SX20: a statement that is empty although it was not is told', async () => {
    const browser = sameBrowser();
    await toldBy(await show(await entriesOf(3), browser));
    close();
    expect(await toldBy(await show([], browser))).to.equal(gone(3));
  });

  it('credits.statement SX20: a whole chain that was written anew, with every hash right, is told', async () => {
    const [entries, browser] = [await entriesOf(12), sameBrowser()];
    await toldBy(await show(entries, browser));
    close();
    const page = await show(await rewritten(entries, (entry) => (entry.at = '2026-02-02T00:00:00.000Z')), browser);
    expect(await toldBy(page)).to.equal(other(12));
    expect(words(await verified(page))).to.equal(other(12));
  });

  it('credits.statement SX20: so it is where more came since than one page holds, as soon as all of it is checked', async () => {
    const [entries, browser] = [await entriesOf(60), sameBrowser()];
    await toldBy(await show(entries.slice(0, 12), browser));
    close();
    const page = await show(await rewritten(entries, (entry) => (entry.at = '2026-02-02T00:00:00.000Z')), browser);
    expect(await toldBy(page)).to.equal('nothing');
    expect(words(await verified(page))).to.equal(other(12));
    close();
    const whole = await show(entries, browser);
    expect(words(await verified(whole))).to.match(/^Amounts, .* of 60 entries .* Nothing is gone that this browser had seen\.$/);
    close();
    expect(await toldBy(await show(entries.slice(0, 59), browser))).to.equal(gone(60));
  });

  it('credits.statement SX20: another client of the same browser is not measured by what the first one had seen', async () => {
    const browser = sameBrowser();
    await toldBy(await show(await entriesOf(12), browser));
    close();
    const answers = signedIn({ balance: balance({ seq: 2 }), account: { ...signedIn().account!, clientId: 'cli_other' } });
    const page = await open<WlStatement>(statement, { 'bootstrap.read': answers, 'credits.statement': paged(await entriesOf(2)) }, browser);
    expect(await toldBy(page)).to.equal('nothing');
  });

  it('credits.statement SX20: a browser that stores nothing checks the chain all the same', async () => {
    const real = Object.getOwnPropertyDescriptor(window, 'localStorage')!;
    Object.defineProperty(window, 'localStorage', {
      configurable: true,
      get() {
        throw new DOMException('denied', 'SecurityError');
      },
    });
    try {
      const page = await show(await entriesOf(3));
      expect(words(await verified(page))).to.equal(
        'Amounts, balances, times and order of 3 entries are as they were written. Words and names are not checked.',
      );
    } finally {
      Object.defineProperty(window, 'localStorage', real);
    }
  });

  it('credits.statement C12: follows the balance, and asks once for each change', async () => {
    const entries = await entriesOf(3);
    const page = await show(entries.slice(0, 2));
    page.network.answers['credits.statement'] = paged(entries);
    page.kit.update(balance({ seq: 3 }));
    await settled(page.element);
    expect(lines(page).length).to.equal(3);
    page.kit.changed();
    await settled(page.element);
    expect(page.network.named('credits.statement').length).to.equal(2);
  });

  it('credits.statement E12: a refusal is one sentence with a way out, and is not asked for again and again', async () => {
    const page = await open<WlStatement>(statement, {
      'bootstrap.read': signedIn(),
      'credits.statement': { status: 500, code: 'internal' },
    });
    page.kit.changed();
    await settled(page.element);
    expect(page.network.named('credits.statement').length).to.equal(1);
    await expect(page.element).to.be.accessible();
    page.network.answers['credits.statement'] = paged(await entriesOf(2));
    page.part('retry').click();
    await settled(page.element);
    await settled(page.element);
    expect(lines(page).length).to.equal(2);
  });

  it('credits.statement: is empty at first, and nobody sees it signed out', async () => {
    const empty = await show([]);
    expect(empty.text('empty')).to.contain('Nothing has happened yet.');
    await empty.kit.leave();
    await settled(empty.element);
    expect(empty.text('signed-out')).to.equal('Sign in to see your statement.');
    await expect(empty.element).to.be.accessible();
  });

  for (const width of [280, 1200])
    it(`E17: the statement fits ${width} px`, async () => {
      const entries = await entriesOf(3);
      const page = await open<WlStatement>(
        statement,
        { 'bootstrap.read': signedIn(), 'credits.statement': paged(entries) },
        { style: `width: ${width}px` },
      );
      expect(page.element.scrollWidth).to.be.at.most(width);
      for (const button of page.element.shadowRoot!.querySelectorAll('button'))
        expect(button.getBoundingClientRect().height).to.be.at.least(44);
    });
});
