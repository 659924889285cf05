import { expect, html } from '@open-wc/testing';
import type { Output } from '../../api/contract/index.ts';
import { GENESIS, linkText } from '../../api/rules/chain.ts';
import type { Entry, Thing } from '../../widgets/elements/statement/pages.ts';
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

/** The things of these entries: each entry is one. */
const thingOf = ({ seq, kind, at, amount, after }: Entry): Thing => ({
  id: `${kind}/${seq}`,
  kind: kind === 'credits.purchase' ? 'credits' : 'call',
  name: kind === 'credits.purchase' ? 'Breeze' : null,
  named: null,
  at,
  amountMillis: amount,
  heldMillis: 0,
  state: 'done',
  money: kind === 'credits.purchase' ? { priceCents: 2250, currency: 'EUR', state: 'paid' } : null,
  purchaseId: kind === 'credits.purchase' ? 'pur_1' : null,
  orderId: null,
  callId: kind === 'credits.purchase' ? null : `call-${seq}`,
  entries: [{ seq, kind, at, amount, availableAfter: after.available }],
});

const pagedThings =
  (things: Thing[]) =>
  (input: unknown): Output<'credits.history'> => {
    const { before, limit } = input as { before?: string; limit: string };
    const seqOf = ({ entries }: Thing) => entries[0]?.seq ?? 0;
    const newest = things
      .filter((thing) => seqOf(thing) < Number(before ?? Infinity))
      .toSorted((one, another) => seqOf(another) - seqOf(one))
      .slice(0, Number(limit));
    const last = newest.at(-1);
    const asOf = Math.max(0, ...things.flatMap(({ entries }) => entries.map(({ seq }) => seq)));
    const availableMillis = things.reduce((sum, { amountMillis }) => sum + amountMillis, 0);
    return { things: newest, asOf, availableMillis, next: last && seqOf(last) > 1 ? seqOf(last) : null };
  };

const answersOf = (entries: Entry[], things = entries.map(thingOf)) => ({
  'credits.statement': paged(entries),
  'credits.history': pagedThings(things),
});

const show = (entries: Entry[], options: Parameters<typeof open>[2] = {}) =>
  open<WlStatement>(
    statement,
    { 'bootstrap.read': signedIn({ balance: balance({ seq: entries.length }) }), ...answersOf(entries) },
    options,
  );

/** A browser that comes back to the same agency's page. */
let browsers = 0;
const sameBrowser = () => ({ key: `wlp_test_browser_${Date.now()}_${++browsers}` });

/** Closes the page, and keeps what its browser has stored. */
function leave(): void {
  const kept = Object.entries({ ...localStorage });
  close();
  for (const [name, value] of kept) localStorage.setItem(name, String(value));
}

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
const lines = ({ element }: Page<WlStatement>) =>
  [...element.shadowRoot!.querySelectorAll('[part=thing] summary')].map((row) => words(row));

async function verified(page: Page<WlStatement>): Promise<HTMLElement> {
  page.part('verify').click();
  await page.element.updateComplete;
  for (let turn = 0; turn < 20 && words(page.part('verify')) === 'Checking'; turn += 1) await settled(page.element);
  return page.part('verdict');
}

describe('<wl-statement>', () => {
  afterEach(close);

  it('credits.history C18: says what came and went and what was paid, with the entries one step below', async () => {
    const page = await show(await entriesOf(2));
    const [call, purchase] = lines(page);
    expect(call).to.match(/^Call call-2 ?−1 ?Jan 1, 2026.*/);
    expect(purchase).to.match(/^Breeze ?\+100 ?.* €22\.50 paid$/);
    const [row] = page.element.shadowRoot!.querySelectorAll('details');
    expect(row!.open).to.equal(false);
    row!.querySelector('summary')!.click();
    expect(words(row!.querySelector('[part=entry]')!)).to.match(/^Call ?−1 ?Jan 1, 2026.* Balance 99$/);
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
    expect(lines(page).length).to.equal(50);
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

  it('credits.history C18 C25: the check turns red at a row that the entries do not bear out', async () => {
    const entries = await entriesOf(12);
    const wrong: Record<string, (things: Thing[]) => unknown> = {
      'another amount': (things) => Object.assign(things[3]!, { amountMillis: -1 }),
      'another entry': (things) => Object.assign(things[3]!.entries[0]!, { amount: -1 }),
      'a foreign entry': (things) => things[3]!.entries.splice(0, 1, { ...things[3]!.entries[0]!, kind: 'call.hold' }),
    };
    for (const change of Object.values(wrong)) {
      const things = entries.map(thingOf);
      change(things);
      const page = await open<WlStatement>(statement, { 'bootstrap.read': signedIn(), ...answersOf(entries, things) });
      expect(words(await verified(page))).to.equal('Entry 4 is not as it was written. Please contact support.');
      expect(page.element.shadowRoot!.querySelector('.broken details')).to.have.property('open', true);
      close();
    }
  });

  it('credits.history C18: held things are pending, returned payments are named, and what cost nothing is folded', async () => {
    const [first, ...others] = (await entriesOf(6)).map(thingOf);
    const things = [
      { ...first!, money: { ...first!.money!, state: 'refunded' as const }, amountMillis: 0 },
      { ...others[0]!, state: 'pending' as const, heldMillis: 1000 },
      { ...others[1]!, state: 'void' as const, amountMillis: 0 },
      { ...others[2]!, state: 'void' as const, amountMillis: 0 },
      { ...others[3]!, kind: 'number' as const, named: { code: 'number' as const, values: { display: '+1 415 555 9804' } } },
    ];
    const page = await open<WlStatement>(statement, {
      'bootstrap.read': signedIn(),
      'credits.statement': paged([]),
      'credits.history': pagedThings(things),
    });
    const list = page.part('things');
    const rows = [...list.querySelectorAll('summary')].map((row) => words(row));
    expect(rows.length).to.equal(3);
    expect(rows[0]).to.match(/^\+1 415 555 9804, setup and first month ?−1 /);
    expect(rows[1]).to.match(/^Call call-2 Pending ?−1 /);
    expect(rows[2]).to.match(/^Breeze Refunded ?€22\.50 /);
    expect(words(page.part('folded').querySelector('summary')!)).to.equal('2 rows that cost nothing');
    await expect(page.element).to.be.accessible();
  });

  it('credits.history C18: a row links its receipt or call on a page of the web, and nothing else', async () => {
    const markup = html`<wl-statement receipt-href="/receipts/{id}" call-href="javascript:alert(1)//{id}"></wl-statement>`;
    const page = await open<WlStatement>(markup, { 'bootstrap.read': signedIn(), ...answersOf(await entriesOf(2)) });
    const links = [...page.element.shadowRoot!.querySelectorAll('a')].map(({ href }) => href);
    expect(links).to.deep.equal([`${location.origin}/receipts/pur_1`]);
  });

  it('credits.export C18: a month is downloaded by its days, once, and a refusal has a sentence', async () => {
    const asked: unknown[] = [];
    const saved: string[] = [];
    const click = HTMLAnchorElement.prototype.click;
    HTMLAnchorElement.prototype.click = function () {
      saved.push(this.download);
    };
    try {
      const page = await show(await entriesOf(2));
      const [csv, pdf] = [0, 1].map((nth) => page.element.shadowRoot!.querySelectorAll<HTMLElement>('[part=download]')[nth]!) as [
        HTMLElement,
        HTMLElement,
      ];
      expect([csv, pdf].map((button) => words(button))).to.deep.equal(['Download CSV', 'Download PDF']);
      const file = { openingMillis: 0, closingMillis: 0, rows: 0, seq: 2, hash: null, file: btoa('x') };
      page.network.answers['credits.export'] = (input) => {
        asked.push(input);
        return { ...file, fileName: `statement.${(input as { format: string }).format}`, type: 'text/csv' };
      };
      csv.click();
      csv.click();
      await settled(page.element);
      const select = page.part('period') as HTMLSelectElement;
      expect([...select.options].slice(0, 1).map(({ text }) => text)).to.deep.equal(['Everything']);
      select.value = select.options[1]!.value;
      pdf.click();
      await settled(page.element);
      const [year, month] = new Date().toISOString().split('-').map(Number) as [number, number];
      const days = { from: `${select.value}-01`, to: new Date(Date.UTC(year, month, 0)).toISOString().slice(0, 10) };
      const withoutKey = asked.map((input) => Object.fromEntries(Object.entries(input as object).filter(([name]) => name !== 'key')));
      expect(withoutKey).to.deep.equal([{ format: 'csv' }, { format: 'pdf', ...days }]);
      expect(saved).to.deep.equal(['statement.csv', 'statement.pdf']);
      page.network.answers['credits.export'] = { status: 422, code: 'statement.too_long', message: 'Choose a shorter time.' };
      csv.click();
      await settled(page.element);
      expect(page.text('error')).to.contain('Choose a shorter time.');
      expect(csv).to.have.attribute('aria-disabled', 'false');
      await expect(page.element).to.be.accessible();
    } finally {
      HTMLAnchorElement.prototype.click = click;
    }
  });

  it('credits.history MT18: a call is named by its agent and number with how long it lasted', async () => {
    const [, ...calls] = (await entriesOf(6)).map(thingOf);
    const known = [
      { seconds: 133, number: '+1 415 555 9804', agentName: 'Anna' },
      { seconds: 7, number: '+1 415 555 9804', agentName: null },
      { seconds: 60, number: null, agentName: null },
      { seconds: null, number: null, agentName: null },
    ];
    const things = calls.slice(0, 4).map((thing, index) => ({ ...thing, call: known[index]! }));
    const page = await open<WlStatement>(statement, {
      'bootstrap.read': signedIn(),
      'credits.statement': paged([]),
      'credits.history': pagedThings(things),
    });
    expect([...page.part('things').querySelectorAll('summary b:first-child')].map((name) => words(name))).to.deep.equal([
      'Call call-5',
      'Call call-4, 1 min 0 s',
      'Call +1 415 555 9804, 7 s',
      'Call with Anna, +1 415 555 9804, 2 min 13 s',
    ]);
    await expect(page.element).to.be.accessible();
  });

  it('credits.history C18: each entry names its cause and links it, or says that none is known', async () => {
    const [bought, called, other] = (await entriesOf(3)).map(thingOf);
    const withCause = (thing: Thing, cause: Thing['entries'][number]['cause']) => ({
      ...thing,
      entries: thing.entries.map((entry) => ({ ...entry, cause })),
    });
    const things = [
      withCause(bought!, { kind: 'purchase', id: 'pur_1' }),
      withCause(called!, { kind: 'call', id: 'call-2' }),
      withCause(other!, null),
    ];
    const page = await open<WlStatement>(html`<wl-statement call-href="/calls/{id}"></wl-statement>`, {
      'bootstrap.read': signedIn(),
      'credits.statement': paged([]),
      'credits.history': pagedThings(things),
    });
    const causes = [...page.element.shadowRoot!.querySelectorAll<HTMLElement>('[part=cause]')];
    expect(causes.map((cause) => ({ words: words(cause), href: cause.querySelector('a')?.pathname }))).to.deep.equal([
      { words: 'What caused it was not recorded.', href: undefined },
      { words: 'Call call-2', href: '/calls/call-2' },
      { words: 'Purchase pur_1', href: undefined },
    ]);
  });

  it('receipts.read C18: a paid row downloads its receipt, and says in the row why it cannot', async () => {
    const saved: string[] = [];
    const click = HTMLAnchorElement.prototype.click;
    HTMLAnchorElement.prototype.click = function () {
      saved.push(this.download);
    };
    try {
      const page = await show(await entriesOf(2));
      const button = page.part('receipt');
      expect(page.element.shadowRoot!.querySelectorAll('[part=receipt]').length).to.equal(1);
      page.network.answers['receipts.read'] = { status: 409, code: 'receipt.not_paid', message: 'Not paid yet.' };
      button.click();
      await settled(page.element);
      expect(button.closest('li')).to.contain(page.part('error'));
      page.network.answers['receipts.read'] = { number: '1', issuedAt: '2026-01-01T00:00:00Z', fileName: 'receipt-1.pdf', pdf: btoa('x') };
      button.click();
      await settled(page.element);
      expect({ saved, error: page.part('error') }).to.deep.equal({ saved: ['receipt-1.pdf'], error: null });
    } finally {
      HTMLAnchorElement.prototype.click = click;
    }
  });

  it('credits.history C18: of 1,000 things the first page asks once and draws 25 rows', async () => {
    const page = await show(await entriesOf(1000));
    expect(lines(page).length).to.equal(25);
    expect(page.network.named('credits.history').length).to.equal(1);
    expect(page.element.shadowRoot!.querySelectorAll('*').length).to.be.below(25 * 20);
  });

  it('credits.history C18 U7: rows that are older than the balance beside them say so until they are read anew', async () => {
    const entries = await entriesOf(3);
    const page = await show(entries.slice(0, 2));
    expect(page.part('things')).to.have.attribute('aria-busy', 'false');
    Object.assign(page.network.answers, { 'credits.history': 'never' });
    page.kit.update(balance({ seq: 3 }));
    await settled(page.element);
    expect(page.part('things')).to.have.attribute('aria-busy', 'true');
    Object.assign(page.network.answers, answersOf(entries));
    page.kit.update(balance({ seq: 4 }));
    await settled(page.element);
    expect(page.part('things')).to.have.attribute('aria-busy', 'true');
    Object.assign(page.network.answers, answersOf(await entriesOf(5)));
    page.kit.update(balance({ seq: 5 }));
    await settled(page.element);
    expect(page.part('things')).to.have.attribute('aria-busy', 'false');
    expect(lines(page).length).to.equal(5);
  });

  it('credits.statement SX20: the newest entries that are gone are missed by the browser that has seen them, at once', async () => {
    const [entries, browser] = [await entriesOf(12), sameBrowser()];
    expect(await toldBy(await show(entries, browser))).to.equal('nothing');
    leave();
    const page = await show(entries.slice(0, 9), browser);
    expect(await toldBy(page)).to.equal(gone(12));
    expect(words(await verified(page))).to.equal(gone(12));
    expect(page.part('verdict')).to.have.class('danger');
    await expect(page.element).to.be.accessible();
    leave();
    expect(await toldBy(await show(entries, { key: 'wlp_test_another_browser' }))).to.equal('nothing');
  });

  it('credits.statement SX20: a statement that is empty although it was not is told', async () => {
    const browser = sameBrowser();
    await toldBy(await show(await entriesOf(3), browser));
    leave();
    expect(await toldBy(await show([], browser))).to.equal(gone(3));
  });

  it('credits.statement SX20: a whole chain that was written anew, with every hash right, is told', async () => {
    const [entries, browser] = [await entriesOf(12), sameBrowser()];
    await toldBy(await show(entries, browser));
    leave();
    const page = await show(await rewritten(entries, (entry) => (entry.at = '2026-02-02T00:00:00.000Z')), browser);
    expect(await toldBy(page)).to.equal(other(12));
    expect(words(await verified(page))).to.equal(other(12));
  });

  it('credits.statement SX20: so it is where more came since than one page holds, as soon as all of it is checked', async () => {
    const [entries, browser] = [await entriesOf(60), sameBrowser()];
    await toldBy(await show(entries.slice(0, 12), browser));
    leave();
    const page = await show(await rewritten(entries, (entry) => (entry.at = '2026-02-02T00:00:00.000Z')), browser);
    expect(await toldBy(page)).to.equal('nothing');
    expect(words(await verified(page))).to.equal(other(12));
    leave();
    const whole = await show(entries, browser);
    expect(words(await verified(whole))).to.match(/^Amounts, .* of 60 entries .* Nothing is gone that this browser had seen\.$/);
    leave();
    expect(await toldBy(await show(entries.slice(0, 59), browser))).to.equal(gone(60));
  });

  it('credits.statement SX20: another client of the same browser is not measured by what the first one had seen', async () => {
    const browser = sameBrowser();
    await toldBy(await show(await entriesOf(12), browser));
    leave();
    const answers = signedIn({ balance: balance({ seq: 2 }), account: { ...signedIn().account!, clientId: 'cli_other' } });
    const page = await open<WlStatement>(statement, { 'bootstrap.read': answers, ...answersOf(await entriesOf(2)) }, browser);
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
    Object.assign(page.network.answers, answersOf(entries));
    page.kit.update(balance({ seq: 3 }));
    await settled(page.element);
    expect(lines(page).length).to.equal(3);
    page.kit.changed();
    await settled(page.element);
    for (const name of ['credits.statement', 'credits.history'] as const) expect(page.network.named(name).length).to.equal(2);
  });

  it('credits.statement E12: a refusal is one sentence with a way out, and is not asked for again and again', async () => {
    const page = await open<WlStatement>(statement, {
      'bootstrap.read': signedIn(),
      'credits.statement': paged([]),
      'credits.history': { status: 500, code: 'internal' },
    });
    page.kit.changed();
    await settled(page.element);
    expect(page.network.named('credits.history').length).to.equal(1);
    await expect(page.element).to.be.accessible();
    Object.assign(page.network.answers, answersOf(await entriesOf(2)));
    page.part('retry').click();
    await settled(page.element);
    await settled(page.element);
    expect(lines(page).length).to.equal(2);
  });

  it('credits.statement: is empty at first, and nobody sees it signed out', async () => {
    const empty = await show([]);
    expect(empty.text('empty')).to.contain('No activity yet.');
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
        { 'bootstrap.read': signedIn(), ...answersOf(entries) },
        { style: `width: ${width}px` },
      );
      expect(page.element.scrollWidth).to.be.at.most(width);
      for (const button of page.element.shadowRoot!.querySelectorAll('button'))
        expect(button.getBoundingClientRect().height).to.be.at.least(44);
    });
});
