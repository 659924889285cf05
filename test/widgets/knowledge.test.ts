import { expect, html } from '@open-wc/testing';
import type { Input } from '../../api/contract/index.ts';
import type { WlKnowledgeUpload } from '../../widgets/elements/knowledge-upload/knowledge-upload.ts';
import '../../widgets/elements/knowledge-upload/knowledge-upload.ts';
import { balance, bootstrap, signedIn, tokenFor } from './support/answers.ts';
import { list, quoteOf, type Source, source } from './support/knowledge.ts';
import { close, open, type Page, settled, words } from './support/page.ts';

const upload = html`<wl-knowledge-upload></wl-knowledge-upload>`;
const MIB = 1024 * 1024;
type Quoting = Input<'knowledge.quote'>;

const button = ({ element }: Page<WlKnowledgeUpload>, text: string) =>
  [...element.shadowRoot!.querySelectorAll('button')].find((one) => words(one).startsWith(text));
const rows = ({ element }: Page<WlKnowledgeUpload>, part: string) => [...element.shadowRoot!.querySelectorAll(`[part=${part}]`)].map(words);

/** Waits until something is so. */
async function until(page: Page<WlKnowledgeUpload>, isSo: () => unknown): Promise<void> {
  for (let turn = 0; turn < 200 && !isSo(); turn += 1) await settled(page.element);
  expect(!!isSo(), isSo.toString()).to.equal(true);
}

async function choose(page: Page<WlKnowledgeUpload>, files: File[], within = ''): Promise<void> {
  const input = page.element.shadowRoot!.querySelector<HTMLInputElement>(`${within} input[type=file]`)!;
  const transfer = new DataTransfer();
  for (const file of files) transfer.items.add(file);
  input.files = transfer.files;
  input.dispatchEvent(new Event('change'));
  await until(page, () => page.part('total'));
}

const show = (answers: Parameters<typeof open>[1] = {}) =>
  open<WlKnowledgeUpload>(upload, {
    'bootstrap.read': signedIn(),
    'knowledge.list': list([], { count: { used: 0, most: 40 } }),
    'agents.list': { agents: [] },
    'knowledge.quote': (input: Quoting) => quoteOf(input),
    ...answers,
  });

describe('<wl-knowledge-upload>', () => {
  afterEach(close);

  it('knowledge.list K1: one of each kind stands with type, size and date, and an empty list says what it is for', async () => {
    const empty = await show();
    expect(empty.text('empty')).to.equal('Your agents know nothing about you yet. Add what they should be able to answer.');
    await expect(empty.element).to.be.accessible();
    const sources = [
      source({ id: 'src_1', bytes: 2_500_000 }),
      source({ id: 'src_2', kind: 'text', name: 'Opening hours', type: 'txt', bytes: 300, state: 'processing' }),
      source({
        id: 'src_3',
        kind: 'url',
        name: 'https://www.example.com/',
        type: 'html',
        bytes: 0,
        state: 'failed',
        reason: { code: 'knowledge.processing_failed', message: 'This could not be read.' },
      }),
    ];
    const page = await show({ 'knowledge.list': list(sources, { storageBytes: { used: 2_500_000, most: 10_000_000 } }) });
    const [file, text, url] = rows(page, 'source');
    expect(file).to.match(/handbook.pdf PDF · 2.5 MB · Jan 5, 2026 Ready/);
    expect(text).to.contain('Being read');
    expect(url).to.match(/This could not be read\. Failed Try again/);
    expect(page.text('usage')).to.contain('2.5 MB of 10 MB');
    const roomy = await show({ 'knowledge.list': list([], { count: { used: 0, most: 1000 } }) });
    expect(roomy.text('usage')).to.contain('0 of 1,000');
    await expect(page.element).to.be.accessible();
  });

  it('knowledge.quote K11: the quote comes first; duplicates are named, and neither sent nor charged', async () => {
    const added: unknown[] = [];
    const page = await show({
      'knowledge.add': (input: Input<'knowledge.add'>) => {
        added.push(input);
        return {
          sources: input.items.map((item, at) =>
            source({ id: `src_${at}`, name: 'name' in item ? item.name : item.url, state: 'processing' }),
          ),
        };
      },
    });
    await choose(page, [new File(['one'], 'one.txt'), new File(['two'], 'two.txt'), new File(['one'], 'again.txt')]);
    expect(rows(page, 'item')).to.eql([
      'one.txt 0.1 kB 2 credits',
      'two.txt 0.1 kB 2 credits',
      'again.txt 0.1 kB Already there, not added again',
    ]);
    expect(page.text('total')).to.contain('4 credits (€1.60)');
    expect(page.network.named('knowledge.upload').length).to.equal(0);
    await expect(page.element).to.be.accessible();
    button(page, 'Add for 4 credits')!.click();
    await until(page, () => rows(page, 'source').length === 2);
    expect(added).to.have.length(1);
    expect(page.text('usage'), 'they take up room at once').to.contain('2 of 40');
    expect((added[0] as Input<'knowledge.add'>).totalMillis).to.equal(4000);
    expect((added[0] as Input<'knowledge.add'>).items.map((item) => 'name' in item && item.name)).to.eql(['one.txt', 'two.txt']);
  });

  it('knowledge.upload K9: an upload that is cut goes on with the rest alone, after one click', async () => {
    const file = new File([new Uint8Array(3 * MIB + 5)], 'large.txt');
    let received = 0;
    let isCut = true;
    const uploading = (): Source =>
      source({ bytes: file.size, receivedBytes: received, state: received === file.size ? 'processing' : 'uploading' });
    const offsets: number[] = [];
    const page = await show({
      'knowledge.add': () => ({ sources: [uploading()] }),
      'knowledge.list': () => list(offsets.length > 0 ? [uploading()] : []),
    });
    const fetched = page.network.fetch;
    window.fetch = async (address, init = {}) => {
      const url = new URL(String(address));
      if (!url.pathname.endsWith('knowledge.upload')) return fetched(address, init);
      const offset = Number(url.searchParams.get('offset'));
      offsets.push(offset);
      if (offset >= 2 * MIB && isCut) throw new TypeError('Failed to fetch');
      expect(new Headers(init.headers).get('content-type')).to.equal('application/octet-stream');
      received = offset + (init.body as Blob).size;
      return new Response(JSON.stringify(uploading()), { headers: { 'Content-Type': 'application/json' } });
    };
    await choose(page, [file]);
    button(page, 'Add for 2 credits')!.click();
    await until(page, () => button(page, 'Go on'));
    expect(offsets).to.eql([0, MIB, 2 * MIB]);
    isCut = false;
    await page.kit.load();
    button(page, 'Go on')!.click();
    await until(page, () => received === file.size);
    expect(offsets).to.eql([0, MIB, 2 * MIB, 2 * MIB, 3 * MIB]);
    expect(page.events.map(([name]) => name as string)).to.not.include('wl-signed-out');
  });

  it('knowledge.add K2: short of credits nothing is sent, and it goes on by itself once they are bought', async () => {
    let short = 1000;
    const page = await show({
      'bootstrap.read': signedIn({ balance: balance({ available: 1000 }) }),
      'knowledge.quote': (input: Quoting) => quoteOf(input, { shortMillis: short }),
      'knowledge.add': () => ({ sources: [source({ state: 'processing' })] }),
    });
    await choose(page, [new File(['one'], 'one.txt')]);
    button(page, 'Add for 2 credits')!.click();
    await until(page, () => page.part('wall'));
    expect(page.text('wall')).to.contain('You need 1 more credit.');
    expect(page.network.named('knowledge.add').length).to.equal(0);
    short = 0;
    page.kit.update(balance({ available: 50_000, seq: 9 }));
    await until(page, () => page.network.named('knowledge.add').length === 1);
    await until(page, () => rows(page, 'source').length === 1);
  });

  it('knowledge.remove K12: asks before it deletes, and the list is the one of the API', async () => {
    const page = await show({ 'knowledge.list': list([source()]), 'knowledge.remove': { removed: true } });
    button(page, 'Delete')!.click();
    await settled(page.element);
    expect(page.network.named('knowledge.remove').length).to.equal(0);
    await expect(page.element).to.be.accessible();
    page.network.answers['knowledge.list'] = list();
    button(page, 'Delete now')!.click();
    await until(page, () => page.part('empty'));
    expect(page.network.named('knowledge.remove')[0]?.input).to.eql({ sourceId: 'src_1' });
  });

  for (const state of ['failed', 'quarantined'] as const)
    it(`knowledge.retry K6 A10: what is ${state} says why, and is tried again with one click`, async () => {
      const stuck = source({ state, reason: { code: 'knowledge.quarantined', message: 'It is empty.' } });
      const page = await show({ 'knowledge.list': list([stuck]), 'knowledge.retry': source({ state: 'processing' }) });
      expect(rows(page, 'source')[0]).to.contain('It is empty.');
      button(page, 'Try again')!.click();
      await until(page, () => rows(page, 'source')[0]?.includes('Being read'));
    });

  it('knowledge.upload PG9: instead of a refused file another one is chosen; nobody asks for the same again', async () => {
    const refused = source({ state: 'failed', receivedBytes: 0, reason: { code: 'knowledge.locked', message: 'It is locked.' } });
    const page = await show({
      'knowledge.list': list([refused]),
      'knowledge.remove': { removed: true },
      'knowledge.quote': (input) => quoteOf(input as Quoting),
    });
    expect(button(page, 'Try again')).to.equal(undefined);
    page.network.answers['knowledge.list'] = list();
    await choose(page, [new File(['open'], 'open.pdf')], '[part=source]');
    await until(page, () => rows(page, 'item')[0]?.includes('open.pdf'));
    expect(page.network.named('knowledge.remove')[0]?.input).to.eql({ sourceId: 'src_1' });
  });

  it('knowledge.quote PG9: a table that a spreadsheet wrote in two bytes a letter is added in UTF-8', async () => {
    const page = await show({ 'knowledge.list': list(), 'knowledge.quote': (input) => quoteOf(input as Quoting) });
    const wide = Uint8Array.from([0xff, 0xfe, 0xdc, 0, 0x3b, 0]);
    await choose(page, [new File([wide], 'a.csv')]);
    const { items } = page.network.named('knowledge.quote')[0]!.input as Quoting;
    const hash = [...new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode('Ü;')))]
      .map((byte) => byte.toString(16).padStart(2, '0'))
      .join('');
    expect(items).to.eql([{ kind: 'file', name: 'a.csv', bytes: 3, hash }]);
  });

  it('knowledge.attach K12 PX2: an agent is given a source, and it says where calls do not know it yet', async () => {
    const agents = [{ id: 'agt_1', name: 'Front desk', version: null, numberIds: [], sourceIds: [] }];
    const page = await show({
      'agents.list': { agents },
      'knowledge.list': list([source()]),
      'knowledge.attach': { ...source({ agentIds: ['agt_1'] }), agentVersion: { version: 1, state: 'published' } },
    });
    const box = page.element.shadowRoot!.querySelector<HTMLInputElement>('input[type=checkbox]')!;
    box.click();
    await until(page, () => page.network.named('knowledge.attach').length === 1);
    expect(page.network.named('knowledge.attach')[0]?.input).to.eql({ sourceId: 'src_1', agentId: 'agt_1' });
    await until(page, () => rows(page, 'source')[0]?.includes('Calls know it once the newest version of Front desk is in use.'));
    await expect(page.element).to.be.accessible();
  });

  it('knowledge.list T8: whoever may only read is offered nothing to add or delete', async () => {
    const session = { token: tokenFor('balance:read knowledge:read'), expiresInSeconds: 900 };
    const page = await show({ 'bootstrap.read': signedIn({ session }), 'knowledge.list': list([source()]) });
    expect(page.element.shadowRoot!.querySelectorAll('button').length).to.equal(0);
  });

  it('knowledge.list E12: signed out it says so, and a failed start has a way out', async () => {
    const out = await show({ 'bootstrap.read': bootstrap() });
    expect(out.text('empty')).to.equal('Sign in to see and add knowledge.');
    const page = await show({ 'knowledge.list': { status: 500, code: 'internal' } });
    page.network.answers['knowledge.list'] = list([source()]);
    page.part('retry').click();
    await until(page, () => rows(page, 'source').length === 1);
  });
});
